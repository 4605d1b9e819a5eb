#include "sim/metrics/samples_csv.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "synthetic.hpp"

using namespace updraft;

namespace {

std::string written(std::size_t runs) {
  const auto path = std::filesystem::temp_directory_path() / "updraft_samples_csv_test.csv";
  {
    SamplesCsv csv(path);
    for (std::size_t r = 0; r < runs; ++r) {
      const SyntheticRun run = synthetic_run(1 + r, 20);
      csv.add("p", static_cast<std::uint32_t>(r), run.samples, run.menu, run.truth);
    }
    csv.close();
  }
  const std::string text = read_file(path.string(), 1 << 24);
  std::filesystem::remove(path);
  return text;
}

}  // namespace

TEST_CASE("samples.csv has a line per sample and run, and the same bytes each time") {
  const std::string text = written(3);
  CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 3 * 20);
  CHECK(text == written(3));
}

TEST_CASE("a sample that was answered at the edge has no dates beyond it") {
  Menu menu;
  menu.stages = {{"net", Flops(1), "f", {}}};
  const Truth truth{10, {0, 0, 7}, {{0, 0, 1}}, {}};
  Samples samples(1);
  samples.row[0] = 2;
  samples.stage[0] = 0;
  samples.score[0] = 0.5;
  samples.outcome[0] = Outcome::answered_edge;
  samples.stamps.arrived[0] = SimTime(0.25);
  samples.stamps.started[0] = SimTime(0.25);
  samples.stamps.decided[0] = SimTime(1);
  samples.stamps.answered[0] = SimTime(1);
  const auto path = std::filesystem::temp_directory_path() / "updraft_samples_csv_test.csv";
  {
    SamplesCsv csv(path);
    csv.add("edge", 4, samples, menu, truth);
  }
  std::istringstream in(read_file(path.string(), 1 << 20));
  std::filesystem::remove(path);
  std::string header;
  std::string line;
  std::getline(in, header);
  std::getline(in, line);
  CHECK(header ==
        "policy,replication,sample,device,row,label,stage,variant,score,outcome,correct,uplink_B,"
        "downlink_B,arrived_s,started_s,decided_s,encoded_s,upload_started_s,sent_s,received_s,"
        "enqueued_s,served_start_s,served_s,reply_started_s,answered_s");
  CHECK(line ==
        "edge,4,0,0,2,7,net,,0.5,answered_edge,1,0,0,0.250000000,0.250000000,1.000000000,,,,,,,,,"
        "1.000000000");
}

TEST_CASE("a file that cannot be written is one clear line") {
  CHECK_THROWS_AS(SamplesCsv("/nonexistent/samples.csv"), InputError);
}
