// Does `updraft analyze` say of a recording what can be had by hand, in the files that it leaves as
// in what it prints?
#include <doctest/doctest.h>
#include <sched.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/bad_input/program.hpp"
#include "tests/unit/analysis/ten_rows.hpp"
#include "tests/unit/traces/scratch.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

using Json = nlohmann::json;

const Json& find(const Json& list, const std::vector<std::pair<std::string, Json>>& facts) {
  for (const Json& each : list) {
    bool all = true;
    for (const auto& [key, value] : facts) all = all && each.at(key) == value;
    if (all) return each;
  }
  FAIL("nothing with ", Json(facts).dump());
  return list;
}

TEST_CASE("ten rows, told to a file, to the terminal and as JSON") {
  const Scratch folder;
  write_inference_trace(testing::ten_rows(), folder.path("ten.h5"));
  const Said json = run_updraft({"analyze", "ten.h5", "--json", "--draws", "100"}, folder.path(""));
  CHECK(json.err == "");
  REQUIRE(json.status == 0);
  CHECK(json.out == bytes_of(folder.path("results/analyze_ten/analysis.json")));
  const Json all = Json::parse(json.out);
  CHECK(all.at("rows") == 10);
  CHECK(all.at("tuning_rows") == 4);
  const Json& family = all.at("families").at(0);
  CHECK(family.at("base") == "net");
  CHECK(family.at("stages").at(0).at("accuracy") == doctest::Approx(0.7));
  const Json& q = find(family.at("scores"), {{"score", "q"}});
  const Json& half = find(q.at("targets"), {{"setting", "white_box"},
                                            {"delta_from", "swept"},
                                            {"target", "accuracy_improvement"},
                                            {"wanted", 0.5}});
  // the sums stand in tests/unit/analysis/recording_report_test.cpp
  CHECK(half.at("appealing_rate") == doctest::Approx(0.1));
  CHECK(half.at("cost_macs") == doctest::Approx(1.9e6));
  // In more than 5 % of the draws the cloud is no better on ten rows: AccI then has no interval.
  CHECK(half.at("appealing_rate_low").is_null());
  CHECK(q.at("areas").at("audc_white_box_low") < 0.85);
  CHECK(q.at("areas").at("audc_white_box_high") > 0.85);
  CHECK(q.at("areas").at("audc_white_box") == doctest::Approx(0.85));
  CHECK(q.at("hull").size() == 4);
  // .95 as float32 lies below 19/20, .25 at 5/20; wrong rows .05, .25, .35
  CHECK(q.at("histogram").at("correct").at(18) == 1);
  CHECK(q.at("histogram").at("incorrect").at(5) == 1);

  std::istringstream targets(bytes_of(folder.path("results/analyze_ten/targets.csv")));
  std::string line;
  std::getline(targets, line);
  CAPTURE(line);
  CHECK(line.starts_with("family,stage,score,kind,setting,delta_from,target,wanted,"));
  std::getline(targets, line);  // asked .8; delta (.05 + .15) / 2, of float32 scores
  CAPTURE(line);
  CHECK(line.starts_with(
      "net,net,q,recorded,white_box,swept,accuracy_improvement,0.5,0.8,0.100000003,0.1,"));

  const Said shown = run_updraft({"analyze", "ten.h5", "--no-figure"}, folder.path(""));
  CHECK(shown.status == 0);
  CHECK(shown.out.find("Family net") != std::string::npos);
  CHECK(shown.out.find("Results: results/analyze_ten\n") != std::string::npos);
  const Said quiet = run_updraft({"analyze", "ten.h5", "--quiet", "-o", "q"}, folder.path(""));
  CHECK(quiet.out == "");
  for (const char* file :
       {"analysis.json", "targets.csv", "curves.csv", "areas.csv", "differences.csv",
        "histograms.csv", "manifest.json", "accuracy_vs_cost_net.gp", "score_histograms_net.gp"}) {
    CAPTURE(file);
    CHECK(std::filesystem::exists(folder.path("q/" + std::string(file))));
  }
}

TEST_CASE("the draws are the same on one core as on all, others with another seed") {
  const Scratch folder;
  write_inference_trace(testing::ten_rows(), folder.path("ten.h5"));
  const auto told = [&](const char* seed) {
    return run_updraft(
               {"analyze", "ten.h5", "--json", "--no-figure", "--draws", "300", "--seed", seed},
               folder.path(""))
        .out;
  };
  cpu_set_t all;
  REQUIRE(::sched_getaffinity(0, sizeof all, &all) == 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int core = 0; core < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++core) {
    if (CPU_ISSET(core, &all)) CPU_SET(core, &one);
  }
  const std::string on_all = told("1");
  REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);  // the program inherits it
  const std::string on_one = told("1");
  ::sched_setaffinity(0, sizeof all, &all);
  CHECK((on_all == on_one));
  CHECK((on_all != told("2")));
}

TEST_CASE("without draws there are no intervals and no verdicts") {
  const Scratch folder;
  write_inference_trace(testing::ten_rows(), folder.path("ten.h5"));
  const Said said =
      run_updraft({"analyze", "ten.h5", "--json", "--no-figure", "--draws", "0"}, folder.path(""));
  const Json all = Json::parse(said.out);
  CHECK(all.at("families").at(0).at("scores").at(0).at("areas").at("aurc_low").is_null());
}

}  // namespace
}  // namespace updraft
