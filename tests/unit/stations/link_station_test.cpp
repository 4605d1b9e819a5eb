// Who may send when, and what giving up leaves behind: a station on an engine that only takes
// notes.
#include "sim/stations/link_station.hpp"

#include <doctest/doctest.h>

#include <string>

namespace updraft {
namespace {

struct NotedEngine {
  std::vector<SampleId> started{};  // in their order
  double date = 0;
  double carried = 0;  // by whatever is cancelled
  std::vector<SampleId> cancelled{};

  SimTime now() const { return SimTime(date); }
  void wake(SimTime, Token) {}
  TransferId transfer(LinkId, std::uint32_t, Bytes, Token done) {
    started.push_back(done.id);
    return TransferId(100 + done.id);
  }
  Bytes cancel(LinkId, TransferId transfer, Token done) {
    CHECK(transfer == TransferId(100 + done.id));
    cancelled.push_back(done.id);
    return Bytes(carried);
  }
};

// One device, six samples of 1000 B.
struct Sending {
  explicit Sending(LinkPlan::Sharing sharing, std::uint32_t streams = 1)
      : station({sharing, streams, Seconds(0)}, {LinkId(0)}, 1, EventKind::upload_done,
                EventKind::received, {&device, &bytes, &begun, &sent}) {
    for (SampleId s = 0; s < 6; ++s) station.send(s, engine);
  }
  std::vector<DeviceId> device = std::vector<DeviceId>(6, 0);
  std::vector<std::uint32_t> bytes = std::vector<std::uint32_t>(6, 1000);
  std::vector<SimTime> begun = std::vector<SimTime>(6, SimTime::never());
  std::vector<SimTime> sent = std::vector<SimTime>(6, SimTime::never());
  NotedEngine engine{};
  LinkStation station;
};

using Ids = std::vector<SampleId>;

TEST_CASE("a waiting sample that is given up leaves the queue, wherever it stood") {
  Sending of(LinkPlan::Sharing::fifo);  // 0 is under way, 1 to 5 wait
  CHECK(of.station.waiting(0) == 5);
  CHECK(of.station.give_up(1, of.engine) == 0);  // the first of those that wait
  CHECK(of.station.give_up(3, of.engine) == 0);  // in the middle
  CHECK(of.station.give_up(5, of.engine) == 0);  // the last
  CHECK(of.station.waiting(0) == 2);
  CHECK(of.engine.cancelled == Ids{});
  CHECK(of.engine.started == Ids{0});
  of.station.done(0, of.engine);
  of.station.done(2, of.engine);
  of.station.done(4, of.engine);
  CHECK(of.engine.started == Ids{0, 2, 4});
  CHECK(of.station.waiting(0) == 0);
}

TEST_CASE("an emptied queue takes the next sample as if nothing had been") {
  Sending of(LinkPlan::Sharing::fifo);
  for (const SampleId s : {2, 1, 5, 3, 4}) of.station.give_up(s, of.engine);
  CHECK(of.station.waiting(0) == 0);
  of.station.done(0, of.engine);
  CHECK(of.engine.started == Ids{0});
  of.station.send(3, of.engine);
  CHECK(of.engine.started == Ids{0, 3});
}

TEST_CASE("giving up what is under way lets the next one begin, and counts the whole bytes") {
  Sending of(LinkPlan::Sharing::fifo);
  of.engine.date = 2;
  of.engine.carried = 399.4;
  CHECK(of.station.give_up(0, of.engine) == 399);
  CHECK(of.engine.cancelled == Ids{0});
  CHECK(of.engine.started == Ids{0, 1});
  CHECK(of.begun[1] == SimTime(2));
  CHECK(of.station.busy() == Seconds(2));
  of.engine.carried = 399.9999;  // 400 on paper
  CHECK(of.station.give_up(1, of.engine) == 400);
  of.engine.carried = 1000.01;  // not more than there was
  CHECK(of.station.give_up(2, of.engine) == 1000);
}

TEST_CASE("what is under way for ever keeps its link, which is busy to the end") {
  Sending of(LinkPlan::Sharing::fair, 2);  // 0 and 1 from 0 on
  of.engine.carried = 250.5;
  CHECK(of.station.strand(0, of.engine) == 250);
  CHECK(of.station.strand(1, of.engine) == 250);
  CHECK(of.engine.cancelled == Ids{0, 1});
  CHECK(of.engine.started == Ids{0, 1});  // nobody takes their place
  CHECK(of.station.busy() == Seconds(0));
  of.station.close(SimTime(7));
  CHECK(of.station.busy() == Seconds(7));  // one link
}

TEST_CASE("on a fair link each stream that is given up makes room for one") {
  Sending of(LinkPlan::Sharing::fair, 2);
  CHECK(of.engine.started == Ids{0, 1});
  of.station.give_up(3, of.engine);  // waits
  of.station.give_up(1, of.engine);  // under way
  CHECK(of.engine.started == Ids{0, 1, 2});
  of.station.done(0, of.engine);
  CHECK(of.engine.started == Ids{0, 1, 2, 4});
}

// Bundles of three that wait 5 s at most.
struct Bundling {
  Bundling()
      : station({LinkPlan::Sharing::fair, 0, Seconds(0), 3, Seconds(5)}, {LinkId(0)}, 1,
                EventKind::upload_done, EventKind::received, {&device, &bytes, &begun, &sent}) {}
  void send(SampleId sample, double date) {
    engine.date = date;
    station.send(sample, engine);
  }
  void due(std::uint32_t serial, double date) {
    engine.date = date;
    station.bundle_due(0, serial, engine);
  }
  std::vector<DeviceId> device = std::vector<DeviceId>(6, 0);
  std::vector<std::uint32_t> bytes = std::vector<std::uint32_t>(6, 1000);
  std::vector<SimTime> begun = std::vector<SimTime>(6, SimTime::never());
  std::vector<SimTime> sent = std::vector<SimTime>(6, SimTime::never());
  NotedEngine engine{};
  LinkStation station;
};

TEST_CASE("a bundle leaves when it is full, or when its first has waited long enough") {
  Bundling of;
  of.send(0, 0);
  of.send(1, 1);
  CHECK(of.engine.started.empty());
  CHECK(of.station.waiting(0) == 2);
  of.send(2, 2);  // full
  CHECK(of.engine.started == Ids{0, 1, 2});
  of.send(3, 4);
  of.due(0, 5);  // the timer of the first bundle, which has left
  CHECK(of.engine.started == Ids{0, 1, 2});
  of.send(4, 6);
  of.due(1, 9);
  CHECK(of.engine.started == Ids{0, 1, 2, 3, 4});
  CHECK(of.begun[3] == SimTime(9));
  CHECK(of.station.queue_max() == 3);
}

TEST_CASE("who is given up leaves its bundle, whose timer stays") {
  Bundling of;
  of.send(0, 0);
  of.send(1, 1);
  CHECK(of.station.give_up(0, of.engine) == 0);
  of.send(2, 2);
  CHECK(of.station.waiting(0) == 2);  // not full
  of.due(0, 5);
  CHECK(of.engine.started == Ids{1, 2});
  of.send(3, 6);
  CHECK(of.station.give_up(3, of.engine) == 0);
  of.due(1, 11);  // of an empty one
  of.send(4, 12);
  CHECK(of.engine.started == Ids{1, 2});
  of.due(2, 17);
  CHECK(of.engine.started == Ids{1, 2, 4});
}

}  // namespace
}  // namespace updraft
