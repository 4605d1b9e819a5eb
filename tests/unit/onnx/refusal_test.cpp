// Is what is no model, or no model for us, refused in one clear line and without harm?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <signal.h>

#include <filesystem>
#include <fstream>

#include "sim/core/random.hpp"
#include "tests/unit/onnx/written_model.hpp"
#include "traces/onnx/rehearsal.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

const std::string no_model =
    "m.onnx: is no ONNX model, or only a part of one; expected a whole .onnx file";

// A network with something of everything that libonnx infers.
WrittenModel sound() {
  WrittenModel model;
  model.input("x", {"N", 3, 16, 16});
  auto x = model.relu(model.convolution("a", "x", 3, 8, 3, 2));
  const auto skip = x;
  x = model.convolution("b", x, 8, 8, 3, 1, 8);
  model.node("Add", {x, skip}, {"sum"});
  model.node("MaxPool", {"sum"}, {"p"}).with("kernel_shape", {2, 2}).with("strides", {2, 2});
  model.integers("zero", {0});
  model.integers("rest", {-1});
  model.node("Shape", {"p"}, {"shape"});
  model.node("Gather", {"shape", "zero"}, {"batch"});
  model.node("Concat", {"batch", "rest"}, {"target"}).with("axis", 0);
  model.node("Reshape", {"p", "target"}, {"flat"});
  model.weights("w", {128, 12});
  model.node("MatMul", {"flat", "w"}, {"y"});
  model.integers("from", {0});
  model.integers("to", {4});
  model.integers("axes", {1});
  model.node("Slice", {"y", "from", "to", "axes"}, {"part"});
  model.node("Softmax", {"part"}, {"z"});
  model.node("Split", {"y"}, {"u", "v"}).with("axis", 1);
  for (const char* name : {"z", "u", "v"}) model.output(name);
  return model;
}

bool one_line(const std::string& text) {
  return text.find('\n') == std::string::npos && text.starts_with("m.onnx: ") && text.size() < 700;
}

}  // namespace

TEST_CASE("every beginning of a model is refused in one line; the whole of it is imported") {
  const std::string whole = sound().bytes();
  CHECK(refusal(whole) == "");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    const std::string why = refusal(whole.substr(0, length));
    CHECK(one_line(why));
  }
}

TEST_CASE("a model with flipped bits is imported or refused in one line") {
  const std::string whole = sound().bytes();
  constexpr std::uint64_t seed = 20260;
  MESSAGE("seed " << seed);
  Stream draw(seed, "flips");
  int refused = 0;
  constexpr int models = 3000;
  for (int i = 0; i < models; ++i) {
    std::string content = whole;
    const auto flips = 1 + static_cast<int>(draw.uniform() * 4);
    for (int flip = 0; flip < flips; ++flip) {
      const auto at = static_cast<std::size_t>(draw.uniform() * static_cast<double>(whole.size()));
      const auto value = static_cast<unsigned char>(draw.uniform() * 256);
      content[at] = static_cast<char>(value);
    }
    CAPTURE(i);
    const std::string why = refusal(content);
    if (why.empty()) continue;
    ++refused;
    if (why.find('\n') != std::string::npos)  // several mistakes about inputs
      CHECK(why.find(": input ") != std::string::npos);
    else
      CHECK(one_line(why));
  }
  CHECK(refused > models / 10);
  CHECK(refused < models);
}

TEST_CASE("what is no ONNX at all is refused in one line") {
  CHECK(refusal("") == no_model);
  CHECK(refusal("name: resnet18\n") == no_model);
  CHECK(refusal(std::string(5000, '\0')) == no_model);
  CHECK(refusal("\x89PNG\r\n\x1a\n and so on") == no_model);
  WrittenModel empty;
  CHECK(empty.refusal() == no_model);  // no nodes
  WrittenModel versionless = sound();
  versionless.model.clear_opset_import();
  CHECK(versionless.refusal() ==
        "m.onnx: says no version of ONNX's operators; expected a whole .onnx file, with "
        "opset_import");
}

TEST_CASE("operators that are not known are all named with their counts") {
  WrittenModel model;
  model.input("x", {1, 4});
  model.node("Frobnicate", {"x"}, {"a"}).named("frob");
  model.node("Frobnicate", {"a"}, {"b"});
  model.node("Swirl", {"b"}, {"c"}).proto().set_domain("com.acme");
  model.node("Frobnicate", {"x"}, {"dead"});  // nobody reads it: not asked about
  model.output("c");
  CHECK(model.refusal() ==
        "m.onnx: operators that are not known: Frobnicate (2), com.acme.Swirl (1); "
        "--allow-unknown takes them to cost nothing");
  OnnxOptions allowed;
  allowed.allow_unknown = true;
  CHECK(model.refusal(allowed) ==
        "m.onnx: node frob (Frobnicate): its output a has no known shape");
  for (const char* name : {"a", "b", "c"}) {
    auto* const info = model.model.mutable_graph()->add_value_info();
    info->set_name(name);
    info->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    info->mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(7);
  }
  const auto import = model.imported(allowed);
  CHECK(layer(import.graph, "frob").type == LayerType::other);
  CHECK(layer(import.graph, "frob").work.si() == 0);
  CHECK(layer(import.graph, "frob").output.si() == 28);
  REQUIRE(import.warnings.size() == 1);
  CHECK(import.warnings[0] ==
        "m.onnx: operators that are not known cost nothing here: Frobnicate (2), com.acme.Swirl "
        "(1)");
}

TEST_CASE("sizes that are names, nothing or wrong, all in one go; given ones are taken") {
  WrittenModel model;
  model.input("x", {"N", 3, "height", "width"});
  model.input("y", {"N", std::string()});
  model.input("z", {"N", 0});
  model.node("Relu", {"x"}, {"r"});
  model.output("r");
  OnnxOptions options;
  options.sizes = {{"height", 8}, {"widht", 8}};
  CHECK(model.refusal(options) ==
        "m.onnx: input x: dimension 3 = width; expected a size: --dim width=N\n"
        "m.onnx: input y: dimension 1 has neither size nor name; expected a model that was "
        "exported with a size there\n"
        "m.onnx: input z: dimension 1 = 0; expected 1 or more\n"
        "m.onnx: --dim widht=8: no input has a dimension of that name; did you mean width?");
  WrittenModel batch;
  batch.input("x", {"N", 5});
  batch.node("Relu", {"x"}, {"r"});
  batch.output("r");
  OnnxOptions four;
  four.sizes["N"] = 4;
  CHECK(layer(batch.imported(four).graph, "x").output.si() == 4 * 5 * 4);
}

TEST_CASE("graphs within nodes, cycles, and names that nothing puts out or two do") {
  WrittenModel branch;
  branch.input("x", {1});
  auto holder = branch.node("If", {"x"}, {"y"});
  auto* const attribute = holder.proto().add_attribute();
  attribute->set_name("then_branch");
  attribute->set_type(onnx::AttributeProto::GRAPH);
  attribute->mutable_g()->set_name("inner");
  branch.output("y");
  CHECK(branch.refusal() ==
        "m.onnx: operators with graphs of their own: If (1); expected none: which branch runs, and "
        "how often, is not known before");

  WrittenModel cycle;
  cycle.input("x", {1, 4});
  cycle.node("Add", {"x", "c"}, {"a"}).named("first");
  cycle.node("Relu", {"a"}, {"b"}).named("second");
  cycle.node("Relu", {"b"}, {"c"}).named("third");
  cycle.node("Relu", {"c"}, {"d"}).named("behind");
  cycle.output("d");
  CHECK(cycle.refusal() ==
        "m.onnx: node first (Add) reads its own output, by way of others or directly; expected a "
        "graph "
        "without cycles");

  WrittenModel unknown;
  unknown.input("x", {1, 4});
  unknown.node("Add", {"x", "nowhere"}, {"a"});
  unknown.node("Add", {"a", "nowhere"}, {"b"});
  unknown.output("b");
  CHECK(unknown.refusal() ==
        "m.onnx: node 0 (Add) reads nowhere, which is no input, initialiser or output of a node "
        "(and 1 more such)");

  WrittenModel twice;
  twice.input("x", {1, 4});
  twice.node("Relu", {"x"}, {"a"});
  twice.node("Relu", {"x"}, {"a"});
  twice.output("a");
  CHECK(twice.refusal() == "m.onnx: tensor a is put out twice; expected once");

  WrittenModel lost;
  lost.input("x", {1, 4});
  lost.node("Relu", {"x"}, {"a"});
  lost.output("b");
  CHECK(lost.refusal() == "m.onnx: output b is put out by no node");
}

TEST_CASE("nodes that stand in another order than they run in are sorted") {
  WrittenModel model;
  model.input("x", {1, 4});
  model.node("Softmax", {"a"}, {"b"}).named("late");
  model.node("Flatten", {"x"}, {"a"}).named("early");
  model.output("b");
  CHECK(names(model.imported().graph) == "x early late");
}

TEST_CASE("shapes that do not fit are refused with the node's name and why") {
  WrittenModel rank;
  rank.input("x", {1, 3, 8, 8});
  rank.weights("w", {16, 5, 3, 3, 3});
  rank.node("Conv", {"x", "w"}, {"y"}).named("conv");
  rank.output("y");
  CHECK(rank.refusal() ==
        "m.onnx: node conv (Conv): its output y has no known shape: its input has 4 dimensions, "
        "its weights 5");
  WrittenModel sum;
  sum.input("x", {1, 3});
  sum.weights("w", {4, 6});
  sum.node("MatMul", {"x", "w"}, {"y"}).named("fc");
  sum.output("y");
  const std::string why = sum.refusal();  // and the library's words
  CHECK(one_line(why));
  CHECK(why.starts_with("m.onnx: node fc (MatMul): its output y has no known shape: ["));
}

TEST_CASE("what kills a rehearsal is a line here, what is thrown in it is not") {
  using onnx_nodes::rehearse;
  CHECK(rehearse([](const auto& watch) {
          watch("node 7 (Conv)");
          raise(SIGSEGV);
        }) ==
        "node 7 (Conv): libonnx broke down on it (Segmentation fault); expected a sound model");
  CHECK(rehearse([](const auto&) { throw 1; }) == "");
  CHECK(rehearse([](const auto&) {}) == "");
}

TEST_CASE("20,000 layers are imported, 20,001 are refused") {
  for (const int layers : {20000, 20001}) {
    WrittenModel model;
    model.input("0", {1, 4, 4});
    for (int i = 1; i < layers; ++i)  // and the input
      model.node("Transpose", {std::to_string(i - 1)}, {std::to_string(i)});
    model.output(std::to_string(layers - 1));
    if (layers == 20000) {
      CHECK(model.imported().graph.layers.size() == 20000);
    } else {
      CHECK(model.refusal() == "m.onnx: more than 20000 layers; expected 20000 at most");
    }
  }
}

TEST_CASE("data in another file is not opened: sizes suffice, but not where values decide") {
  const auto outside = [](onnx::TensorProto& tensor) {
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    auto* const entry = tensor.add_external_data();
    entry->set_key("location");
    entry->set_value("/nonexistent/weights.bin");
    tensor.clear_int64_data();
  };
  WrittenModel model;
  model.input("x", {1, 4});
  model.weights("w", {4, 6});
  outside(*model.model.mutable_graph()->mutable_initializer(0));
  model.node("MatMul", {"x", "w"}, {"y"});
  model.output("y");
  CHECK(layer(model.imported().graph, "MatMul_1").params.si() == 4 * 6 * 4);
  model.integers("target", {2, 3});
  outside(*model.model.mutable_graph()->mutable_initializer(1));
  model.node("Reshape", {"y", "target"}, {"z"}).named("shape");
  model.model.mutable_graph()->clear_output();
  model.output("z");
  CHECK(model.refusal() == "m.onnx: node shape (Reshape): its output z has no known shape");
}

TEST_CASE("names are plain and differ, whatever the model calls its nodes") {
  WrittenModel model;
  model.input("null", {1, 4});
  model.node("Flatten", {"null"}, {"a"}).named("/block: {1}\n#/conv");
  model.node("Flatten", {"a"}, {"b"}).named("/block: {1}\n#/conv");
  model.node("Flatten", {"b"}, {"c"}).named("::");
  model.output("c");
  CHECK(names(model.imported().graph) == "_null block___1___/conv block___1___/conv_2 Flatten_1");
}

TEST_CASE("a file is read, and one that is not there is said so") {
  const auto file = std::filesystem::temp_directory_path() / "updraft_onnx_test.onnx";
  std::ofstream(file, std::ios::binary) << sound().bytes();
  CHECK(import_onnx(file.string(), {}).graph.name == "updraft_onnx_test");
  std::filesystem::remove(file);
  CHECK_THROWS(import_onnx(file.string(), {}));
}
