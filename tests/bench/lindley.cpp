#include "tests/bench/lindley.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "sim/core/random.hpp"

namespace updraft::bench {
namespace {

// When `bytes` that begin at `date` have left over a rate that changes every second.
double finish(const std::vector<double>& rates, double date, double bytes) {
  auto second = static_cast<std::uint64_t>(date);
  while (true) {
    const double rate = rates[second % rates.size()];
    const double until = static_cast<double>(second + 1);
    const double end = date + bytes / rate;
    if (end <= until) return end;
    bytes -= rate * (until - date);
    date = until;
    ++second;
  }
}

struct Request {
  double date;  // received, then served
  double arrived;
  std::uint32_t device;
};
bool by_date(const Request& a, const Request& b) {
  return a.date != b.date ? a.date < b.date : a.device < b.device;
}

}  // namespace

double run_lindley(const Workload& w) {
  std::vector<Request> requests;
  double latency = 0;
  for (std::uint32_t d = 0; d < w.devices; ++d) {
    Stream arrivals(1, "arrivals", d);
    Stream coin(1, "policy", d);
    double arrived = 0;
    double edge_free = 0;
    double link_free = 0;
    for (std::uint32_t k = 0; k < w.samples / w.devices; ++k) {
      arrived += arrivals.exponential(1 / w.rate_Hz);
      edge_free = std::max(arrived, edge_free) + w.stage_s;
      if (coin.uniform() >= w.offloaded) {
        latency += edge_free - arrived;
        continue;
      }
      link_free = finish(w.access_Bps, std::max(edge_free, link_free), w.payload_B);
      requests.push_back({link_free + w.latency_s, arrived, d});
    }
  }
  std::sort(requests.begin(), requests.end(), by_date);
  std::priority_queue<double, std::vector<double>, std::greater<>> free;
  for (std::uint32_t s = 0; s < w.servers; ++s) free.push(0);
  for (auto& request : requests) {
    request.date = std::max(request.date, free.top()) + w.service_s;
    free.pop();
    free.push(request.date);
  }
  std::vector<double> downlink_free(w.devices);
  for (const auto& request : requests) {  // one service time for all: served in their order
    double& link = downlink_free[request.device];
    link = std::max(request.date, link) + w.reply_B / w.downlink_Bps;
    latency += link + w.latency_s - request.arrived;
  }
  return latency / w.samples;
}

}  // namespace updraft::bench
