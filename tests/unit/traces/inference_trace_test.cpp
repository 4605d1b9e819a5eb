#include "traces/inference_trace.hpp"

#include <cmath>
#include <limits>

#include "tests/unit/traces/scratch.hpp"
#include "traces/hdf5/writing.hpp"

namespace updraft {
namespace {

std::string told(const std::string& file) {
  return complaint(file, [](const std::string& name) { read_inference_trace(name); });
}

Split split_of(const std::string& name) {
  Split split;
  split.name = name;
  split.labels = {0, 1, 2, 1};
  Stage small;
  small.name = "small";
  small.work = Flops(2 * 1000.5);  // macs need not be whole
  small.params = 10;
  small.weights = Bytes(40);
  small.family = "toy";
  small.loss = "plain";
  small.answers.logits = {3, 1, 0, 0, 2, 1, 1, 0, 2, 2, 1, 0};  // classes 0, 1, 2, 0
  small.scores = {{"q", {.9f, .8f, .7f, .1f}}, {"age", {1, 2, 3, 4}}};
  Stage exit = small;
  exit.name = "an_exit";  // after small although its name sorts before
  exit.scores.clear();
  exit.loss = "black_box";
  exit.from = "small";
  exit.exit_of = "small";
  split.stages = {small, exit};
  Variant full;
  full.name = "full";
  full.payload = Bytes(3072);
  full.reply = Bytes(16);
  full.cloud_work = Flops(80000);
  full.answers.logits = small.answers.logits;
  Variant crop;
  crop.name = "crop";
  crop.payload = Bytes(500);
  crop.payload_bytes = {400, 500, 600, 4294967295};
  crop.reply = Bytes(16);
  crop.cloud_work = Flops(40000);
  crop.encode_work = Flops(200);
  crop.answers.correct = {1, 0, 1, 1};  // no logits
  split.variants = {full, crop};
  return split;
}

InferenceTrace toy() {
  InferenceTrace trace;
  trace.dataset = "toy";
  trace.classes = 3;
  trace.created_by = "a test";
  trace.seed = 1234567890123;
  trace.source = "made up, in µs";
  trace.licence = "none";
  trace.splits = {split_of("calibration"), split_of("test")};
  return trace;
}

std::string told_of(const InferenceTrace& trace) {
  const Scratch scratch;
  write_inference_trace(trace, scratch.path("t.h5"));
  return told(scratch.path("t.h5"));
}

// Runs python that has h5py; false after saying that the test skips without it.
bool run_python(const std::string& script) {
  for (const std::string python : {"python3", "/usr/bin/python3"}) {
    if (std::system((python + " -c 'import h5py' 2>/dev/null").c_str()) != 0) continue;
    REQUIRE(std::system((python + " '" + script + "'").c_str()) == 0);
    return true;
  }
  MESSAGE("skipped: no python3 with h5py");
  return false;
}

}  // namespace

TEST_CASE("numbers of 11 bits are halves; others go to the nearest, halfway ones to the even") {
  using hdf5::nearest_half;
  CHECK(nearest_half(1.5f) == 1.5f);
  CHECK(nearest_half(-2048) == -2048);
  CHECK(nearest_half(2049) == 2048);                // between 2048 and 2050: 2048 / 2 is even
  CHECK(nearest_half(2051) == 2052);                // between 2050 and 2052
  CHECK(nearest_half(1.0f / 3) == 1365.0f / 4096);  // 1/3 = 1365.33 / 4096, 1365 < 2048
  CHECK(nearest_half(65519) == 65504);              // the largest
  CHECK(nearest_half(-1e6f) == -65504);
  CHECK(nearest_half(0x1p-24f) == 0x1p-24f);  // the smallest
  CHECK(nearest_half(0x1.8p-25f) == 0x1p-24f);
  CHECK(nearest_half(0x1p-25f) == 0);  // halfway to 0, which is even
  CHECK(nearest_half(0) == 0);
}

TEST_CASE("columns of halves take two bytes a number, others four, and read back the same") {
  const Scratch scratch;
  InferenceTrace trace = toy();
  trace.splits.pop_back();
  auto& stage = trace.splits[0].stages[0];
  stage.answers.logits[0] = 3 + 0x1p-9f;  // 11 bits: a half
  stage.scores[0].values[0] = 0.9f;       // 24 bits
  const std::string file = scratch.path("half.h5");
  write_inference_trace(trace, file);
  const InferenceTrace back = read_inference_trace(file);
  CHECK(back.splits[0].stages[0].answers.logits == stage.answers.logits);
  CHECK(back.splits[0].stages[0].scores[0].values == stage.scores[0].values);
  std::ofstream(scratch.path("half.py"))
      << "import h5py\n"
      << "f = h5py.File('" << file << "')['calibration/edge/small']\n"
      << "assert f['logits'].dtype == 'f2', f['logits'].dtype\n"
      << "assert f['logits'][0, 0] == 3 + 2**-9\n"
      << "assert f['scores/q'].dtype == 'f4', f['scores/q'].dtype\n"
      << "assert f['scores/age'].dtype == 'f2'\n";
  run_python(scratch.path("half.py"));
}

TEST_CASE("theta and counts of coefficients are kept; theta that is no number is refused") {
  const Scratch scratch;
  InferenceTrace trace = toy();
  trace.splits.pop_back();
  Split& split = trace.splits[0];
  const std::size_t rows = split.size();
  CHECK(split.stages[0].theta.empty());
  for (std::size_t i = 0; i < 4 * rows; ++i) {
    split.stages[0].theta.push_back(static_cast<float>(i) / 3);  // 24 bits: no halves
  }
  split.stages[0].theta_convention = "x right";
  split.variants[0].nonzero.assign(rows, 7);
  const std::string file = scratch.path("theta.h5");
  write_inference_trace(trace, file);
  const Split back = read_inference_trace(file).splits[0];
  CHECK(back.stages[0].theta == split.stages[0].theta);
  CHECK(back.stages[0].theta_convention == "x right");
  CHECK(back.variants[0].nonzero == split.variants[0].nonzero);
  CHECK(back.stages[1].theta.empty());
  split.stages[0].theta[5] = std::numeric_limits<float>::infinity();
  CHECK(told_of(trace).find("/theta = inf at row 1; expected finite numbers") != std::string::npos);
}

TEST_CASE("a stage that is from nobody is refused") {
  InferenceTrace trace = toy();
  trace.splits.pop_back();
  trace.splits[0].stages[1].from = "smal";
  CHECK(told_of(trace).find("/calibration/edge/an_exit@from = smal; expected the name of a stage "
                            "beside it") != std::string::npos);
}

TEST_CASE("an early exit of nobody, or of itself, is refused") {
  for (const char* other : {"smal", "an_exit"}) {
    InferenceTrace trace = toy();
    trace.splits.pop_back();
    trace.splits[0].stages[1].exit_of = other;
    CHECK(told_of(trace).find(std::string("/calibration/edge/an_exit@exit_of = ") + other +
                              "; expected the name of another stage beside it") !=
          std::string::npos);
  }
}

TEST_CASE("a trace that was written reads back as it was") {
  const Scratch scratch;
  const std::string file = scratch.path("toy.h5");
  write_inference_trace(toy(), file);
  const auto trace = read_inference_trace(file);
  CHECK(trace.file == file);
  CHECK(trace.dataset == "toy");
  CHECK(trace.task == "classification");
  CHECK(trace.classes == 3);
  CHECK(trace.created_by == "a test");
  CHECK(trace.seed == 1234567890123);
  CHECK(trace.source == "made up, in µs");
  CHECK(trace.licence == "none");
  REQUIRE(trace.splits.size() == 2);
  CHECK(trace.split("train") == nullptr);
  const Split* split = trace.split("test");
  REQUIRE(split != nullptr);
  CHECK(split->labels == std::vector<std::int32_t>{0, 1, 2, 1});
  REQUIRE(split->stages.size() == 2);
  CHECK(split->stages[0].name == "small");  // in the order of writing, not of the alphabet
  const Stage& stage = split->stages[0];
  CHECK(stage.work.si() == 2001);
  CHECK(stage.params == 10);
  CHECK(stage.weights.si() == 40);
  CHECK(stage.family == "toy");
  CHECK(stage.loss == "plain");
  CHECK(stage.from == "");
  CHECK(split->stages[1].loss == "black_box");
  CHECK(split->stages[1].from == "small");
  CHECK(stage.exit_of == "");
  CHECK(split->stages[1].exit_of == "small");
  CHECK(stage.answers.logits == toy().splits[0].stages[0].answers.logits);
  CHECK(stage.answers.predicted == std::vector<std::int32_t>{0, 1, 2, 0});
  CHECK(stage.answers.correct ==
        std::vector<std::uint8_t>{1, 1, 1, 0});  // the last one's label is 1
  REQUIRE(stage.scores.size() == 2);
  CHECK(stage.scores[0].name == "q");
  CHECK(stage.scores[1].values == std::vector<float>{1, 2, 3, 4});
  const Variant* crop = split->variant("crop");
  REQUIRE(crop != nullptr);
  CHECK(crop->payload_bytes == std::vector<std::uint32_t>{400, 500, 600, 4294967295});
  CHECK(crop->encode_work.si() == 200);
  CHECK(crop->answers.correct == std::vector<std::uint8_t>{1, 0, 1, 1});
  CHECK(crop->answers.predicted.empty());
  CHECK(split->variant("full")->encode_work.si() == 0);
}

TEST_CASE("the same content gives the same bytes, and reading and writing again changes none") {
  const Scratch scratch;
  write_inference_trace(toy(), scratch.path("a.h5"));
  write_inference_trace(toy(), scratch.path("b.h5"));
  CHECK(bytes_of(scratch.path("a.h5")) == bytes_of(scratch.path("b.h5")));
  write_inference_trace(read_inference_trace(scratch.path("a.h5")), scratch.path("c.h5"));
  write_inference_trace(read_inference_trace(scratch.path("c.h5")), scratch.path("d.h5"));
  CHECK(bytes_of(scratch.path("c.h5")) == bytes_of(scratch.path("d.h5")));
  CHECK(!std::filesystem::exists(scratch.path("a.h5.part")));
}

TEST_CASE("columns of many chunks read back as they were") {
  auto trace = toy();
  trace.splits.resize(1);
  Split& split = trace.splits[0];
  constexpr std::size_t rows = 50000;  // 150,000 logits in chunks of 65,535
  split.labels.assign(rows, 1);
  split.variants.clear();
  split.stages.resize(1);
  split.stages[0].scores.clear();
  auto& logits = split.stages[0].answers.logits;
  logits.clear();
  for (std::size_t i = 0; i < 3 * rows; ++i) logits.push_back(static_cast<float>(i * 7919 % 1000));
  const Scratch scratch;
  write_inference_trace(trace, scratch.path("t.h5"));
  CHECK(read_inference_trace(scratch.path("t.h5")).splits[0].stages[0].answers.logits == logits);
  CHECK(std::filesystem::file_size(scratch.path("t.h5")) < rows * 4);  // it is compressed
}

TEST_CASE("on a tie the lowest class is predicted, and a file's own judgement stands") {
  auto trace = toy();
  trace.splits.resize(1);
  Answers& answers = trace.splits[0].stages[0].answers;
  answers.logits = {5, 5, 0, 5, 5, 0, 1, 0, 2, 0, 1, 1};  // labels 0 1 2 1
  const Scratch scratch;
  write_inference_trace(trace, scratch.path("t.h5"));
  const auto derived = read_inference_trace(scratch.path("t.h5")).splits[0].stages[0].answers;
  CHECK(derived.predicted == std::vector<std::int32_t>{0, 0, 2, 1});
  CHECK(derived.correct == std::vector<std::uint8_t>{1, 0, 1, 1});
  answers.correct = {0, 1, 1, 1};  // rows 0 and 1 are ties that hold the label: either is true
  write_inference_trace(trace, scratch.path("t.h5"));
  CHECK(read_inference_trace(scratch.path("t.h5")).splits[0].stages[0].answers.correct ==
        answers.correct);
  answers.correct = {0, 1, 0, 1};  // row 2 is no tie
  CHECK(told_of(trace) ==
        "FILE: /calibration/edge/small/correct = 0 at row 2 (largest logit: class 2, label 2); "
        "expected "
        "what logits and label say");
  answers.logits = {0, 5, 5, 5, 5, 0, 1, 0, 2, 0, 1, 1};
  answers.correct = {1, 1, 1, 1};  // row 0: a tie, but of classes 1 and 2
  CHECK(told_of(trace) ==
        "FILE: /calibration/edge/small/correct = 1 at row 0 (largest logit: class 1, label 0); "
        "expected "
        "what logits and label say");
}

TEST_CASE("a regression task has no classes and says itself who is right") {
  auto trace = toy();
  trace.task = "regression";
  trace.classes = 0;
  trace.splits.resize(1);
  Split& split = trace.splits[0];
  split.stages.clear();
  split.variants.erase(split.variants.begin());
  split.labels = {-5, 70000, 0, 1};
  CHECK(told_of(trace) == "");
}

TEST_CASE("a label at either bound of the classes is accepted, one beyond is not") {
  auto trace = toy();
  trace.splits.resize(1);
  trace.splits[0].labels = {0, 2, 0, 2};
  CHECK(told_of(trace) == "");
  trace.splits[0].labels = {0, 3, -1, 2};
  CHECK(told_of(trace) ==
        "FILE: /calibration/label = 3 at row 1 and 1 more; expected classes in [0, 2]");
}

TEST_CASE("stages of both splits are put into one order") {
  auto trace = toy();
  std::swap(trace.splits[1].stages[0], trace.splits[1].stages[1]);
  std::swap(trace.splits[1].variants[0], trace.splits[1].variants[1]);
  const Scratch scratch;
  write_inference_trace(trace, scratch.path("t.h5"));
  const auto read = read_inference_trace(scratch.path("t.h5"));
  for (const auto& split : read.splits) {
    CHECK(split.stages[0].name == "small");
    CHECK(split.variants[0].name == "full");
  }
}

TEST_CASE("a file that cannot be written says why and leaves nothing behind") {
  const Scratch scratch;
  const auto write = [](const std::string& file) { write_inference_trace(toy(), file); };
  CHECK(complaint(scratch.path("none/t.h5"), write) ==
        "FILE: cannot be written: No such file or directory");
  std::filesystem::create_directory(scratch.path("folder"));
  CHECK(complaint(scratch.path("folder"), write) == "FILE: cannot be written: Is a directory");
  CHECK(!std::filesystem::exists(scratch.path("folder.part")));
}

TEST_CASE("the ten lines of h5py in the README make a trace that is read") {
  const std::string readme = bytes_of("traces/README.md");
  const auto begin = readme.find("```python\n");
  REQUIRE(begin != std::string::npos);
  std::string code = readme.substr(begin + 10, readme.find("```", begin + 10) - begin - 10);
  const Scratch scratch;
  const auto at = code.find("mine.h5");
  REQUIRE(at != std::string::npos);
  code.replace(at, 7, scratch.path("mine.h5"));
  const auto script =
      scratch.write("make.py",
                    "import numpy as np\nlabel = np.arange(6) % 3\n"
                    "edge = np.eye(3)[label][:, ::-1] + 0.0\ncloud = np.eye(3, dtype='f2')[label]\n"
                    "q = np.linspace(0, 1, 6)\n" +
                        code);
  if (!run_python(script)) return;
  const auto trace = read_inference_trace(scratch.path("mine.h5"));
  REQUIRE(trace.splits.size() == 1);
  const Split& split = trace.splits[0];
  CHECK(trace.classes == 3);
  CHECK(split.labels == std::vector<std::int32_t>{0, 1, 2, 0, 1, 2});
  REQUIRE(split.stages.size() == 1);
  CHECK(split.stages[0].answers.correct ==
        std::vector<std::uint8_t>{0, 1, 0, 0, 1, 0});  // mirrored
  CHECK(split.stages[0].scores.size() == 1);
  REQUIRE(split.variants.size() == 1);
  CHECK(split.variants[0].answers.correct == std::vector<std::uint8_t>(6, 1));
}

TEST_CASE("texts, integers and floats of any width that h5py writes are read") {
  const Scratch scratch;
  const std::string file = scratch.path("any.h5");
  const auto script = scratch.write("make.py", R"(
import h5py, numpy as np
with h5py.File(")" + file + R"(", "w") as f:
    f.attrs["format"] = np.bytes_("updraft-inference")           # fixed length
    f.attrs["dataset"] = np.array(["naïve"], dtype=h5py.string_dtype())  # variable, one element
    f.attrs["version"] = np.int8(1)
    f.attrs["classes"] = np.array([2], ">i2")                    # big-endian, one element
    for i, split in enumerate(("calibration", "test")):
        s = f.create_group(split)
        s.create_dataset("label", data=np.array([0, 1], ("i8", "u1")[i]), compression="gzip")
        e = s.create_group("edge/net")
        e.attrs.update(macs=np.float32(5.5), params=np.uint8(3), weight_bytes=12)
        e.create_dataset("logits", data=np.array([[1, 0], [0, 1]], ("f2", ">f8")[i]))
        e["correct"] = np.array([True, True])                    # h5py's bool is an enumeration
        e["scores/rank"] = np.array([2, 1], "i8")
        e["theta"] = np.zeros((2, 4), "f4")                      # not used by the simulator
        e.attrs["my own"] = "notes are welcome"
)");
  if (!run_python(script)) return;
  const auto trace = read_inference_trace(file);
  CHECK(trace.dataset == "naïve");
  CHECK(trace.classes == 2);
  for (const auto& split : trace.splits) {
    CHECK(split.labels == std::vector<std::int32_t>{0, 1});
    CHECK(split.stages[0].work.si() == 11);
    CHECK(split.stages[0].answers.logits == std::vector<float>{1, 0, 0, 1});
    CHECK(split.stages[0].answers.correct == std::vector<std::uint8_t>{1, 1});
    CHECK(split.stages[0].scores[0].values == std::vector<float>{2, 1});
  }
}

}  // namespace updraft
