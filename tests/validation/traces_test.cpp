// Transfers through each trace format inside the whole simulation, against an integration of its
// own that walks the rate piece by piece (the readers and traces/rate_profile use prefix sums).
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "sim/queueing_theory.hpp"
#include "tests/unit/traces/scratch.hpp"
#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

using theory::Piece;
using theory::through;

std::string scenario_over(const std::string& uplink) {
  return "workload: {trace: none, payload: 20 kB, reply: 0 B, samples: 400, arrivals: {poisson: 10 "
         "Hz}}\nchannel: {uplink: " +
         uplink +
         ", downlink: 8 Mbps}\ncloud: {service: 0 s}\n"
         "policies: [{policy: always_cloud}]\n";
}

// Every last bit leaves when the pieces say so, to 1e-9 of its date.
void check_sent(const Samples& samples, const std::vector<Piece>& pieces) {
  double free = 0;
  double worst = 0;
  for (SampleId s = 0; s < samples.size(); ++s) {
    free = through(pieces, std::max(free, samples.stamps.arrived[s].si()), 20e3);
    const double off = std::abs(samples.stamps.sent[s].si() - free) / free;
    REQUIRE(!std::isnan(off));
    worst = std::max(worst, off);
  }
  CHECK(worst <= 1e-9);
  REQUIRE(samples.stamps.sent[samples.size() - 1].si() > pieces.back().until_s);
}

}  // namespace

TEST_CASE("mahimahi: every line is 1500 bytes, spread over its bin of 100 ms") {
  const TemporaryFolder folder;
  // a packet every 5 ms, then every 2 ms, then none for 300 ms, then a few; loops after 1930 ms
  std::vector<int> packets;
  for (int ms = 5; ms <= 700; ms += 5) packets.push_back(ms);
  for (int ms = 702; ms <= 1300; ms += 2) packets.push_back(ms);
  for (int ms = 1607; ms <= 1930; ms += 17) packets.push_back(ms);
  std::string text;
  std::map<int, int> in_bin;  // bin b: (100 b, 100 (b + 1)]
  for (const int ms : packets) {
    text += std::to_string(ms) + "\n";
    ++in_bin[(ms - 1) / 100];
  }
  const int end = packets.back();
  std::vector<Piece> pieces;
  for (int bin = 0; 100 * bin < end; ++bin) {
    const int until = std::min(100 * (bin + 1), end);  // the last one is shorter
    pieces.push_back({until / 1e3, in_bin[bin] * 1500 / ((until - 100 * bin) / 1e3)});
  }
  const auto trace = folder.file("link.up", text);
  check_sent(simulated(scenario_over("{trace: '" + trace + "'}")).samples, pieces);
}

TEST_CASE("two columns: the rate holds over the time since the line before") {
  const TemporaryFolder folder;
  const auto trace = folder.file("link.txt", "0.5 8\n1.25 0\n2 0.4\n2.1 100\n3.7 1.6\n");
  check_sent(simulated(scenario_over("{trace: '" + trace + "'}")).samples,
             {{.5, 1e6}, {1.25, 0}, {2, 50e3}, {2.1, 12.5e6}, {3.7, 200e3}});
}

TEST_CASE("CSV: the rate holds until the next row, the last one as long as the one before it") {
  const TemporaryFolder folder;
  // from 500: 0.5 s of 4 Mbps, 1 s of nothing, 1 s of 12.5 Mbps and, as long again, 1 s of 0.8 Mbps
  const auto trace = folder.file("link.csv",
                                 "time_ms,uplink_Mbps,note\n500,4,a\n1000,0,b\n2000,12.5,c\n"
                                 "3000,0.8,d\n");
  check_sent(simulated(scenario_over("{trace: '" + trace + "', column: uplink_Mbps}")).samples,
             {{.5, 500e3}, {1.5, 0}, {2.5, 1562500}, {3.5, 100e3}});
}

TEST_CASE("scale multiplies every rate") {
  const TemporaryFolder folder;
  const auto trace = folder.file("link.txt", "0.5 8\n1 2\n");
  check_sent(simulated(scenario_over("{trace: '" + trace + "', scale: 0.25}")).samples,
             {{.5, 250e3}, {1, 62500}});
}

TEST_CASE("begin_at: a trace is entered where the scenario says") {
  // 1 s of 8 Mbps, 1 s of nothing, 2 s of 2 Mbps; entered at 1.5 s: nothing for half a second, 250
  // kB/s for two, 1 MB/s for one, nothing for half a second, and again from there.
  const TemporaryFolder folder;
  const auto trace = folder.file("t.txt", "1 8\n2 0\n4 2\n");
  check_sent(simulated(scenario_over("{trace: '" + trace + "', begin_at: 1.5 s}")).samples,
             {{.5, 0}, {2.5, 250e3}, {3.5, 1e6}, {4, 0}});
}

TEST_CASE("begin_at: random is elsewhere in each replication, and one place for both directions") {
  const TemporaryFolder folder;
  const auto up = folder.file("up.txt", "10 8\n20 4\n");
  const auto down = folder.file("down.txt", "10 16\n20 2\n");
  const auto prepared = prepare_text(fmt::format(R"(
workload: {{trace: none, samples: 10, payload: 1 kB, reply: 1 kB, arrivals: {{periodic: 1 Hz}}}}
device: {{stage_time: 1 ms}}
channel:
  uplink: {{trace: '{}', begin_at: random}}
  downlink: {{trace: '{}', begin_at: random}}
  latency: 0 s
cloud: {{service: 1 ms}}
policies: [{{policy: always_cloud}}]
replications: 3
)",
                                                 up, down),
                                     "test");
  std::set<double> places;
  for (std::uint64_t replication = 0; replication < 3; ++replication) {
    const std::uint64_t seed = prepared->plan.seed;
    const auto a = rate_source(prepared->uplink.rate, seed, "uplink", 0, replication);
    const auto b = rate_source(prepared->downlink.rate, seed, "downlink", 7, replication);
    const RatePiece first = a->next();
    const RatePiece other = b->next();
    CHECK(first.until == other.until);  // both change at 10 and 20 s of the drive
    CHECK((first.rate.si() == 1e6 ? other.rate.si() == 2e6 : other.rate.si() == 250e3));
    CHECK(first.until.si() <= 10);
    places.insert((first.rate.si() == 1e6 ? 10 : 20) - first.until.si());
  }
  CHECK(places.size() == 3);
  for (const std::string& note : prepared->notes)  // no word of replications that begin alike
    CHECK(note.find("begin") == std::string::npos);
}

TEST_CASE("a channel model: the pieces that it draws are the ones that carry") {
  const TemporaryFolder folder;
  const auto model = folder.file("model.yaml", R"(
format: updraft-channel
states:
  - {name: good, rate: 6 Mbps, dwell: 700 ms, next: {fade: 0.8, out: 0.2}}
  - {name: fade, rate: 300 kbps, dwell: 200 ms, next: {good: 1}}
  - {name: out, rate: 0 Mbps, dwell: 400 ms, next: {good: 1}}
)");
  const std::string scenario = scenario_over("{trace: '" + model + "'}");
  const auto prepared = prepare_text(scenario, "test");
  const auto source = rate_source(prepared->uplink.rate, prepared->plan.seed, "uplink", 0, 0);
  std::vector<Piece> pieces;
  while (pieces.empty() || pieces.back().until_s < 1000) {
    const RatePiece piece = source->next();
    pieces.push_back({piece.until.si(), piece.rate.si()});
  }
  const Samples samples = simulated(scenario).samples;
  double free = 0;
  for (SampleId s = 0; s < samples.size(); ++s) {
    free = through(pieces, std::max(free, samples.stamps.arrived[s].si()), 20e3);
    CHECK(std::abs(samples.stamps.sent[s].si() - free) <= 1e-9 * free);
  }
  CHECK(free < 1000);  // they never looped
}

TEST_CASE("a real LTE uplink, recorded by mahimahi") {
  const std::string data = real_data();
  if (data.empty()) return;
  std::string trace;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(data + "/bandwidth/mahimahi")) {
    const std::string name = entry.path().filename().string();
    if (name.find("Verizon-LTE") != std::string::npos && name.find(".up") != std::string::npos) {
      trace = std::max(trace, entry.path().string());
    }
  }
  if (trace.empty()) {
    MESSAGE("skipped: no Verizon LTE uplink there");
    return;
  }
  std::ifstream in(trace);
  std::map<long, int> in_bin;
  long end = 0;
  for (long ms = 0; in >> ms; end = ms) ++in_bin[ms > 0 ? (ms - 1) / 100 : 0];
  std::vector<Piece> pieces;
  for (long bin = 0; 100 * bin < end; ++bin) {
    const long until = std::min(100 * (bin + 1), end);
    pieces.push_back({static_cast<double>(until) / 1e3,
                      in_bin[bin] * 1500 / (static_cast<double>(until - 100 * bin) / 1e3)});
  }
  const Samples samples = simulated(scenario_over("{trace: '" + trace + "'}")).samples;
  double free = 0;
  for (SampleId s = 0; s < samples.size(); ++s) {
    free = through(pieces, std::max(free, samples.stamps.arrived[s].si()), 20e3);
    CHECK(std::abs(samples.stamps.sent[s].si() - free) <= 1e-9 * free);
  }
}

}  // namespace updraft
