// Are the pictures of a recording drawn, and is nothing run or lost where they cannot be?
#include "analysis/recording/figures.hpp"

#include <doctest/doctest.h>

#include "analysis/recording/files.hpp"
#include "sim/core/document.hpp"
#include "tests/unit/analysis/ten_rows.hpp"
#include "tests/unit/core/temporary_folder.hpp"

using namespace updraft;
using namespace updraft::testing;
namespace fs = std::filesystem;

namespace {

InferenceTrace oddly_named() {
  InferenceTrace trace = ten_rows();
  trace.dataset = "it's `touch escaped` @x {/Bold y}";
  for (auto& split : trace.splits) split.stages[0].name = "ne't `touch escaped` a/b";
  return trace;
}

}  // namespace

TEST_CASE("without gnuplot the data and the scripts are there, and a line says how to draw them") {
  const TemporaryFolder sandbox;
  const OutputFolder folder(sandbox.root() / "result");
  const InferenceTrace trace = ten_rows();
  const Drawn drawn =
      draw_recording(folder, report_on(contest_of(trace, "test", ""), {0, 1, {}}), "no-gnuplot");
  CHECK(drawn.figures.empty());
  CHECK(drawn.trouble.starts_with("No figure was drawn: gnuplot is not installed"));
  for (const char* file :
       {"accuracy_vs_cost_net.csv", "accuracy_vs_cost_net.gp", "score_histograms_net.gp"})
    CHECK(fs::exists(folder.path(file)));
}

TEST_CASE("the data of the cost figure: cost in MMAC, accuracy in percent") {
  const TemporaryFolder sandbox;
  const OutputFolder folder(sandbox.root() / "result");
  const InferenceTrace trace = ten_rows();
  draw_recording(folder, report_on(contest_of(trace, "test", ""), {0, 1, {}}), "no-gnuplot");
  const std::string csv = read_file(folder.path("accuracy_vs_cost_net.csv").string(), 1 << 20);
  // one offloaded of ten: .9 * 1 + .1 * 10 MMAC, 8 of 10 right
  CHECK(csv.find("\nq of net,1.9,80\n") != std::string::npos);
  // the oracle's knee at B = g = .3: .7 * 1 + .3 * 10, all that can be right
  CHECK(csv.find("\noracle,3.7,100\n") != std::string::npos);
}

TEST_CASE("odd names are drawn as they are, and end up in plain file names") {
  if (std::system("command -v gnuplot > /dev/null") != 0) {
    MESSAGE("skipped: gnuplot is not installed");
    return;
  }
  const TemporaryFolder sandbox;
  const OutputFolder folder(sandbox.root() / "result");
  const InferenceTrace trace = oddly_named();
  const RecordingReport report = report_on(contest_of(trace, "test", ""), {0, 1, {}});
  write_recording(folder, report);
  const Drawn drawn = draw_recording(folder, report);
  CHECK(drawn.trouble == "");
  REQUIRE(drawn.figures.size() == 2);
  for (const std::string& figure : drawn.figures) {
    CAPTURE(figure);
    CHECK(figure.ends_with("ne_t__touch_escaped__a_b"));
    CHECK(read_file(folder.path(figure + ".png").string(), 1 << 24).substr(1, 3) == "PNG");
    CHECK(read_file(folder.path(figure + ".svg").string(), 1 << 24).find("</svg>") !=
          std::string::npos);
  }
  CHECK_FALSE(fs::exists(folder.path("escaped")));
}

TEST_CASE("a family without scores has no histograms, and its cost figure has the lines alone") {
  const TemporaryFolder sandbox;
  const OutputFolder folder(sandbox.root() / "result");
  InferenceTrace trace = ten_rows();
  for (auto& split : trace.splits) {
    Stage other = split.stages[0];
    other.name = "silent";
    other.scores.clear();
    other.from = "gone";  // somebody says from: every stage is a family of its own
    split.stages.push_back(other);
  }
  const Drawn drawn =
      draw_recording(folder, report_on(contest_of(trace, "test", ""), {0, 1, {}}), "no-gnuplot");
  CHECK(drawn.figures.empty());
  for (const char* figure :
       {"accuracy_vs_cost_net", "score_histograms_net", "accuracy_vs_cost_silent"})
    CHECK(fs::exists(folder.path(std::string(figure) + ".gp")));
  CHECK_FALSE(fs::exists(folder.path("score_histograms_silent.gp")));
}
