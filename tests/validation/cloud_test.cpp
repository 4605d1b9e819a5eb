#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

// Samples reach the cloud the moment that they arrive; replies take no time.
Run served_by(const std::string& cloud, const std::vector<double>& arrived_ms) {
  const ArrivalsFile arrivals(arrived_ms);
  return simulated(
      "workload: {trace: none, payload: 0 B, reply: 0 B, arrivals: " + arrivals.yaml() +
      "}\nchannel: {uplink: 8 Mbps, downlink: 8 Mbps}\ncloud: " + cloud +
      "\npolicies: [{policy: always_cloud}]\n");
}

std::vector<bool> dropped(const Run& run) {
  std::vector<bool> out;
  for (const Outcome outcome : run.samples.outcome) out.push_back(outcome == Outcome::dropped);
  return out;
}

}  // namespace

TEST_CASE("queue_limit 0: a sample is served at once or dropped") {
  // busy 0 .. 100: what comes at 99 is refused, what comes at 101 is served
  const Run run = served_by("{service: 100 ms, queue_limit: 0}", {0, 99, 101});
  CHECK(dropped(run) == std::vector<bool>{false, true, false});
  check_dates("received", run.samples.stamps.received, {0, 99, 101});
  check_dates("enqueued", run.samples.stamps.enqueued, {0, never, 101});
  check_dates("answered", run.samples.stamps.answered, {100, never, 201});
}

TEST_CASE("queue_limit 1: one may wait beside the one in service") {
  // 0 served until 100, 10 waits until then; at 99 its place is taken, at 101 it is free again
  const Run run = served_by("{service: 100 ms, queue_limit: 1}", {0, 10, 99, 101, 102});
  CHECK(dropped(run) == std::vector<bool>{false, false, true, false, true});
  check_dates("served_start", run.samples.stamps.served_start, {0, 100, never, 200, never});
  CHECK(run.counts.cloud_queue_max == 1);
}

TEST_CASE("a queue's limit counts those that wait for a batch, too") {
  // up to 4 or 50 ms: at 0 and 10 they wait, 2 of 2 places; at 20 there is none; at 50 both go
  const Run run = served_by("{service: 100 ms, queue_limit: 2, batch: {max: 4, delay: 50 ms}}",
                            {0, 10, 20, 51});
  CHECK(dropped(run) == std::vector<bool>{false, false, true, false});
  check_dates("served_start", run.samples.stamps.served_start, {50, 50, never, 250});
}

TEST_CASE("a batch starts when it is full or its oldest is due, not 1 ms sooner or later") {
  const std::string cloud = "{service: {setup: 20 ms, each: 5 ms}, batch: {max: 2, delay: 10 ms}}";
  // the second comes 1 before the first is due: full at 9
  check_dates("full", served_by(cloud, {0, 9}).samples.stamps.served_start, {9, 9});
  // 1 after: the first went alone at 10, until 35; the second is due at 21, free at 35
  check_dates("due", served_by(cloud, {0, 11}).samples.stamps.served_start, {10, 35});
  // three at once: two now, the third once it is due, but the server is busy until 30
  check_dates("max", served_by(cloud, {0, 0, 0}).samples.stamps.served_start, {0, 0, 30});
  // and with a second server, at 10
  check_dates(
      "max, 2 servers",
      served_by("{service: {setup: 20 ms, each: 5 ms}, servers: 2, batch: {max: 2, delay: 10 ms}}",
                {0, 0, 0})
          .samples.stamps.served_start,
      {0, 0, 10});
}

TEST_CASE("without a delay a free server takes what waits, up to max") {
  // 0 alone: 25, until 25. Then 1, 2, 3 at most 3: 20 + 15 = 35, until 60. Then 4.
  const Run run =
      served_by("{service: {setup: 20 ms, each: 5 ms}, batch: {max: 3}}", {0, 1, 2, 3, 4});
  check_dates("served_start", run.samples.stamps.served_start, {0, 25, 25, 25, 60});
  check_dates("served", run.samples.stamps.served, {25, 60, 60, 60, 85});
  CHECK(run.counts.batches == 3);
}

TEST_CASE("k servers serve one queue in order of arrival") {
  // two servers, 30 each: 0 -> 30, 10 -> 40; 20 waits until 30 -> 60; 25 until 40 -> 70
  const Run run = served_by("{service: 30 ms, servers: 2}", {0, 10, 20, 25});
  check_dates("served_start", run.samples.stamps.served_start, {0, 10, 30, 40});
  check_dates("answered", run.samples.stamps.answered, {30, 40, 60, 70});
}

}  // namespace updraft
