// Cases with nothing random in their answer: every expected number is a sum done by hand, shown
// here.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "sim/queueing_theory.hpp"
#include "sim/validate_check.hpp"

namespace updraft {
namespace {

std::vector<double> dates(const std::vector<SimTime>& stamps) {
  std::vector<double> out;
  out.reserve(stamps.size());
  for (const SimTime stamp : stamps) out.push_back(stamp.si());
  return out;
}

// Sample k arrives at 16 k ms and takes 20 ms: the processor never rests, so it starts at 20 k ms
// and is answered at 20 (k + 1) ms.
std::vector<Check> constant_queue() {
  const Samples samples = simulated_samples(R"(
workload: {trace: none, payload: 0 B, samples: 2000, arrivals: {periodic: 62.5 Hz}}
device: {stage_time: 20 ms}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
policies: [{policy: always_edge}]
)");
  std::vector<double> expected;
  expected.reserve(2000);
  for (int k = 0; k < 2000; ++k) expected.push_back(0.020 * (k + 1));
  return {
      same("D/D/1, load 1.25", "answers 1 to 2000, s", expected, dates(samples.stamps.answered))};
}

// A sample every 10 ms; b of them take 21 + 5 b ms; at most 4, or what has come 15 ms after the
// oldest:
//   at  15: samples 0 1         (the oldest has waited 15)            15 + 31 =  46
//   at  46: 2 3 4               (from 20, 30, 40: long due)           46 + 36 =  82
//   at  82: 5 6 7 8             (from 50, 60, 70, 80)                 82 + 41 = 123
//   at 123: 9 10 11 12          (13 comes at 130)                    123 + 41 = 164
//   at 164: 13                  (due since 145)                      164 + 26 = 190
std::vector<Check> batches() {
  const Samples samples = simulated_samples(R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 14, arrivals: {periodic: 100 Hz}}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
cloud: {service: {setup: 21 ms, each: 5 ms}, batch: {max: 4, delay: 15 ms}}
policies: [{policy: always_cloud}]
)");
  return {same("batches of 4 or 15 ms", "answers 1 to 14, s",
               {.046, .046, .082, .082, .082, .123, .123, .123, .123, .164, .164, .164, .164, .190},
               dates(samples.stamps.answered))};
}

// 100 kB at 1 MB/s take 100 ms alone. The second flow begins at 62.5 ms, when 62.5 kB of the first
// are through; both then get 0.5 MB/s:
//   first:  37.5 kB left, 75 ms                               62.5 + 75   = 137.5 ms
//   second: 37.5 kB by then, 62.5 kB left at full rate       137.5 + 62.5 = 200 ms
std::vector<Check> two_flows() {
  const Samples samples = simulated_samples(R"(
workload: {trace: none, payload: 100 kB, reply: 0 B, samples: 2,
           arrivals: {periodic: 8 Hz, phase: staggered}}
device: {count: 2}
channel: {uplink: {rate: 8 Mbps, sharing: fair}, downlink: 100 Mbps}
cloud: {service: 0 s}
policies: [{policy: always_cloud}]
)");
  return {same("two flows share a link", "last bits 1 and 2, s", {.1375, .200},
               dates(samples.stamps.sent))};
}

class TraceFile {
 public:
  explicit TraceFile(const std::string& text) {
    path_ = (std::filesystem::temp_directory_path() / "updraft-validate-XXXXXX").string();
    const int file = ::mkstemp(path_.data());
    if (file < 0) throw std::runtime_error("cannot write " + path_);
    ::close(file);
    std::ofstream(path_) << text;
  }
  ~TraceFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<Check> rate_trace() {
  const TraceFile trace("0.4 8\n0.9 0\n1.5 2.5\n1.6 0.1\n2.3 12\n3.2 0\n4.0 5\n");  // seconds Mbps
  const std::vector<theory::Piece> pieces{{.4, 1e6},    {.9, 0},  {1.5, 312500}, {1.6, 12500},
                                          {2.3, 1.5e6}, {3.2, 0}, {4., 625000}};
  const Samples samples = simulated_samples(R"(
workload: {trace: none, payload: 20 kB, reply: 0 B, samples: 2000, arrivals: {poisson: 15 Hz}}
channel: {uplink: {trace: ")" + trace.path() +
                                            R"("}, downlink: 100 Mbps}
cloud: {service: 0 s}
policies: [{policy: always_cloud}]
)");
  std::vector<double> expected;
  double free = 0;
  for (const SimTime arrived : samples.stamps.arrived) {  // FIFO: one after the other
    expected.push_back(free = theory::through(pieces, std::max(free, arrived.si()), 20e3));
  }
  return {same("rate trace with outages", "last bits 1 to 2000, s", expected,
               dates(samples.stamps.sent))};
}

// Each sample: 20 stage + 4.8 upload (60 kB at 100 Mbps) + 10 + 40 cloud + 0.08 reply + 10 = 84.88
// ms, and the next one arrives when it ends.
std::vector<Check> one_after_the_other() {
  const Samples samples = simulated_samples(R"(
workload: {trace: none, payload: 60 kB, reply: 1 kB, samples: 1000, arrivals: back_to_back}
device: {stage_time: 20 ms}
channel: {uplink: 100 Mbps, downlink: 100 Mbps, latency: 10 ms}
cloud: {service: 40 ms}
policies: [{policy: always_cloud, run_stage: true}]
)");
  std::vector<double> expected;
  for (int k = 1; k <= 1000; ++k) expected.push_back(.08488 * k);
  return {same("back to back, alone", "answers 1 to 1000, s", expected,
               dates(samples.stamps.answered))};
}

}  // namespace

std::vector<Case> exact_cases() {
  return {constant_queue, batches, two_flows, rate_trace, one_after_the_other};
}

}  // namespace updraft
