#include "traces/onnx/constant_values.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace updraft::onnx_nodes {
namespace {

using Values = std::vector<double>;
using MaybeValues = std::optional<Values>;

const Tensor* tensor_at(const Node& node, std::size_t index, const Nodes& nodes) {
  return node.input(index) == absent ? nullptr : &nodes.tensor(node.input(index));
}

MaybeValues shape_of(const Node& node, const Nodes& nodes) {
  const Tensor* const in = tensor_at(node, 0, nodes);
  if (in == nullptr || !in->shape) return std::nullopt;
  const auto rank = static_cast<double>(in->shape->size());
  const auto place = [&](const char* name, double otherwise) {
    const double given = node.number(name, otherwise);
    return static_cast<std::size_t>(std::clamp(given < 0 ? given + rank : given, 0.0, rank));
  };
  const std::size_t start = place("start", 0), end = place("end", rank);
  Values values;
  for (std::size_t i = start; i < end; ++i) values.push_back(static_cast<double>((*in->shape)[i]));
  return values;
}

// Of one dimension, by indices that may count from the end.
MaybeValues gathered(const Node& node, const Nodes& nodes) {
  const Tensor* const data = tensor_at(node, 0, nodes);
  const Tensor* const where = tensor_at(node, 1, nodes);
  if (data == nullptr || where == nullptr || !data->values || !where->values || !data->shape ||
      data->shape->size() != 1) {
    return std::nullopt;
  }
  const auto size = static_cast<double>(data->values->size());
  Values values;
  for (const double index : *where->values) {
    const double place = index < 0 ? index + size : index;
    if (!(place >= 0 && place < size)) return std::nullopt;
    values.push_back((*data->values)[static_cast<std::size_t>(place)]);
  }
  return values;
}

MaybeValues joined(const Node& node, const Nodes& nodes) {
  Values values;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Tensor* const part = tensor_at(node, i, nodes);
    if (part == nullptr || !part->values || !part->shape || part->shape->size() != 1 ||
        values.size() + part->values->size() > most_values) {
      return std::nullopt;
    }
    values.insert(values.end(), part->values->begin(), part->values->end());
  }
  return values;
}

// Of one dimension; starts, ends and steps are inputs 1, 2 and 4, or the attributes of opset 9.
MaybeValues sliced(const Node& node, const Nodes& nodes) {
  const Tensor* const data = tensor_at(node, 0, nodes);
  if (data == nullptr || !data->values || !data->shape || data->shape->size() != 1)
    return std::nullopt;
  const auto given = [&](std::size_t index, const char* name, double otherwise) -> double {
    const Tensor* const input = tensor_at(node, index, nodes);
    if (input == nullptr) return node.number(name, otherwise);
    return input->values && input->values->size() == 1 ? (*input->values)[0] : std::nan("");
  };
  const auto size = static_cast<double>(data->values->size());
  double start = given(1, "starts", std::nan("")), end = given(2, "ends", std::nan(""));
  const double step = given(4, "steps", 1);
  if (std::isnan(start) || std::isnan(end) || std::isnan(step) || std::abs(step) < 1)
    return std::nullopt;
  const bool back = step < 0;
  start = std::clamp(start < 0 ? start + size : start, back ? -1.0 : 0.0, back ? size - 1 : size);
  end = std::clamp(end < 0 ? end + size : end, back ? -1.0 : 0.0, size);
  Values values;
  for (double i = start; back ? i > end : i < end; i += step) {
    if (i >= 0) values.push_back((*data->values)[static_cast<std::size_t>(i)]);
  }
  return values;
}

using Binary = std::function<double(double, double)>;
Binary binary(const std::string& op, bool integers) {
  if (op == "Add") return std::plus<double>();
  if (op == "Sub") return std::minus<double>();
  if (op == "Mul") return std::multiplies<double>();
  if (op == "Div") {
    return [integers](double a, double b) { return integers ? std::trunc(a / b) : a / b; };
  }
  if (op == "Mod") return [](double a, double b) { return a - b * std::floor(a / b); };
  if (op == "Max") return [](double a, double b) { return std::max(a, b); };
  if (op == "Min") return [](double a, double b) { return std::min(a, b); };
  if (op == "Equal") return std::equal_to<double>();
  if (op == "Less") return std::less<double>();
  if (op == "Greater") return std::greater<double>();
  return nullptr;
}

std::function<double(double)> unary(const std::string& op, bool to_integers) {
  if (op == "Neg") return std::negate<double>();
  if (op == "Abs") return [](double a) { return std::abs(a); };
  if (op == "Floor") return [](double a) { return std::floor(a); };
  if (op == "Ceil") return [](double a) { return std::ceil(a); };
  if (op == "Sqrt") return [](double a) { return std::sqrt(a); };
  if (op == "Not") return [](double a) { return a == 0 ? 1.0 : 0.0; };
  if (op == "Cast") return [to_integers](double a) { return to_integers ? std::trunc(a) : a; };
  for (const char* same : {"Identity", "Unsqueeze", "Squeeze", "Reshape", "Flatten"}) {
    if (op == same) return [](double a) { return a; };
  }
  return nullptr;
}

// Where all inputs have one value or as many as the output.
MaybeValues value_by_value(const Node& node, std::size_t count, const Nodes& nodes) {
  const Tensor& out = nodes.tensor(node.outputs[0]);
  std::vector<Values> in;
  const auto alone = unary(node.op, is_integer(out.type));
  const std::size_t operands = alone ? 1 : node.op == "Where" ? 3 : 2;
  for (std::size_t i = 0; i < operands; ++i) {
    const Tensor* const tensor = tensor_at(node, i, nodes);
    if (tensor == nullptr || !tensor->values) return std::nullopt;
    if (tensor->values->size() != count && tensor->values->size() != 1) return std::nullopt;
    in.push_back(*tensor->values);
    if (in.back().size() == 1) in.back().resize(count, in.back()[0]);
  }
  const auto both = alone ? nullptr : binary(node.op, is_integer(out.type));
  if (!alone && !both && node.op != "Where") return std::nullopt;
  Values values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = alone  ? alone(in[0][i])
                : both ? both(in[0][i], in[1][i])
                       : in[in[0][i] != 0 ? 1 : 2][i];
  }
  return values;
}

MaybeValues ranged(const Node& node, std::size_t count, const Nodes& nodes) {
  const Tensor* const start = tensor_at(node, 0, nodes);
  const Tensor* const step = tensor_at(node, 2, nodes);
  if (start == nullptr || step == nullptr || !start->values || !step->values ||
      start->values->size() != 1 || step->values->size() != 1) {
    return std::nullopt;
  }
  Values values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = (*start->values)[0] + static_cast<double>(i) * (*step->values)[0];
  return values;
}

MaybeValues reduced_to_one(const Node& node, const Nodes& nodes) {
  const Tensor* const in = tensor_at(node, 0, nodes);
  if (in == nullptr || !in->values || in->values->empty()) return std::nullopt;
  const auto fold = binary(node.op == "ReduceProd"  ? "Mul"
                           : node.op == "ReduceSum" ? "Add"
                           : node.op == "ReduceMax" ? "Max"
                                                    : "Min",
                           false);
  double value = (*in->values)[0];
  for (std::size_t i = 1; i < in->values->size(); ++i) value = fold(value, (*in->values)[i]);
  return Values{value};
}

}  // namespace

std::optional<std::vector<double>> constant_values(const Node& node, const Nodes& nodes) {
  if (node.outputs.empty() || node.outputs[0] == absent || !node.domain.empty())
    return std::nullopt;
  const Tensor& out = nodes.tensor(node.outputs[0]);
  if (!out.shape || !(out.count() <= static_cast<double>(most_values))) return std::nullopt;
  const auto count = static_cast<std::size_t>(out.count());
  MaybeValues values;
  if (node.op == "Shape") {
    values = shape_of(node, nodes);
  } else if (node.op == "Size") {
    const Tensor* const in = tensor_at(node, 0, nodes);
    if (in != nullptr && in->shape) values = Values{in->count()};
  } else if (node.op == "Gather") {
    values = gathered(node, nodes);
  } else if (node.op == "Concat") {
    values = joined(node, nodes);
  } else if (node.op == "Slice") {
    values = sliced(node, nodes);
  } else if (node.op == "Range") {
    values = ranged(node, count, nodes);
  } else if (node.op == "ConstantOfShape") {
    values = Values(count, node.number("value", 0));
  } else if (node.op == "Expand" && tensor_at(node, 0, nodes) != nullptr) {
    const auto& in = tensor_at(node, 0, nodes)->values;
    if (in && in->size() == 1) values = Values(count, (*in)[0]);
  } else if (count == 1 && (node.op == "ReduceProd" || node.op == "ReduceSum" ||
                            node.op == "ReduceMax" || node.op == "ReduceMin")) {
    values = reduced_to_one(node, nodes);
  } else {
    values = value_by_value(node, count, nodes);
  }
  if (values && values->size() != count) return std::nullopt;
  return values;
}

}  // namespace updraft::onnx_nodes
