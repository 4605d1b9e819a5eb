// Which nodes become one layer, and which vanish?
#include <doctest/doctest.h>

#include "tests/unit/onnx/written_model.hpp"

using namespace updraft;
using namespace updraft::written;

TEST_CASE("a batch norm and an activation fold into the convolution that they alone read") {
  WrittenModel model;
  model.input("x", {1, 3, 8, 8});
  model.output(model.relu(model.convolution("conv", "x", 3, 16, 3)));
  const auto graph = model.imported().graph;
  CHECK(names(graph) == "x conv");
  // 16 * 3 * 3 * 3 weights, scale and bias of 16 channels: (432 + 32) * 4 B
  CHECK(layer(graph, "conv").params.si() == 1856);
  CHECK(graph.outputs == std::vector<LayerId>{1});
}

TEST_CASE("an activation whose input others read, too, stays a layer") {
  WrittenModel model;
  model.input("x", {1, 3, 8, 8});
  const auto conv = model.convolution("conv", "x", 3, 3, 3);
  const auto relu = model.relu(conv);
  model.node("Concat", {conv, relu}, {"y"}).with("axis", 1).named("both");
  model.output("y");
  const auto graph = model.imported().graph;
  CHECK(names(graph) == "x conv Relu_1 both");
  CHECK(names_of_inputs(graph, "both") == "conv Relu_1");
}

TEST_CASE("an addition's relu folds into it; what is added by others does not") {
  WrittenModel model;
  model.input("x", {1, 4, 8, 8});
  const auto a = model.convolution("a", "x", 4, 4, 3);
  model.node("Add", {a, "x"}, {"sum"}).named("add");
  model.output(model.relu("sum"));
  const auto graph = model.imported().graph;
  CHECK(names(graph) == "x a add");
  CHECK(names_of_inputs(graph, "add") == "a x");
  CHECK(layer(graph, "add").type == LayerType::elementwise);
}

TEST_CASE("swish as x sigmoid(x) folds, the bias of a product and its GELU by Erf, too") {
  WrittenModel model;
  model.input("x", {1, 10, 8});
  model.weights("w", {8, 16});
  model.weights("b", {16});
  model.number("root", 1.41421356f);
  model.number("one", 1);
  model.number("half", 0.5f);
  model.node("MatMul", {"x", "w"}, {"p"}).named("fc");
  model.node("Add", {"b", "p"}, {"h"});
  model.node("Div", {"h", "root"}, {"g1"});
  model.node("Erf", {"g1"}, {"g2"});
  model.node("Add", {"g2", "one"}, {"g3"});
  model.node("Mul", {"h", "g3"}, {"g4"});
  model.node("Mul", {"g4", "half"}, {"g5"});
  model.node("Transpose", {"g5"}, {"t"}).with("perm", {0, 2, 1}).named("turn");
  model.node("Sigmoid", {"t"}, {"s"}).named("swish");  // behind what moves values: on its own
  model.node("Mul", {"t", "s"}, {"y"});
  model.output("y");
  const auto graph = model.imported().graph;
  CHECK(names(graph) == "x fc turn swish");
  CHECK(layer(graph, "fc").type == LayerType::linear);
  CHECK(layer(graph, "fc").work.si() == 2 * 10 * 8 * 16);
  CHECK(layer(graph, "fc").params.si() == (8 * 16 + 16) * 4);  // no single numbers
  CHECK(layer(graph, "swish").type == LayerType::activation);
}

TEST_CASE("a layer norm in nine nodes is one layer, beside a residual that reads its input") {
  WrittenModel model;
  model.input("x", {1, 10, 8});
  model.number("two", 2);
  model.number("epsilon", 1e-5f);
  model.weights("gamma", {8});
  model.weights("beta", {8});
  model.node("ReduceMean", {"x"}, {"m"}).with("axes", std::vector<std::int64_t>{-1}).named("norm");
  model.node("Sub", {"x", "m"}, {"d"});
  model.node("Pow", {"d", "two"}, {"q"});
  model.node("ReduceMean", {"q"}, {"v"}).with("axes", std::vector<std::int64_t>{-1});
  model.node("Add", {"v", "epsilon"}, {"e"});
  model.node("Sqrt", {"e"}, {"r"});
  model.node("Div", {"d", "r"}, {"n"});
  model.node("Mul", {"n", "gamma"}, {"s"});
  model.node("Add", {"s", "beta"}, {"y"});
  model.node("Add", {"x", "y"}, {"z"}).named("residual");
  model.output("z");
  const auto graph = model.imported().graph;
  CHECK(names(graph) == "x norm residual");
  CHECK(layer(graph, "norm").type == LayerType::normalisation);
  CHECK(layer(graph, "norm").params.si() == 2 * 8 * 4);
  CHECK(layer(graph, "norm").shape == std::vector<int>{10, 8});
}

TEST_CASE("a mean over the image that gates it is a pool, not a norm's part") {
  WrittenModel model;
  model.input("x", {1, 4, 6, 6});
  model.node("ReduceMean", {"x"}, {"m"}).with("axes", {2, 3}).named("mean");
  const auto gate = model.convolution("gate", "m", 4, 4, 1);
  model.node("Sigmoid", {gate}, {"s"});
  model.node("Mul", {"x", "s"}, {"y"}).named("scale");
  model.output("y");
  const auto graph = model.imported().graph;
  CHECK(names(graph) == "x mean gate scale");
  CHECK(layer(graph, "mean").type == LayerType::pool);
  CHECK(layer(graph, "gate").type == LayerType::pointwise);
}

TEST_CASE("identity and dropout vanish, constants and sums over shapes are no layers") {
  WrittenModel model;
  model.input("x", {"N", 3, 4, 5});
  model.integers("zero", {0});
  model.integers("rest", {-1});
  model.node("Identity", {"x"}, {"i"});
  model.node("Dropout", {"i"}, {"d"});
  model.node("Shape", {"d"}, {"shape"});
  model.node("Gather", {"shape", "zero"}, {"batch"}).with("axis", 0);
  model.node("Concat", {"batch", "rest"}, {"target"}).with("axis", 0);
  model.node("Reshape", {"d", "target"}, {"y"}).named("flat");
  model.output("y");
  const auto import = model.imported();
  CHECK(names(import.graph) == "x flat");
  CHECK(layer(import.graph, "flat").shape == std::vector<int>{60});  // [1, 3 * 4 * 5]
  REQUIRE(import.warnings.size() == 1);
  CHECK(import.warnings[0] == "m.onnx: dimension N is taken as the batch: 1");
}

TEST_CASE("what a split puts out is a layer for each part, a recurrence is followed by them") {
  WrittenModel model;
  model.input("x", {7, 1, 6});
  model.weights("w", {1, 4 * 5, 6});
  model.weights("r", {1, 4 * 5, 5});
  model.node("LSTM", {"x", "w", "r"}, {"all", "last"}).with("hidden_size", 5).named("lstm");
  model.integers("parts", {3, 4});
  model.node("Split", {"all", "parts"}, {"early", "late"}).with("axis", 0).named("split");
  for (const char* name : {"early", "late", "last"}) model.output(name);
  const auto graph = model.imported().graph;
  CHECK(names(graph) == "x lstm lstm.1 lstm.2 split.1 split.2");
  CHECK(layer(graph, "lstm").work.si() == 2 * 7 * (20 * 6 + 20 * 5));
  CHECK(layer(graph, "lstm").output.si() == (7 * 5 + 5) * 4);  // all steps and the last state
  CHECK(layer(graph, "lstm.2").output.si() == 5 * 4);
  CHECK(names_of_inputs(graph, "split.2") == "lstm.1");
  CHECK(layer(graph, "split.2").output.si() == 4 * 5 * 4);
}
