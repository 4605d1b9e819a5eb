// Do the engines agree late in the day, where an ulp is a millionth of a byte and events that are
// one on paper are some ulps apart? Each scenario at several dates; rates and durations lie on a
// grid of 1 ms, so that all of it is ties.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/compare.hpp"
#include "tests/unit/core/temporary_folder.hpp"

namespace updraft {
namespace {

constexpr int shifts_s[] = {0, 1, 64, 1000, 4000, 20000};

// A CSV of dates in ms, each so many seconds later.
std::string dates(const TemporaryFolder& folder, const std::vector<int>& dates_ms, int shift_s) {
  std::string csv = "t_s\n";
  for (const int ms : dates_ms) csv += fmt::format("{}.{:03}\n", shift_s + ms / 1000, ms % 1000);
  return "{dates: '" + folder.file("dates.csv", csv) + "', column: t_s}";
}

// Native's run of the only policy, which SimGrid's must equal.
Run agreed(const std::string& text) {
  const auto prepared = prepare_text(text, "late");
  Run native = simulate_here(*prepared, 0, 0, EngineKind::native);
  simulate(*prepared, EngineKind::simgrid, [&](std::size_t, std::size_t, const Run& reference) {
    const Difference found = compare(native, reference);
    CAPTURE(found.sample);
    CAPTURE(found.stamp);
    CAPTURE(found.first.si());
    CAPTURE(found.second.si());
    CHECK(found.tolerable());
    CHECK(native.counts.batches == reference.counts.batches);
    CHECK(native.counts.failed_uploads == reference.counts.failed_uploads);
  });
  return native;
}

TEST_CASE("what is received at the date at which a batch is due is in it, at any date") {
  // Payloads of 1 kB at 1 MB/s, or a share of it; stage and latency 1 ms, delay 5 ms: on paper
  // batches become due, servers end and payloads are received at whole milliseconds all the time.
  const TemporaryFolder folder;
  std::uint64_t batches = 0;
  for (const std::string sharing : {"per_device", "fair"}) {
    for (const int shift_s : shifts_s) {
      CAPTURE(sharing);
      CAPTURE(shift_s);
      const Run run =
          agreed("workload: {trace: none, payload: 1000 B, reply: 100 B, arrivals: " +
                 dates(folder, {10, 10, 15, 20, 20, 22, 25, 30, 33, 36, 41, 46}, shift_s) +
                 "}\ndevice: {stage_time: 1 ms, count: 3}\n"
                 "channel: {uplink: {rate: 8 Mbps, sharing: " +
                 sharing +
                 "}, downlink: 8 Mbps, latency: 1 ms}\n"
                 "cloud: {service: 1 ms, batch: {max: 4, delay: 5 ms}}\n"
                 "policies: [{policy: random, offload: 0.5}]\n");
      if (shift_s == 0) batches = run.counts.batches;
      CHECK(run.counts.batches == batches);
    }
  }
}

TEST_CASE("two that are received when the first one's delay is over join it, at any date") {
  // Device 0: decided at 1, sent at 2, received at 3, due at 8; devices 1 and 2: 5 ms later, so
  // received at 8.
  const TemporaryFolder folder;
  for (const int shift_s : shifts_s) {
    CAPTURE(shift_s);
    std::string csv = "t_s,device\n";
    for (const auto& [ms, device] : {std::pair(0, 0), std::pair(5, 1), std::pair(5, 2)})
      csv += fmt::format("{}.{:03},{}\n", shift_s, ms, device);
    const Run run =
        agreed("workload: {trace: none, payload: 1000 B, reply: 0 B, arrivals: {dates: '" +
               folder.file("dates.csv", csv) +
               "', column: t_s}}\ndevice: {stage_time: 1 ms, count: 3}\n"
               "channel: {uplink: 8 Mbps, downlink: 8 Mbps, latency: 1 ms}\n"
               "cloud: {service: 1 ms, batch: {max: 4, delay: 5 ms}}\n"
               "policies: [{policy: always_cloud, run_stage: true}]\n");
    CHECK(run.counts.batches == 1);
    for (const SimTime start : run.samples.stamps.served_start)
      CHECK(start.si() - shift_s == doctest::Approx(.008));
  }
}

TEST_CASE("a transfer that ends when its rate falls has ended, at any date") {
  // The link has 1 MB/s in the first 8 of each 18 ms and nothing, or a tenth, in the others. 1 kB
  // that begins 7 ms into them ends at the fall; the next one is caught 1 ms into the stall.
  const TemporaryFolder folder;
  std::vector<int> arrivals;
  for (int k = 0; k < 60; ++k) {
    arrivals.push_back(18 * k + 7);
    if (k % 4 == 0) arrivals.push_back(18 * k + 9);
  }
  for (const std::string low : {"0", "0.8"}) {
    const std::string trace = folder.file("falls.txt", "0.008 8\n0.018 " + low + "\n");
    for (const std::string& link :
         {"{trace: '" + trace + "'}", "{trace: '" + trace + "', sharing: fifo}",
          "{trace: '" + trace + "', sharing: fair}",
          "{trace: '" + trace + "', sharing: fair, streams: all}",
          "{trace: '" + trace + "', sharing: fair, flow_rate: 8 Mbps}",
          "{rate: 80 Mbps, sharing: fair, flow_rate: {trace: '" + trace + "'}}",
          "{rate: 80 Mbps, sharing: fair, streams: all, flow_rate: {trace: '" + trace + "'}}"}) {
      for (const int cycles : {0, 3, 250, 1200}) {  // a thousand of them are 18 s
        CAPTURE(link);
        CAPTURE(cycles);
        const Run run =
            agreed("workload: {trace: none, payload: 1000 B, reply: 0 B, arrivals: " +
                   dates(folder, arrivals, 18 * cycles) + "}\nchannel: {uplink: " + link +
                   ", downlink: 8 Mbps, latency: 1 ms}\ncloud: {service: 0 s}\n"
                   "policies: [{policy: always_cloud}]\n");
        // 7 to 8, which is the fall.
        CHECK(run.samples.stamps.sent[0].si() - 18 * cycles == doctest::Approx(.008));
      }
    }
  }
}

}  // namespace
}  // namespace updraft
