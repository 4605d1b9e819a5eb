// Is a network that PyTorch wrote asked as it should be, counted right, and refused where it is
// none?
#include "tests/unit/recorder/torch_doctest.hpp"

#include "traces/recorder/script_recording.hpp"

#include <fmt/format.h>
#include <torch/serialize.h>

#include <cmath>

#include "tests/unit/recorder/written_dataset.hpp"
#include "tests/unit/recorder/written_script.hpp"
#include "traces/recorder/script_module.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

// One 3x3 convolution to two maps, then the two differences that tell two_classes apart.
void write_model(const std::string& file, const char* result) {
  write_script(file, {{"weight", torch::ones({2, 1, 3, 3})}},
               fmt::format(R"(
    def logits(self, x):
        maps = torch.conv2d(x, self.weight, padding=1)
        left = maps[:, 0, :, 0:4].mean([1, 2]) - maps[:, 0, :, 4:8].mean([1, 2])
        top = maps[:, 1, 0:4].mean([1, 2]) - maps[:, 1, 4:8].mean([1, 2])
        return torch.stack([left, top], 1)
    def forward(self, x):
        y = self.logits(x)
        {}
)",
                           result));
}

struct Files {
  Folder folder{"script"};
  Files() {
    const auto write_part = [&](const std::string& part, const ImageSet& set) {
      const auto count = static_cast<std::uint32_t>(set.size());
      write_gz(folder / (part + "-images-idx3-ubyte.gz"),
               idx({2051, count, 8, 8}, {set.pixels.begin(), set.pixels.end()}));
      write_gz(folder / (part + "-labels-idx1-ubyte.gz"),
               idx({2049, count}, {set.labels.begin(), set.labels.end()}));
    };
    write_part("train", two_classes(20, 1));
    write_part("t10k", two_classes(100, 2));
  }
  ScriptRecipe recipe() const {
    ScriptRecipe out;
    out.stages = {{"small", folder / "small.pt", 0}};
    out.data = folder.path();
    out.dataset = "drawn";
    return out;
  }
};

std::string refusal(const ScriptRecipe& recipe) {
  try {
    record_scripts(recipe);
  } catch (const InputError& error) {
    const std::string line = error.what();
    CHECK(line.find('\n') == std::string::npos);
    return line;
  }
  return "taken";
}

bool says(const std::string& line, const std::string& part) {
  INFO(line);
  return line.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("scripted networks become stages and a variant, with cost, scores and both splits") {
  const Files files;
  write_model(files.folder / "small.pt", R"(return {"logits": y, "q": y.abs().max(1)[0]})");
  write_model(files.folder / "big.pt", "return y");
  ScriptRecipe recipe = files.recipe();
  recipe.cloud = {"cloud", files.folder / "big.pt", 1e6};
  const InferenceTrace trace = record_scripts(recipe);
  REQUIRE(trace.splits.size() == 2);
  CHECK(trace.classes == 2);
  CHECK(trace.split("calibration")->size() == 20);  // 0.2 of 100
  const Split& test = *trace.split("test");
  CHECK(test.size() == 80);
  const Stage& small = test.stages.at(0);
  CHECK(small.name == "small");
  // 3 * 3 * 1 weights * 2 maps * 64 places, counted while it runs; 18 weights of 4 bytes
  CHECK(small.work.si() == 2 * 9 * 2 * 64);
  CHECK(small.params == 18);
  CHECK(small.weights.si() == 72);
  REQUIRE(small.scores.size() == 1);
  CHECK(small.scores[0].name == "q");
  double right = 0;
  for (std::size_t i = 0; i < 80; ++i) {
    const float left = small.answers.logits[2 * i];
    const float top = small.answers.logits[2 * i + 1];
    CHECK(small.scores[0].values[i] == std::max(std::abs(left), std::abs(top)));
    right += small.answers.correct[i];
  }
  CHECK(right > 70);  // 60 of 255 more on a half of 32 pixels, noise of 57 each
  CHECK(test.variants.at(0).cloud_work.si() == 2e6);
  CHECK(test.variants[0].answers.logits == small.answers.logits);
  CHECK(test.variants[0].payload.si() == 64);
}

TEST_CASE("matrix products and grouped convolutions are counted, too") {
  const Files files;
  write_script(files.folder / "small.pt",
               {{"depthwise", torch::ones({2, 1, 3, 3})},
                {"weight", torch::ones({5, 128})},
                {"bias", torch::zeros({5})}},
               R"(
    def forward(self, x):
        maps = torch.conv2d(torch.cat([x, x], 1), self.depthwise, padding=1, groups=2)
        flat = maps.flatten(1)
        features = torch.addmm(self.bias, flat, self.weight.t())
        return torch.matmul(features, self.weight[:, 0:2])
)");
  ScriptModule script(files.folder / "small.pt", torch::kCPU);
  const ImageSet set = two_classes(3, 1);
  // 9 * 2 * 64 + 128 * 5 + 5 * 2
  CHECK(script.macs(set, {{0}, {1}}) == 1152 + 640 + 10);
}

TEST_CASE("what is no TorchScript archive is refused in one line, whatever it is") {
  const Files files;
  write(files.folder / "small.pt", "no archive");
  CHECK(says(refusal(files.recipe()), "small.pt: is not a TorchScript archive"));
  // weights alone, as torch.save writes them: an archive of the same kind, without code
  torch::save(torch::ones({3}), files.folder / "small.pt");
  write_model(files.folder / "other.pt", "return y");
  const std::string saved = refusal(files.recipe());
  CHECK((says(saved, "is not a TorchScript archive") || says(saved, "forward")));
  std::filesystem::resize_file(files.folder / "other.pt", 500);
  ScriptRecipe recipe = files.recipe();
  recipe.stages[0].file = files.folder / "other.pt";
  CHECK(says(refusal(recipe), "is not a TorchScript archive"));
  recipe.stages[0].file = files.folder / "nobody.pt";
  CHECK(says(refusal(recipe), "nobody.pt: cannot be read; expected a TorchScript archive"));
}

TEST_CASE("an output that is no logits is refused by what it is") {
  const Files files;
  const auto with = [&](const char* result) {
    write_model(files.folder / "small.pt", result);
    return refusal(files.recipe());
  };
  CHECK(says(with("return y[:, 0:1]"), "forward gives logits [20, 1]; expected logits [20, 2]"));
  CHECK(says(with(R"(return {"scores": y})"), "scores [20, 2]"));
  CHECK(says(with(R"(return {"q": y[:, 0]})"), "without logits"));
  CHECK(says(with("return (y, y)"), "forward gives (Tensor, Tensor)"));
  CHECK(says(with("return y / 0.0 * 0.0"), "not all finite"));
  CHECK(says(with("return torch.conv2d(x[:, :, 0], self.weight)"), "small.pt: forward failed on"));
}

TEST_CASE("scores have names that a trace can hold, and are the same for all images") {
  const Files files;
  const auto with = [&](const std::string& result) {
    write_model(files.folder / "small.pt", result.c_str());
    return refusal(files.recipe());
  };
  CHECK(says(with(R"(return {"logits": y, "a/b": y[:, 0]})"), "a member named a/b"));
  CHECK(says(with(R"(return {"logits": y, "": y[:, 0]})"), "a member named"));
  // 20 rows of calibration have no q, 80 of test have one
  CHECK(
      says(with("d = {\"logits\": y}\n        if x.size(0) > 30:\n            d[\"q\"] = y[:, 0]\n"
                "        return d"),
           "other scores than for images before"));
  CHECK(says(with("return y.to_sparse()"), "of another kind than plain real numbers"));
}

TEST_CASE("a network without products that are counted needs to be told its cost") {
  const Files files;
  write_script(files.folder / "small.pt", {},
               "def forward(self, x):\n    return x.flatten(1)[:, 0:2]\n");
  ScriptRecipe recipe = files.recipe();
  CHECK(says(refusal(recipe),
             "small.pt: runs no convolution and no matrix product that is counted; "
             "expected --macs small=VALUE"));
  recipe.stages[0].macs = 1000;
  CHECK(refusal(recipe) == "taken");
}

TEST_CASE("numbers per channel and shares of the test images are checked") {
  const Files files;
  write_model(files.folder / "small.pt", "return y");
  ScriptRecipe recipe = files.recipe();
  recipe.mean = {0.1, 0.2, 0.3};
  CHECK(refusal(recipe) == "--mean = 0.1,0.2,0.3; expected 1 numbers, one a channel");
  recipe = files.recipe();
  recipe.deviation = {0};
  CHECK(says(refusal(recipe), "--mean, --deviation = 0, 0; expected finite numbers"));
  recipe = files.recipe();
  recipe.calibration = 1;
  CHECK(says(refusal(recipe), "--calibration = 1; expected a share"));
}
