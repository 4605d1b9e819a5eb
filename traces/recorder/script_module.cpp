#include "traces/recorder/script_module.hpp"

#include <ATen/record_function.h>
#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "sim/core/input_error.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "traces/recorder/judging.hpp"
#include "traces/recorder/training.hpp"

namespace updraft {
namespace {

// The first line that says something: torch's messages go on for pages.
std::string first_line(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  std::string last;
  while (std::getline(lines, line)) {
    // a failure inside TorchScript says what went wrong at its end ("RuntimeError: ...")
    if (line.find("Error: ") != std::string::npos) last = line;
  }
  if (!last.empty()) return last;
  return text.substr(0, text.find('\n'));
}

std::string type_of(const c10::IValue& value) { return value.type()->str(); }

// Multiply-adds of one number that an operator puts out; 0 for operators that are not counted (a
// transposed convolution among them). The innermost of those that call each other: conv2d ends in
// convolution, linear in addmm or mm.
std::int64_t macs_each(const at::RecordFunction& function) {
  const std::string name = function.name();
  const auto in = function.inputs();
  const auto tensor = [&](std::size_t index) {
    return index < in.size() && in[index].isTensor() ? in[index].toTensor() : torch::Tensor();
  };
  if (name == "aten::convolution") {
    if (in.size() > 6 && in[6].isBool() && in[6].toBool()) return 0;
    const auto weight = tensor(1);  // [out, in / groups, height, width]
    return weight.defined() ? weight.numel() / std::max<std::int64_t>(1, weight.size(0)) : 0;
  }
  const bool product = name == "aten::mm" || name == "aten::bmm";
  const bool sum_of_products = name == "aten::addmm" || name == "aten::baddbmm";
  if (!product && !sum_of_products) return 0;
  const auto left = tensor(sum_of_products ? 1 : 0);  // [.., n, k], times [.., k, m]
  return left.defined() && left.dim() > 0 ? left.size(-1) : 0;
}

// Kept between an operator's begin and end: its inputs may be gone by then.
struct Each final : at::ObserverContext {
  explicit Each(std::int64_t count) : macs(count) {}
  std::int64_t macs;
};

// On purpose, though mutable: at::RecordFunction takes plain functions only.
thread_local std::uint64_t counted = 0;

std::unique_ptr<at::ObserverContext> begin_count(const at::RecordFunction& function) {
  return std::make_unique<Each>(macs_each(function));
}

void end_count(const at::RecordFunction& function, at::ObserverContext* context) {
  const auto macs = static_cast<Each*>(context)->macs;
  const auto& out = function.outputs();
  if (macs == 0 || out.empty() || !out[0].isTensor()) return;
  counted += static_cast<std::uint64_t>(macs * out[0].toTensor().numel());
}

std::vector<float> values_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.to(torch::kCPU, torch::kFloat32).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

using Named = std::vector<std::pair<std::string, torch::Tensor>>;

// The named tensors of an output; empty if it is of another kind.
Named members_of(const c10::IValue& out) {
  Named members;
  const auto add = [&](const std::string& name, const c10::IValue& value) {
    if (value.isTensor()) members.emplace_back(name, value.toTensor());
  };
  if (out.isTensor()) {
    add("logits", out);
  } else if (out.isGenericDict()) {
    for (const auto& item : out.toGenericDict()) {
      if (item.key().isString()) add(item.key().toStringRef(), item.value());
    }
  } else if (out.isTuple()) {
    const auto type = out.type()->cast<c10::TupleType>();
    if (type == nullptr || type->schema() == nullptr) return {};
    const auto& arguments = type->schema()->arguments();
    const auto& elements = out.toTupleRef().elements();
    for (std::size_t i = 0; i < arguments.size(); ++i) add(arguments[i].name(), elements[i]);
  }
  return members;
}

}  // namespace

struct ScriptModule::Loaded {
  std::string file;
  torch::Device device;
  torch::jit::Module module;
  std::vector<std::string> scores{};  // their names, from the first answer on
  bool asked = false;

  c10::IValue forward(const torch::Tensor& images) {
    torch::NoGradGuard no_gradients;
    try {
      return module.forward({images.to(device)});
    } catch (const std::exception& error) {
      throw InputError(fmt::format("{}: forward failed on {} images: {}", file,
                                   fmt::join(images.sizes().vec(), " x "),
                                   first_line(error.what())));
    }
  }
};

ScriptModule::ScriptModule(const std::string& file, torch::Device device) {
  if (!std::filesystem::is_regular_file(file) || !std::ifstream(file)) {
    throw InputError(fmt::format("{}: cannot be read; expected a TorchScript archive", file));
  }
  try {
    loaded_ =
        std::make_unique<Loaded>(Loaded{file, device, torch::jit::load(file, device), {}, false});
  } catch (const std::exception&) {
    throw InputError(
        fmt::format("{}: is not a TorchScript archive; expected what torch.jit.save writes "
                    "(weights alone, from torch.save, cannot be run)",
                    file));
  }
  loaded_->module.eval();
}

ScriptModule::ScriptModule(ScriptModule&&) noexcept = default;
ScriptModule::~ScriptModule() = default;

ScriptSaid ScriptModule::ask(const ImageSet& set, const Normalisation& norm, std::int32_t classes) {
  constexpr std::size_t batch = 200;
  ScriptSaid said;
  for (std::size_t first = 0; first < set.size(); first += batch) {
    std::vector<std::size_t> rows(std::min(batch, set.size() - first));
    std::iota(rows.begin(), rows.end(), first);
    const auto count = static_cast<std::int64_t>(rows.size());
    const c10::IValue out = loaded_->forward(tensor_of(inputs(set, rows, norm), set.shape));
    const Named members = members_of(out);
    const auto wrong = [&](const std::string& got) {
      throw InputError(
          fmt::format("{}: forward gives {}; expected logits [{}, {}], or a dictionary or "
                      "NamedTuple with logits and scores [{}]",
                      loaded_->file, got, count, classes, count));
    };
    if (members.empty()) wrong(type_of(out));
    std::vector<std::string> names;
    bool has_logits = false;
    for (const auto& [name, tensor] : members) {
      const std::string shape =
          fmt::format("{} [{}]", harmless(name), fmt::join(tensor.sizes().vec(), ", "));
      if (!is_trace_name(name)) wrong(fmt::format("a member named {}", shown(harmless(name))));
      if (tensor.layout() != torch::kStrided || tensor.is_complex() || tensor.is_quantized()) {
        wrong(shape + " of another kind than plain real numbers");
      }
      const auto values = values_of(tensor);
      if (std::any_of(values.begin(), values.end(), [](float v) { return !std::isfinite(v); })) {
        wrong(shape + " that are not all finite");
      }
      if (name == "logits") {
        has_logits = true;
        if (tensor.dim() != 2 || tensor.size(0) != count || tensor.size(1) != classes) wrong(shape);
        said.logits.insert(said.logits.end(), values.begin(), values.end());
        continue;
      }
      if (tensor.numel() != count) wrong(shape);
      names.push_back(name);
      const auto same = [&](const auto& score) { return score.first == name; };
      auto score = std::find_if(said.scores.begin(), said.scores.end(), same);
      if (score == said.scores.end()) score = said.scores.insert(said.scores.end(), {name, {}});
      score->second.insert(score->second.end(), values.begin(), values.end());
    }
    if (!has_logits) wrong(type_of(out) + " without logits");
    if (loaded_->asked && names != loaded_->scores) wrong("other scores than for images before");
    loaded_->asked = true;
    loaded_->scores = std::move(names);
  }
  return said;
}

std::uint64_t ScriptModule::params() const {
  std::uint64_t sum = 0;
  for (const auto& values : loaded_->module.parameters())
    sum += static_cast<std::uint64_t>(values.numel());
  return sum;
}

std::uint64_t ScriptModule::macs(const ImageSet& set, const Normalisation& norm) {
  counted = 0;
  const auto handle = at::addThreadLocalCallback(at::RecordFunctionCallback(begin_count, end_count)
                                                     .needsInputs(true)
                                                     .needsOutputs(true)
                                                     .scopes({at::RecordScope::FUNCTION}));
  struct Stop {
    at::CallbackHandle handle;
    ~Stop() { at::removeCallback(handle); }
  } const stop{handle};
  const std::size_t row[] = {0};
  loaded_->forward(tensor_of(inputs(set, row, norm), set.shape));
  return counted;
}

}  // namespace updraft
