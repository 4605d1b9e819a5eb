#include "tests/validation/simulated.hpp"

namespace updraft {
namespace {

// Payloads of always_cloud over the uplink `uplink`; the rest takes no time.
Run sent_over(const std::string& uplink, const std::string& payload, const std::string& arrivals,
              const std::string& devices = "1") {
  return simulated("workload: {trace: none, payload: " + payload + ", reply: 0 B, arrivals: " +
                   arrivals + "}\ndevice: {count: " + devices + "}\nchannel: {uplink: " + uplink +
                   ", downlink: 8 Mbps}\ncloud: {service: 0 s}\n"
                   "policies: [{policy: always_cloud}]\n");
}

}  // namespace

TEST_CASE("two flows on a fair link: half the rate each while both are there") {
  // 100 kB each at 1 MB/s; the second begins at 60. The first has 40 kB left: 60 + 80 = 140. By
  // then the second has sent 40 kB, and has 60 kB left: 140 + 60 = 200.
  const ArrivalsFile arrivals({{0, 0}, {60, 1}});
  const Run run = sent_over("{rate: 8 Mbps, sharing: fair}", "100 kB", arrivals.yaml(), "2");
  check_dates("upload_started", run.samples.stamps.upload_started, {0, 60});
  check_dates("sent", run.samples.stamps.sent, {140, 200});
  CHECK(run.counts.uplink_busy.si() == doctest::Approx(.200).epsilon(1e-12));  // 0 .. 200
}

TEST_CASE("a device alone on a fair link gets no more than its own rate") {
  // 60 kB each; a device can send 0.6 MB/s. Alone until 50: 30 kB. Both, 0.5 MB/s each: the first's
  // other 30 kB until 50 + 60 = 110, 30 kB of the second. Its other 30 kB alone: 110 + 50 = 160.
  const ArrivalsFile arrivals({{0, 0}, {50, 1}});
  const Run run = sent_over("{rate: 8 Mbps, sharing: fair, flow_rate: 4.8 Mbps}", "60 kB",
                            arrivals.yaml(), "2");
  check_dates("sent", run.samples.stamps.sent, {110, 160});
}

TEST_CASE("streams: 1 sends a device's payloads in turn, streams: all at once") {
  const ArrivalsFile arrivals(std::vector<double>{0, 0, 60});
  // 100 kB each at 1 MB/s, one after the other
  const Run turns =
      sent_over("{rate: 8 Mbps, sharing: fair, streams: 1}", "100 kB", arrivals.yaml());
  check_dates("started", turns.samples.stamps.upload_started, {0, 100, 200});
  check_dates("sent", turns.samples.stamps.sent, {100, 200, 300});
  // Two until 60: 30 kB each. Three: 70 kB left each of the first two at a third: 60 + 210 = 270;
  // the last then has 30 kB left, alone: 300
  const Run at_once =
      sent_over("{rate: 8 Mbps, sharing: fair, streams: all}", "100 kB", arrivals.yaml());
  check_dates("started", at_once.samples.stamps.upload_started, {0, 0, 60});
  check_dates("sent", at_once.samples.stamps.sent, {270, 270, 300});
}

TEST_CASE("latency does not occupy the link: the next payload starts when the last bit has left") {
  // 10 kB at 1 MB/s = 10 each, latency 100
  const ArrivalsFile arrivals(std::vector<double>{0, 0, 0});
  const Run run = sent_over("{rate: 8 Mbps, latency: 100 ms}", "10 kB", arrivals.yaml());
  check_dates("upload_started", run.samples.stamps.upload_started, {0, 10, 20});
  check_dates("sent", run.samples.stamps.sent, {10, 20, 30});
  check_dates("received", run.samples.stamps.received, {110, 120, 130});
  CHECK(run.counts.uplink_busy.si() == doctest::Approx(.030).epsilon(1e-12));
}

TEST_CASE("a payload of 0 bytes takes no time on the link, only the latency") {
  const ArrivalsFile arrivals(std::vector<double>{0, 0, 7});
  for (const char* sharing : {"per_device", "fifo", "fair"}) {
    const Run run =
        sent_over(std::string("{rate: 8 Mbps, latency: 25 ms, sharing: ") + sharing + "}", "0 B",
                  arrivals.yaml());
    check_dates("sent", run.samples.stamps.sent, {0, 0, 7});
    check_dates("received", run.samples.stamps.received, {25, 25, 32});
  }
}

TEST_CASE("a FIFO link is one queue of all devices; links per device do not meet") {
  const ArrivalsFile arrivals({{0, 1}, {5, 0}});
  // rows: device 0's sample first. Device 1 came first: 0..10; device 0 waits: 10..20
  const Run fifo = sent_over("{rate: 8 Mbps, sharing: fifo}", "10 kB", arrivals.yaml(), "2");
  check_dates("sent", fifo.samples.stamps.sent, {20, 10});
  const Run own = sent_over("{rate: 8 Mbps, sharing: per_device}", "10 kB", arrivals.yaml(), "2");
  check_dates("sent", own.samples.stamps.sent, {15, 10});
}

TEST_CASE("a 78 s outage stalls a transfer and loses nothing") {
  const TemporaryFolder folder;
  // 1 MB/s until 1 s, nothing until 79 s, then 1 MB/s
  const auto trace = folder.file("outage.txt", "1 8\n79 0\n100 8\n");
  // 100 kB begun at 950: 50 kB until 1000, the rest 79000 + 50. The next one waits for it: + 100.
  const ArrivalsFile arrivals(std::vector<double>{950, 2000});
  const Run run = sent_over("{trace: '" + trace + "'}", "100 kB", arrivals.yaml());
  check_dates("upload_started", run.samples.stamps.upload_started, {950, 79050});
  check_dates("sent", run.samples.stamps.sent, {79050, 79150});
  for (const Outcome outcome : run.samples.outcome) CHECK(outcome == Outcome::answered_cloud);
}

TEST_CASE("a transfer that ends where an outage begins does not wait it out") {
  const TemporaryFolder folder;
  const auto trace = folder.file("outage.txt", "1 8\n79 0\n100 8\n");
  const ArrivalsFile arrivals(std::vector<double>{875});  // 125 kB: 1000, when the outage begins
  const Run run = sent_over("{trace: '" + trace + "'}", "125 kB", arrivals.yaml());
  check_dates("sent", run.samples.stamps.sent, {1000});
}

TEST_CASE(
    "a transfer that ends where the rate changes: the next one has the new rate, and keeps it") {
  const TemporaryFolder folder;
  // 1 MB/s until 250, 0.5 MB/s until 1250, 2 MB/s from then on
  const auto trace = folder.file("steps.txt", "0.25 8\n1.25 4\n9 16\n");
  // 250 kB: 250; the next 250 + 500 = 750, 750 + 500 = 1250; then 125 each
  const ArrivalsFile arrivals(std::vector<double>{0, 0, 0, 0, 0});
  const Run run = sent_over("{trace: '" + trace + "'}", "250 kB", arrivals.yaml());
  check_dates("sent", run.samples.stamps.sent, {250, 750, 1250, 1375, 1500});
}

TEST_CASE("a link that stops for good drops what it has not carried, and the run ends") {
  const TemporaryFolder folder;
  // 1 MB/s for 1 s, then nothing, ever: 300 kB leave at 300, 600, 900; the fourth has started, the
  // fifth never does; the sixth arrives after the end.
  const auto trace = folder.file("ends.txt", "1 8\n");
  const ArrivalsFile arrivals(std::vector<double>{0, 0, 0, 0, 0, 5000});
  const Run run = sent_over("{trace: '" + trace + "', at_end: stop}", "300 kB", arrivals.yaml());
  check_dates("arrived", run.samples.stamps.arrived, {0, 0, 0, 0, 0, 5000});
  check_dates("upload_started", run.samples.stamps.upload_started,
              {0, 300, 600, 900, never, never});
  check_dates("sent", run.samples.stamps.sent, {300, 600, 900, never, never, never});
  for (SampleId s = 0; s < 6; ++s) {
    CAPTURE(s);
    CHECK(run.samples.outcome[s] == (s < 3 ? Outcome::answered_cloud : Outcome::dropped));
  }
}

TEST_CASE("a transfer that begins after the link has stopped for good never ends") {
  const TemporaryFolder folder;
  const auto trace = folder.file("ends.txt", "1 8\n");
  const ArrivalsFile arrivals(std::vector<double>{0, 5000});  // 100 kB: 100; never
  const Run run = sent_over("{trace: '" + trace + "', at_end: stop}", "100 kB", arrivals.yaml());
  check_dates("upload_started", run.samples.stamps.upload_started, {0, 5000});
  check_dates("sent", run.samples.stamps.sent, {100, never});
  CHECK(run.samples.outcome[1] == Outcome::dropped);
}

TEST_CASE("at_end: hold goes on with the last rate, loop begins again") {
  const TemporaryFolder folder;
  const auto trace = folder.file("steps.txt", "1 8\n2 0.8\n");  // 1 MB/s, then 0.1 MB/s
  const ArrivalsFile arrivals(std::vector<double>{0});
  // 1.3 MB: 1 MB by 1 s; 0.1 MB by 2 s; 0.2 MB left: at 0.1 MB/s 2 s more, or at 1 MB/s 0.2 s
  const Run held = sent_over("{trace: '" + trace + "', at_end: hold}", "1300 kB", arrivals.yaml());
  check_dates("sent", held.samples.stamps.sent, {4000});
  const Run looped = sent_over("{trace: '" + trace + "'}", "1300 kB", arrivals.yaml());
  check_dates("sent", looped.samples.stamps.sent, {2200});
}

}  // namespace updraft
