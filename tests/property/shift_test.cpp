// Is a run the same at any date? Where nothing depends on the date (constant rates, dated
// arrivals), all stamps move with the arrivals, and nothing else changes. All durations lie on a
// grid of 1 ms, so that events meet at one date over and over; sums of doubles put them an ulp
// apart, otherwise for each shift, and none of it may decide anything. UPDRAFT_PROPERTY_SEED=17
// runs that one alone.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "sim/core/random.hpp"
#include "sim/prepare.hpp"
#include "sim/simulation.hpp"
#include "tests/unit/core/temporary_folder.hpp"

namespace updraft {
namespace {

constexpr std::uint64_t scenarios = 200;

class OnAGrid {
 public:
  explicit OnAGrid(std::uint64_t seed) : random_(seed, "grid") {
    devices_ = 1 + random_.below(4);
    for (std::uint64_t left = 4 + random_.below(25); left > 0; --left) {
      if (!dates_ms_.empty() && random_.uniform() < .4) {
        dates_ms_.push_back(dates_ms_.back());
      } else {
        dates_ms_.push_back((dates_ms_.empty() ? 0 : dates_ms_.back()) + 1 + random_.below(9));
      }
    }
    draw();
  }

  std::string text(const TemporaryFolder& folder, int shift_s) const {
    std::string csv = "t_s\n";
    for (const std::uint64_t ms : dates_ms_)
      csv += fmt::format("{}.{:03}\n", shift_s + static_cast<int>(ms / 1000), ms % 1000);
    return fmt::format("{}, arrivals: {{dates: '{}', column: t_s}}}}\n{}", workload_,
                       folder.file("dates.csv", csv), rest_);
  }

 private:
  std::string ms(std::uint64_t low, std::uint64_t high) {
    return fmt::format("{} ms", low + random_.below(high - low + 1));
  }

  void draw() {
    workload_ = fmt::format("workload: {{trace: none, payload: {} B, reply: {} B",
                            1000 * random_.below(3), 1000 * random_.below(2));
    rest_ = fmt::format("device: {{stage_time: {}, count: {}{}}}\n", ms(0, 6), devices_,
                        random_.uniform() < .3 ? ", encode_time: " + ms(0, 5) : "");
    rest_ += fmt::format("channel:\n  latency: {}\n  uplink: {}\n  downlink: {}\n", ms(0, 6),
                         link(true), link(false));
    const std::uint64_t max = 1 + random_.below(4);
    rest_ += fmt::format(
        "cloud: {{service: {}, servers: {}, batch: {{max: {}, delay: {}}}{}}}\n", ms(0, 5),
        1 + random_.below(3), max, ms(0, 8),
        random_.uniform() < .3 ? fmt::format(", queue_limit: {}", random_.below(4)) : "");
    rest_ += fmt::format(
        "policies:\n  - {{policy: always_cloud, name: all}}\n"
        "  - {{policy: always_cloud, name: hasty, run_stage: true, timeout: {}}}\n"
        "  - {{policy: random, name: some, offload: 0.6, timeout: {}}}\n",
        ms(1, 40), ms(1, 60));
  }

  // 1 MB/s, half of it or a fifth: a payload takes whole milliseconds.
  std::string link(bool up) {
    constexpr const char* rates[] = {"8 Mbps", "4 Mbps", "1.6 Mbps"};
    constexpr const char* sharings[] = {"per_device", "fifo", "fair", "fair, streams: all"};
    std::string out =
        fmt::format("{{rate: {}, sharing: {}", rates[random_.below(3)], sharings[random_.below(4)]);
    if (up && random_.uniform() < .3)
      out += fmt::format(", bundle: {{max: {}, delay: {}}}", 2 + random_.below(3), ms(0, 12));
    return out + "}";
  }

  Stream random_;
  std::uint64_t devices_ = 1;
  std::vector<std::uint64_t> dates_ms_;
  std::string workload_;
  std::string rest_;
};

std::vector<Run> runs_of(const std::string& text, const TemporaryFolder& folder) {
  std::vector<Run> out;
  simulate(*prepare_text(text, folder.path("grid.yaml")), EngineKind::native,
           [&](std::size_t, std::size_t, const Run& run) { out.push_back(run); });
  return out;
}

// The first thing that is not the same but for the shift; nothing if all is.
std::string difference(const Run& at_once, const Run& later, double shift_s) {
  const Samples& a = at_once.samples;
  const Samples& b = later.samples;
  for (SampleId s = 0; s < a.size(); ++s) {
    if (a.outcome[s] != b.outcome[s] || a.stage[s] != b.stage[s] || a.variant[s] != b.variant[s])
      return fmt::format("sample {} ended otherwise", s);
    if (a.uplink_bytes[s] != b.uplink_bytes[s] || a.downlink_bytes[s] != b.downlink_bytes[s])
      return fmt::format("sample {}: {} B, {} B", s, a.uplink_bytes[s], b.uplink_bytes[s]);
    const auto of_a = all_stamps(a.stamps);
    const auto of_b = all_stamps(b.stamps);
    for (std::size_t k = 0; k < of_a.size(); ++k) {
      const double first = (*of_a[k])[s].si();
      const double second = (*of_b[k])[s].si() - shift_s;
      if (std::isnan(first) != std::isnan(second) || std::abs(first - second) > 1e-7)
        return fmt::format("sample {} {}: {} and {}", s, stamp_names[k], first, second);
    }
  }
  if (at_once.counts.batches != later.counts.batches) return "other batches";
  return "";
}

TEST_CASE("what comes later by a whole number of seconds is the same, later") {
  const TemporaryFolder folder;
  const char* one = std::getenv("UPDRAFT_PROPERTY_SEED");
  const std::uint64_t first = one == nullptr ? 1 : std::strtoull(one, nullptr, 10);
  std::size_t offloads = 0;
  for (std::uint64_t seed = first; seed < first + (one == nullptr ? scenarios : 1); ++seed) {
    CAPTURE(seed);
    const OnAGrid grid(seed);
    CAPTURE(grid.text(folder, 0));
    const auto at_once = runs_of(grid.text(folder, 0), folder);
    for (const int shift_s : {1, 64, 777, 20000}) {
      CAPTURE(shift_s);
      const auto later = runs_of(grid.text(folder, shift_s), folder);
      REQUIRE(later.size() == at_once.size());
      for (std::size_t p = 0; p < later.size(); ++p) {
        const std::string found = difference(at_once[p], later[p], shift_s);
        CAPTURE(p);
        CHECK(found == "");
        for (const auto outcome : later[p].samples.outcome)
          offloads += outcome == Outcome::answered_cloud;
      }
    }
  }
  CHECK((one != nullptr || offloads > 10000));
}

}  // namespace
}  // namespace updraft
