// Is a recording what its recipe says, the same each time, and the same after a kill?
#include "traces/recorder/recording.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/unit/recorder/written_dataset.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

const char* const tiny = R"(
seed: 3
dataset: {name: tiny, kind: idx, classes: 2, calibration: 40, source: drawn, licence: none}
augmentation: {pad: 1}
cloud:
  network: {form: resnet, depth: 8, width: 0.25}
  training: {epochs: 3, batch: 16, rate: 0.05, decay: step}
stages:
  plain:
    network: {form: resnet, depth: 8, width: 0.125, stem_stride: 2}
    training: {epochs: 3, batch: 16, rate: 0.05}
  appealnet:
    from: plain
    loss: white_box
    training: {epochs: 3, batch: 16, rate: 0.02}
  black:
    from: plain
    loss: black_box
    training: {epochs: 2, batch: 16, rate: 0.02}
  both:
    from: plain
    loss: two_exits
    exit: 4
    update: layer_wise
    training: {epochs: 2, batch: 16, rate: 0.02}
)";

Recipe tiny_recipe() { return read_recipe(parse_document(tiny, "tiny.yaml")); }

Dataset tiny_dataset() { return {two_classes(200, 1), two_classes(60, 2)}; }

bool same(const Answers& a, const Answers& b) {
  return a.logits == b.logits && a.correct == b.correct && a.predicted == b.predicted;
}

// Bit by bit, on purpose: repeatable means equal.
bool same(const InferenceTrace& a, const InferenceTrace& b) {
  for (const char* name : {"calibration", "test"}) {
    const Split& left = *a.split(name);
    const Split& right = *b.split(name);
    if (left.labels != right.labels) return false;
    for (std::size_t i = 0; i < left.stages.size(); ++i) {
      if (!same(left.stages[i].answers, right.stages[i].answers)) return false;
    }
    for (const char* two_head : {"appealnet", "black"}) {
      if (left.stage(two_head)->scores[0].values != right.stage(two_head)->scores[0].values) {
        return false;
      }
    }
    if (!same(left.variants[0].answers, right.variants[0].answers)) return false;
  }
  return true;
}

struct Killed : std::runtime_error {
  Killed() : std::runtime_error("killed") {}
};

}  // namespace

TEST_CASE("a recording holds both splits, its stages with their cost, and the cloud's answers") {
  const InferenceTrace trace = record(tiny_recipe(), tiny_dataset(), {});
  CHECK(trace.dataset == "tiny");
  CHECK(trace.classes == 2);
  CHECK(trace.seed == 3);
  REQUIRE(trace.split("calibration") != nullptr);
  REQUIRE(trace.split("test") != nullptr);
  CHECK(trace.split("calibration")->size() == 40);
  const Split& test = *trace.split("test");
  CHECK(test.labels == two_classes(60, 2).labels);  // IDX: in the order of the file
  const Stage& plain = *test.stage("plain");
  const Stage& appealnet = *test.stage("appealnet");
  CHECK(plain.answers.logits.size() == 60 * 2);
  CHECK(plain.scores.empty());
  CHECK(plain.loss == "plain");
  CHECK(plain.from == "");
  CHECK(appealnet.loss == "white_box");
  CHECK(appealnet.from == "plain");
  CHECK(test.stage("black")->loss == "black_box");
  REQUIRE(appealnet.scores.size() == 1);
  CHECK(appealnet.scores[0].name == "q");
  CHECK(appealnet.scores[0].values.size() == 60);
  for (const float q : appealnet.scores[0].values) CHECK((q >= 0 && q <= 1));
  // a predictor of 4 * 2 = 8 features: 8 MACs = 16 FLOP, 9 parameters of 4 bytes
  CHECK((appealnet.work - plain.work).si() == 16);
  CHECK(appealnet.params - plain.params == 9);
  CHECK((appealnet.weights - plain.weights).si() == 36);
  const Variant& image = test.variants.at(0);
  CHECK(image.payload.si() == 64);  // 8 x 8 gray
  CHECK(image.reply.si() == 16);
  CHECK(image.payload_bytes.empty());
  CHECK(image.answers.logits.size() == 60 * 2);
  for (std::size_t i = 0; i < 60; ++i) {
    const bool right = plain.answers.predicted[i] == test.labels[i];
    CHECK(plain.answers.correct[i] == (right ? 1 : 0));
    const bool second = plain.answers.logits[2 * i + 1] > plain.answers.logits[2 * i];
    CHECK(plain.answers.predicted[i] == (second ? 1 : 0));
  }
}

TEST_CASE(
    "a network with two exits is recorded as two stages, each with its own cost and answers") {
  const Folder folder("two_exits");
  write_inference_trace(record(tiny_recipe(), tiny_dataset(), {}), folder / "t.h5");
  const InferenceTrace trace = read_inference_trace(folder / "t.h5");
  for (const char* split : {"calibration", "test"}) {
    const Stage& exit = *trace.split(split)->stage("both_exit");
    const Stage& whole = *trace.split(split)->stage("both");
    const Stage& plain = *trace.split(split)->stage("plain");
    CHECK(exit.exit_of == "both");
    CHECK(whole.exit_of == "");
    CHECK(plain.exit_of == "");
    CHECK(exit.loss == "two_exits");
    CHECK(whole.loss == "two_exits");
    CHECK(exit.from == "plain");
    CHECK(whole.from == "plain");
    // normal mode runs what the network without an exit runs
    CHECK(whole.work == plain.work);
    CHECK(whole.params == plain.params);
    // 1 x 8 x 8, stem of stride 2 to 2 channels of 4 x 4: 9*2 * 16 = 288 MACs, a block 2 * 9*2*2 *
    // 16 = 1 152, a head 2*2; weights 18 + 4, 72 + 8, 4 + 2, of 4 bytes
    CHECK(exit.work.si() == 2 * (288 + 1152 + 4));
    CHECK(exit.params == 22 + 80 + 6);
    CHECK(exit.weights.si() == 4 * 108);
    CHECK(exit.answers.logits.size() == whole.answers.logits.size());
    CHECK(exit.answers.logits != whole.answers.logits);
  }
}

TEST_CASE("the cloud network learns to tell two classes apart") {
  Recipe recipe = tiny_recipe();
  recipe.cloud.training.epochs = 8;
  const InferenceTrace trace = record(recipe, tiny_dataset(), {});
  double right = 0;
  for (const auto one : trace.split("test")->variants[0].answers.correct) right += one;
  CHECK(right / 60 > 0.8);  // a coin: 0.5 +- 0.065
}

TEST_CASE("the same recipe gives the same bits, another seed others") {
  const InferenceTrace once = record(tiny_recipe(), tiny_dataset(), {});
  CHECK(same(once, record(tiny_recipe(), tiny_dataset(), {})));
  Recipe other = tiny_recipe();
  other.seed = 4;
  CHECK_FALSE(same(once, record(other, tiny_dataset(), {})));
}

TEST_CASE("a recording killed in the midst of each network resumes to what it would have been") {
  const InferenceTrace undisturbed = record(tiny_recipe(), tiny_dataset(), {});
  const Folder folder("checkpoints");
  RecordOptions options;
  options.checkpoints = folder.path();
  int resumed = 0;
  for (const char* network : {"cloud", "plain", "appealnet", "black", "both"}) {
    int batches = 0;
    options.watch = [&](const TrainingStep& step) {
      resumed += step.resumed ? 1 : 0;
      // 160 rows in batches of 16: 10 an epoch; the kill falls into the second one
      if (step.network == network && !step.began && ++batches == 15) throw Killed();
    };
    CHECK_THROWS_AS(record(tiny_recipe(), tiny_dataset(), options), Killed);
  }
  int began = 0;
  options.watch = [&](const TrainingStep& step) {
    resumed += step.resumed ? 1 : 0;
    began += step.began ? 1 : 0;
    if (!step.resumed) CHECK((step.network == "both" && step.epoch == 2));
  };
  CHECK(same(undisturbed, record(tiny_recipe(), tiny_dataset(), options)));
  // cloud on each of the five later runs, plain on four, appealnet on three, black on two, both on
  // the last
  CHECK(resumed == 5 + 4 + 3 + 2 + 1);
  CHECK(began == 1);  // a network that is done does not begin again
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    CHECK(entry.path().extension() == ".pt");  // nothing unfinished is left
  }
}

TEST_CASE("averaged weights come out alike when the averaging was killed") {
  Recipe recipe = tiny_recipe();
  recipe.stages.clear();
  const InferenceTrace plain = record(recipe, tiny_dataset(), {});
  recipe.cloud.training.average = {3, 0.02};
  const InferenceTrace undisturbed = record(recipe, tiny_dataset(), {});
  const auto logits = [](const InferenceTrace& trace) {
    return trace.split("test")->variants[0].answers.logits;
  };
  CHECK(logits(plain) != logits(undisturbed));
  const Folder folder("checkpoints");
  RecordOptions options;
  options.checkpoints = folder.path();
  for (const int kill_at : {45, 8}) {  // 10 batches an epoch, 3 epochs of training: in the average
    int batches = 0;
    options.watch = [&](const TrainingStep& step) {
      if (!step.began && !step.resumed && ++batches == kill_at) throw Killed();
    };
    CHECK_THROWS_AS(record(recipe, tiny_dataset(), options), Killed);
  }
  options.watch = [](const TrainingStep&) {};
  CHECK(logits(undisturbed) == logits(record(recipe, tiny_dataset(), options)));
  // and from the finished checkpoint
  CHECK(logits(undisturbed) == logits(record(recipe, tiny_dataset(), options)));
}

TEST_CASE("a checkpoint of another recipe, or a broken one, is refused by its name") {
  const Folder folder("checkpoints");
  RecordOptions options;
  options.checkpoints = folder.path();
  Recipe recipe = tiny_recipe();
  record(recipe, tiny_dataset(), options);
  const auto refusal = [&](const Recipe& other) -> std::string {
    try {
      record(other, tiny_dataset(), options);
    } catch (const InputError& error) {
      return error.what();
    }
    return "taken";
  };
  // only the appealnet depends on its beta: the others stay
  recipe.stages[1].beta = 0.2;
  CHECK(refusal(recipe).find("appealnet.pt: belongs to another recipe") != std::string::npos);
  recipe.cloud.training.rate = 0.06;
  CHECK(refusal(recipe).find("cloud.pt: belongs to another recipe") != std::string::npos);
  std::filesystem::resize_file(folder / "cloud.pt", 1000);
  CHECK(refusal(tiny_recipe()).find("cloud.pt: is not a checkpoint") != std::string::npos);
}

TEST_CASE("progress never goes back and ends at the whole") {
  RecordOptions options;
  double before = 0;
  options.watch = [&](const TrainingStep& step) {
    CHECK(step.done >= before);
    before = step.done;
  };
  record(tiny_recipe(), tiny_dataset(), options);
  CHECK(before == doctest::Approx(1));
}

TEST_CASE("what cannot be recorded is the user's mistake") {
  Recipe recipe = tiny_recipe();
  recipe.dataset.calibration = 200;
  CHECK_THROWS_WITH_AS(record(recipe, tiny_dataset(), {}),
                       "tiny.yaml: dataset.calibration = 200; expected fewer than the 200 training "
                       "images",
                       InputError);
  recipe = tiny_recipe();
  recipe.cloud.training.rate = 1e30;
  CHECK_THROWS_AS(record(recipe, tiny_dataset(), {}), InputError);
}

TEST_CASE("coded images add a variant that sends the file as it is, in shuffled order") {
  Dataset data = tiny_dataset();
  const auto sized = [](ImageSet& set) {
    for (std::size_t i = 0; i < set.size(); ++i) {
      set.file_bytes.push_back(static_cast<std::uint32_t>(1000 + i));
    }
  };
  sized(data.train);
  sized(data.test);
  Recipe recipe = tiny_recipe();
  recipe.cloud.training.epochs = 1;
  for (auto& stage : recipe.stages) stage.training.epochs = 1;
  const InferenceTrace trace = record(recipe, data, {});
  const Split& test = *trace.split("test");
  REQUIRE(test.variant("jpeg") != nullptr);
  const auto& bytes = test.variant("jpeg")->payload_bytes;
  REQUIRE(bytes.size() == 60);
  CHECK_FALSE(std::is_sorted(bytes.begin(), bytes.end()));
  for (std::size_t i = 0; i < 60; ++i) CHECK(test.labels[i] == data.test.labels[bytes[i] - 1000]);
  CHECK(same(test.variant("jpeg")->answers, test.variant("image")->answers));
}

TEST_CASE("networks that are trained apart make the trace of networks trained together") {
  const Folder folder("apart");
  RecordOptions options;
  options.checkpoints = folder.path();
  const auto train = [&](std::vector<std::string> only) {
    std::vector<std::string> trained;
    options.only = std::move(only);
    double done = 0;
    options.watch = [&](const TrainingStep& step) {
      CHECK(done < 1);  // before the last step
      CHECK(step.done >= done);
      done = step.done;
      if (step.began) trained.push_back(step.network);
    };
    train_only(tiny_recipe(), tiny_dataset(), options);
    CHECK(done == doctest::Approx(1));
    return trained;
  };
  CHECK(train({"black"}) == std::vector<std::string>{"plain", "black"});  // where it begins, too
  CHECK(train({"cloud"}) == std::vector<std::string>{"cloud"});
  CHECK(train({"appealnet", "plain"}) == std::vector<std::string>{"appealnet"});
  CHECK(train({"both"}) == std::vector<std::string>{"both"});
  options.only.clear();
  options.watch = [](const TrainingStep& step) { CHECK(step.resumed); };
  CHECK(same(record(tiny_recipe(), tiny_dataset(), {}),
             record(tiny_recipe(), tiny_dataset(), options)));
}

TEST_CASE("float16 logits are what float32 ones round to, and judged as they are stored") {
  Recipe recipe = tiny_recipe();
  const InferenceTrace whole = record(recipe, tiny_dataset(), {});
  recipe.half_logits = true;
  const InferenceTrace half = record(recipe, tiny_dataset(), {});
  const auto& exact = whole.split("test")->stages[0].answers;
  const auto& rounded = half.split("test")->stages[0].answers;
  bool moved = false;
  for (std::size_t i = 0; i < exact.logits.size(); ++i) {
    // 11 bits: half a unit in the last place is 2^-11 of a value
    CHECK(std::abs(exact.logits[i] - rounded.logits[i]) <= std::abs(exact.logits[i]) * 0x1p-11f);
    moved = moved || exact.logits[i] != rounded.logits[i];
  }
  CHECK(moved);
  for (std::size_t i = 0; i < 60; ++i) {
    const bool second = rounded.logits[2 * i + 1] > rounded.logits[2 * i];
    CHECK(rounded.predicted[i] == (second ? 1 : 0));
  }
}
