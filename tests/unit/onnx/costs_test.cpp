// Do layers get their MACs, parameters, bytes and types?
#include <doctest/doctest.h>

#include "tests/unit/onnx/written_model.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

struct Expected {
  LayerType type;
  double macs, params, bytes;
};

void check(const LayerGraph& graph, const std::string& name, const Expected& expected) {
  CAPTURE(name);
  const auto& one = layer(graph, name);
  CHECK(one.type == expected.type);
  CHECK(one.work.si() == 2 * expected.macs);
  CHECK(one.params.si() == expected.params);
  CHECK(one.output.si() == expected.bytes);
}

}  // namespace

TEST_CASE("a small network of all kinds of convolution") {
  WrittenModel model;
  model.input("image", {"batch", 3, 32, 32}, onnx::TensorProto::UINT8);
  model.node("Cast", {"image"}, {"pixels"}).with("to", std::int64_t{1}).named("cast");
  auto x = model.relu(model.convolution("stem", "pixels", 3, 16, 3, 2));
  const auto skip = x;
  x = model.relu(model.convolution("dw", x, 16, 16, 3, 1, 16));
  x = model.convolution("pw", x, 16, 16, 1);
  model.node("Add", {skip, x}, {"sum"}).named("add");
  model.node("MaxPool", {"sum"}, {"half"})
      .with("kernel_shape", {2, 2})
      .with("strides", {2, 2})
      .named("pool");
  x = model.convolution("grouped", "half", 16, 32, 5, 1, 4);
  model.weights("up.w", {32, 8, 2, 2});
  model.node("ConvTranspose", {x, "up.w"}, {"large"})
      .with("kernel_shape", {2, 2})
      .with("strides", {2, 2})
      .named("up");
  model.node("GlobalAveragePool", {"large"}, {"mean"}).named("mean");
  model.node("Flatten", {"mean"}, {"flat"}).named("flat");
  model.weights("fc.w", {10, 8});
  model.weights("fc.b", {10});
  model.node("Gemm", {"flat", "fc.w", "fc.b"}, {"logits"}).with("transB", 1).named("fc");
  model.output("logits");

  const auto graph = model.imported().graph;
  check(graph, "image", {LayerType::input, 0, 0, 3 * 32 * 32});  // a byte each
  check(graph, "cast", {LayerType::elementwise, 0, 0, 3 * 32 * 32 * 4});
  // sides 32 / 2 = 16; y = 16 * 16 * 16 values of 3 * 3 * 3 products
  check(graph, "stem", {LayerType::convolution, 4096 * 27, (16 * 27 + 32) * 4, 4096 * 4});
  check(graph, "dw", {LayerType::depthwise, 4096 * 9, (16 * 9 + 32) * 4, 4096 * 4});
  check(graph, "pw", {LayerType::pointwise, 4096 * 16, (16 * 16 + 32) * 4, 4096 * 4});
  check(graph, "add", {LayerType::elementwise, 0, 0, 4096 * 4});
  check(graph, "pool", {LayerType::pool, 0, 0, 16 * 8 * 8 * 4});
  // 32 * 8 * 8 values of (16 / 4) * 25 products
  check(graph, "grouped", {LayerType::convolution, 2048 * 100, (32 * 100 + 64) * 4, 2048 * 4});
  // each of 32 * 8 * 8 values read goes into 8 channels of 2 x 2
  check(graph, "up", {LayerType::convolution, 2048 * 32, 32 * 8 * 4 * 4, 8 * 16 * 16 * 4});
  check(graph, "fc", {LayerType::linear, 80, 90 * 4, 40});
  CHECK(layer(graph, "stem").kernel == 3);
  CHECK(layer(graph, "stem").stride == 2);
  CHECK(layer(graph, "grouped").kernel == 5);
  CHECK(layer(graph, "pool").kernel == 2);
  CHECK(layer(graph, "fc").kernel == 0);
  CHECK(layer(graph, "stem").shape == std::vector<int>{16, 16, 16});
  CHECK(graph.name == "m");
  CHECK(graph.source == "m.onnx (test, opset 17)");
}

TEST_CASE("an encoder block: 4 heads of 8, 10 tokens, embedded from 100 words") {
  WrittenModel model;
  model.input("tokens", {"batch", "sequence"}, onnx::TensorProto::INT64);
  model.weights("words", {100, 32});
  model.node("Gather", {"words", "tokens"}, {"x"}).named("embed");
  model.integers("heads", {0, 0, 4, 8});
  model.integers("whole", {0, 0, 32});
  for (const std::string part : {"q", "k", "v"}) {
    model.weights(part + ".w", {32, 32});
    model.weights(part + ".b", {32});
    model.node("MatMul", {"x", part + ".w"}, {part + ".1"}).named(part);
    model.node("Add", {part + ".1", part + ".b"}, {part + ".2"});
    model.node("Reshape", {part + ".2", "heads"}, {part + ".3"});
    const std::vector<std::int64_t> turn =
        part == "k" ? std::vector<std::int64_t>{0, 2, 3, 1} : std::vector<std::int64_t>{0, 2, 1, 3};
    model.node("Transpose", {part + ".3"}, {part + ".4"}).with("perm", turn);
  }
  model.number("root", 2.828f);
  model.node("MatMul", {"q.4", "k.4"}, {"s1"}).named("scores");
  model.node("Div", {"s1", "root"}, {"s2"});
  model.node("Softmax", {"s2"}, {"s3"}).with("axis", -1).named("softmax");
  model.node("MatMul", {"s3", "v.4"}, {"a1"}).named("mix");
  model.node("Transpose", {"a1"}, {"a2"}).with("perm", {0, 2, 1, 3});
  model.node("Reshape", {"a2", "whole"}, {"a3"});
  model.weights("o.w", {32, 32});
  model.node("MatMul", {"a3", "o.w"}, {"o"}).named("o");
  model.node("Add", {"x", "o"}, {"r"}).named("residual");
  model.weights("gamma", {32});
  model.weights("beta", {32});
  model.node("LayerNormalization", {"r", "gamma", "beta"}, {"y"}).named("norm");
  model.output("y");

  CHECK(model.refusal() ==
        "m.onnx: input tokens: dimension 1 = sequence; expected a size: --dim sequence=N");
  OnnxOptions options;
  options.sizes["sequence"] = 10;
  const auto graph = model.imported(options).graph;
  check(graph, "tokens", {LayerType::input, 0, 0, 10 * 8});
  check(graph, "embed", {LayerType::reshape, 0, 100 * 32 * 4, 10 * 32 * 4});
  check(graph, "q", {LayerType::linear, 10 * 32 * 32, (32 * 32 + 32) * 4, 10 * 32 * 4});
  check(graph, "scores", {LayerType::matmul, 4 * 10 * 10 * 8, 0, 4 * 10 * 10 * 4});
  check(graph, "softmax", {LayerType::activation, 0, 0, 4 * 10 * 10 * 4});
  check(graph, "mix", {LayerType::matmul, 4 * 10 * 8 * 10, 0, 10 * 32 * 4});
  check(graph, "norm", {LayerType::normalisation, 0, 64 * 4, 10 * 32 * 4});
  // q, k, v, o: 4 * 10240; scores and mix: 2 * 3200
  CHECK(graph.work().si() == 2 * (4 * 10240 + 2 * 3200));
  CHECK(names_of_inputs(graph, "residual") == "embed o");
}

TEST_CASE("values of two bytes and of one are counted as such") {
  WrittenModel model;
  model.input("x", {1, 4, 8, 8}, onnx::TensorProto::FLOAT16);
  model.weights("w", {4, 4, 3, 3}, onnx::TensorProto::FLOAT16);
  model.node("Conv", {"x", "w"}, {"y"}).named("half");
  model.output("y");
  check(model.imported().graph, "half", {LayerType::convolution, 4 * 36 * 36, 144 * 2, 4 * 36 * 2});

  WrittenModel quantised;
  quantised.input("x", {1, 4, 8, 8});
  quantised.weights("w", {4, 4, 3, 3}, onnx::TensorProto::INT8);
  quantised.weights("scale", {4});
  quantised.weights("zero", {4}, onnx::TensorProto::INT8);
  quantised.node("DequantizeLinear", {"w", "scale", "zero"}, {"weights"}).with("axis", 0);
  quantised.node("Conv", {"x", "weights"}, {"y"}).named("conv");
  quantised.output("y");
  // weights are what is stored: 144 B, and four scales of 4 B and zeros of 1 B
  check(quantised.imported().graph, "conv",
        {LayerType::convolution, 4 * 36 * 36, 144 + 16 + 4, 4 * 36 * 4});
}

TEST_CASE("forms that are newer than the library: opset 18 and on") {
  WrittenModel model(21);
  model.input("x", {1, 8, 6, 6});
  model.integers("axes", {2, 3});
  model.node("ReduceMean", {"x", "axes"}, {"m"}).with("keepdims", std::int64_t{0}).named("mean");
  model.node("Split", {"m"}, {"a", "b", "c"})
      .with("axis", 1)
      .with("num_outputs", std::int64_t{3})
      .named("split");
  model.node("Gelu", {"a"}, {"g"}).text("approximate", "tanh").named("gelu");
  model.integers("sizes", {12, 12});
  model.node("Resize", {"x", "", "", "sizes"}, {"large"}).with("axes", {2, 3}).named("resize");
  for (const char* name : {"g", "b", "c", "large"}) model.output(name);
  const auto graph = model.imported().graph;
  CHECK(layer(graph, "mean").output.si() == 8 * 4);
  CHECK(layer(graph, "split.1").output.si() == 3 * 4);  // 8 = 3 + 3 + 2
  CHECK(layer(graph, "split.3").output.si() == 2 * 4);
  CHECK(layer(graph, "gelu").output.si() == 3 * 4);
  CHECK(layer(graph, "resize").shape == std::vector<int>{8, 12, 12});
}

TEST_CASE("Einsum costs the product of all letters") {
  WrittenModel model;
  model.input("q", {1, 4, 10, 8});
  model.input("k", {1, 4, 12, 8});
  model.node("Einsum", {"q", "k"}, {"s"}).text("equation", "bhid, bhjd -> bhij").named("scores");
  model.output("s");
  check(model.imported().graph, "scores", {LayerType::matmul, 4 * 10 * 12 * 8, 0, 4 * 10 * 12 * 4});
}
