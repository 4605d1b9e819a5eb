// Does `updraft-record import-onnx` keep its contract? Only where the program is built.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/onnx/written_model.hpp"
#include "traces/layer_profile.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

namespace fs = std::filesystem;
const std::string program = UPDRAFT_BUILD_DIR "/updraft-record";

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("the program writes a profile that reads back, or says in one line why not") {
  if (!fs::exists(program)) {
    MESSAGE("skipped: " << program << " is not built");
    return;
  }
  const fs::path folder = fs::temp_directory_path() / "updraft_import_onnx_test";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const auto status_of = [&](const std::string& arguments) {
    const int status = std::system(
        fmt::format("cd {} && {} import-onnx {} > out 2> err", folder.string(), program, arguments)
            .c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  WrittenModel model;
  model.input("x", {"N", 3, "side", "side"});
  model.output(model.relu(model.convolution("conv", "x", 3, 16, 3)));
  std::ofstream(folder / "m.onnx", std::ios::binary) << model.bytes();

  CHECK(status_of("m.onnx -o m.yaml") == 2);
  CHECK(content(folder / "err") ==
        "m.onnx: input x: dimension 2 = side; expected a size: --dim side=N\n");
  CHECK_FALSE(fs::exists(folder / "m.yaml"));
  CHECK(status_of("m.onnx -o m.yaml --dim side=big") == 2);
  CHECK(content(folder / "err") ==
        "--dim = side=big; expected NAME=N, a whole number of 1 or more, such as sequence=128\n");

  REQUIRE(status_of("m.onnx -o m.yaml --dim side=10") == 0);
  CHECK(content(folder / "err") == "m.onnx: dimension N is taken as the batch: 1\n");
  // 10 * 10 * 16 values of 27 products = 0.0432 M; (432 + 32) * 4 B
  CHECK(content(folder / "out") ==
        "m: 1 layer, 0.043 MMAC, 0.002 MB of parameters, 1 in, 1 out\nwritten to m.yaml\nNext: "
        "updraft cut m.yaml --help\n");
  const auto graph = read_layer_profile((folder / "m.yaml").string());
  CHECK(layer(graph, "conv").work.si() == 2 * 43200);

  CHECK(status_of("missing.onnx -o m.yaml --quiet") == 2);
  CHECK(status_of("m.onnx -o nowhere/m.yaml") == 2);
  fs::remove_all(folder);
}
