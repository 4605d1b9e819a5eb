// How SimGrid is used, and why so:
// - Activities (Exec, Comm) with a completion callback, no actors: half the cost of actors.
// - Each link hangs between a host of its own and the centre of a star zone, so that a platform of
//   n links costs n, not n^2 routes. Latency is the smallest positive one: a latency of exactly 0
//   makes SimGrid keep a transfer's first rate as its ceiling, and the stations' timers do the real
//   one.
// - Rates are changed by Link::set_bandwidth at the dates of the link's RateSource. A rate of 0
//   would be ignored, so it becomes `stalled_rate`: 1e-9 B/s moves less than a byte in 30 years.
// - Timers live in a calendar of ours; SimGrid has one timer, for its head.
//
// Events of one date must reach the stations in the order of engine.hpp, but SimGrid runs a date's
// timers before its completions. So events are collected in `due_` and delivered by a
// flush, unless a completion is surely the only event of its date. A completion's flush is a
// SimGrid timer set for now: it runs when all completions of this date are in. When a timer fires
// while a completion may be due at the very same date, a probe (an Exec of no work) is started
// instead: SimGrid completes it after everything else of the date. Probes are dear (half an
// execution), so the engine foresees when its executions end, and its transfers where one alone is
// on a link: the foreseen date only says whether to probe; the date that counts is SimGrid's.
#include "sim/engines/simgrid/simgrid_engine.hpp"

#include <fmt/format.h>
#include <simgrid/s4u.hpp>

// These two need what s4u.hpp includes.
#include <simgrid/version.h>
#include <simgrid/kernel/Timer.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/engines/one_date.hpp"

namespace updraft {
namespace {

namespace s4u = simgrid::s4u;
using SimGridTimer = simgrid::kernel::timer::Timer;

constexpr double smallest_latency = 1e-18;
constexpr double stalled_rate = 1e-9;
constexpr TransferId no_bytes{0xffffffff};  // one that takes no time, even in a stall
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Timer {
  double date;
  std::uint64_t order;  // of being set: the calendar itself is deterministic, too
  Token token;
  std::int32_t rate;  // >= 0: this rate changes, and token means nothing

  friend bool operator>(const Timer& a, const Timer& b) {
    if (a.date != b.date) return a.date > b.date;
    if ((a.rate >= 0) != (b.rate >= 0))
      return b.rate >= 0;  // rates change before anything is delivered
    return a.order > b.order;
  }
};

class SimGridEngine : public Engine {
 public:
  explicit SimGridEngine(const std::string& network_model)
      : engine_("updraft"), fluid_(network_model == "fluid") {
    xbt_log_control_set(
        "root.thresh:critical");  // settings go to our manifest, not to the terminal
    for (const auto& setting : simgrid_settings(network_model)) s4u::Engine::set_config(setting);
    zone_ = s4u::create_star_zone("updraft");
    sink_ = zone_->create_host("sink", 1.0)->seal();
    zone_->add_route(sink_->get_netpoint(), nullptr, nullptr, nullptr,
                     std::vector<s4u::LinkInRoute>{}, true);
    probe_ = zone_->create_host("probe", 1.0)->seal();
    s4u::Activity::on_completion_cb([this](const s4u::Activity& activity) { completed(activity); });
    s4u::Engine::on_time_advance_cb([this](double) { ended_.clear(); });
  }

  HostId add_host() override {
    // Speed 1: an Exec's work is its duration, and it ends at exactly start + duration.
    hosts_.push_back(zone_->create_host(fmt::format("host{}", hosts_.size()), 1.0)->seal());
    return HostId(static_cast<std::uint32_t>(hosts_.size() - 1));
  }

  LinkId add_link(LinkSpec spec) override {
    const auto id = links_.size();
    Link link;
    auto* wire =
        zone_->create_link(fmt::format("link{}", id), 1.0)->set_latency(smallest_latency)->seal();
    link.rate = add_rate(std::move(spec.rate), wire);
    rates_.back().link = static_cast<std::int32_t>(id);
    for (std::size_t k = 0; k < std::max<std::size_t>(spec.caps.size(), 1); ++k) {
      const std::string name = fmt::format("{}_{}", id, k);
      Lane lane;
      lane.port = zone_->create_host("port" + name, 1.0)->seal();
      std::vector<s4u::LinkInRoute> route{s4u::LinkInRoute(wire)};
      if (!spec.caps.empty()) {
        auto* cap = zone_->create_link("cap" + name, 1.0)
                        ->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE)
                        ->set_latency(smallest_latency)
                        ->seal();
        lane.cap = add_rate(std::move(spec.caps[k]), cap);
        // The cap first: after a change SimGrid looks at what hangs on a route's first link alone,
        // and a cap behind the shared link was not obeyed until it had changed itself.
        route.insert(route.begin(), s4u::LinkInRoute(cap));
      }
      zone_->add_route(lane.port->get_netpoint(), nullptr, nullptr, nullptr, route, true);
      link.lanes.push_back(lane);
    }
    links_.push_back(std::move(link));
    return LinkId(static_cast<std::uint32_t>(id));
  }

  SimTime now() const override { return SimTime(date_); }

  void execute(HostId host, Seconds duration, Token done) override {
    const double end = date_ + duration.si();
    if (end == date_) {  // due now, with the timers of now: SimGrid would bring it after them
      due_.push_back({date_, done});
      flush_soon();
      return;
    }
    foreseen_.push(end);
    const s4u::ExecPtr exec = s4u::Exec::init();
    exec->set_flops_amount(std::max(0., end - s4u::Engine::get_clock()));
    exec->set_host(hosts_[static_cast<std::size_t>(host)]);
    start_activity(exec, {done, end});
  }

  TransferId transfer(LinkId id, std::uint32_t lane_id, Bytes size, Token done) override {
    Link& link = links_[static_cast<std::size_t>(id)];
    if (size.si() == 0) {  // SimGrid never starts a transfer of no bytes
      due_.push_back({date_, done});
      flush_soon();
      return no_bytes;
    }
    const Lane& lane = link.lanes[link.lanes.size() == 1 ? 0 : lane_id];
    Flight flight{done, infinity, static_cast<std::int32_t>(id), lane.cap};
    flight.bytes = size.si();
    const bool stopped = takes_up(link.rate) | (lane.cap >= 0 && takes_up(lane.cap));
    if (stopped) {  // for good: it never arrives, and the journey will say so
      return TransferId(static_cast<std::uint32_t>(lose(take_slot(flight), 0)));
    }
    const s4u::CommPtr comm = s4u::Comm::sendto_init(lane.port, sink_);
    comm->set_payload_size(static_cast<std::uint64_t>(size.si()));
    const bool steady =
        lane.cap < 0 || rates_[static_cast<std::size_t>(lane.cap)].until == infinity;
    const bool lone = link.flows++ == 0 && fluid_ && steady;
    ++rates_[static_cast<std::size_t>(link.rate)].flows;
    if (lane.cap >= 0) ++rates_[static_cast<std::size_t>(lane.cap)].flows;
    if (lone) {
      link.left_B = size.si();
      link.left_since = date_;
    } else if (!std::exchange(link.shared, true)) {
      ++shared_links_;
    }
    const std::size_t slot = start_activity(comm, flight);
    if (lone) foresee(link, slot);
    return TransferId(static_cast<std::uint32_t>(slot));
  }

  Bytes cancel(LinkId id, TransferId transfer, Token done) override {
    if (transfer == no_bytes) {
      std::erase_if(due_, [&](const Due& due) {
        return due.token.kind == done.kind && due.token.id == done.id;
      });
      return Bytes(0);
    }
    const auto slot = static_cast<std::size_t>(transfer);
    Flight& flight = flights_[slot];
    double carried = flight.carried;
    if (flight.lost) {
      --lost_;
    } else {
      carried = flight.bytes - left_of(links_[static_cast<std::size_t>(id)], flight);
      withdraw(flight);
    }
    flights_[slot] = {};
    free_.push_back(slot);
    return Bytes(std::max(carried, 0.));
  }

  void wake(SimTime date, Token token) override {
    UPDRAFT_CHECK(date.si() >= date_ - date_tolerance(date_),
                  fmt::format("wake at {} < now {}", date.si(), date_));
    timers_.push({std::max(date.si(), date_), order_++, token, -1});
    ++wakes_;
  }

  void run(Handler& handler) override {
    handler_ = &handler;
    zone_->seal();
    arm();
    engine_.run();
  }

 private:
  // A rate that SimGrid is told of, piece by piece, while a transfer needs it.
  struct Rate {
    std::unique_ptr<RateSource> source;
    s4u::Link* wire = nullptr;
    double now_Bps = 0;
    double granted_Bps = 0;  // what SimGrid was told
    double until = 0;        // of the piece at hand
    bool watched = false;    // a timer is set for `until`
    bool stopped = false;    // for good
    std::uint32_t flows = 0;
    std::int32_t link = -1;  // that it is the rate of; -1: a cap
  };
  struct Lane {
    s4u::Host* port = nullptr;
    std::int32_t cap = -1;  // in rates_
  };
  struct Link {
    std::int32_t rate = -1;  // in rates_
    std::vector<Lane> lanes;
    std::uint32_t flows = 0;
    bool shared = false;    // since it was last empty: nothing is foreseen
    double left_B = 0;      // of a lone flow,
    double left_since = 0;  // at this date
    std::size_t lone_slot = 0;
  };
  struct Flight {
    Token token{};
    double end = infinity;   // foreseen
    std::int32_t link = -1;  // of a transfer
    std::int32_t cap = -1;
    bool probe = false;
    bool lost = false;  // its link has stopped for good
    double bytes = 0;
    double carried = 0;  // of a lost one
    s4u::ActivityPtr activity{};
  };
  // An event with its own date. SimGrid's clock adds up differences and may be an ulp beside it.
  struct Due {
    double date;
    Token token;
  };
  static bool before(const Due& a, const Due& b) { return a.date < b.date; }
  static bool by_kind(const Due& a, const Due& b) {
    if (a.token.kind != b.token.kind) return a.token.kind < b.token.kind;
    if (a.token.owner != b.token.owner) return a.token.owner < b.token.owner;
    return a.token.id < b.token.id;
  }

  std::size_t take_slot(const Flight& flight) {
    std::size_t slot = flights_.size();
    if (free_.empty()) {
      flights_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    flights_[slot] = flight;
    return slot;
  }

  // Takes over a slot of flights_ for a started activity; the activity carries slot + 1.
  template <class Activity>
  std::size_t start_activity(const Activity& activity, const Flight& flight) {
    const std::size_t slot = take_slot(flight);
    flights_[slot].activity = activity;
    activity->set_data(
        reinterpret_cast<void*>(slot + 1));  // NOLINT: an index in SimGrid's user pointer
    activity->start();
    return slot;
  }

  void completed(const s4u::Activity& activity) {
    const auto tag = reinterpret_cast<std::size_t>(activity.get_data<void>());
    if (tag == 0) return;
    const std::size_t slot = tag - 1;
    // SimGrid tells twice of a cancelled one.
    if (flights_[slot].activity.get() != &activity) return;
    const bool alone = alone_now(flights_[slot]);
    Flight flight = std::move(flights_[slot]);
    flights_[slot] = {};
    free_.push_back(slot);
    ended_.push_back(std::move(flight.activity));  // SimGrid still holds it until time advances
    if (flight.link >= 0) left(flight);
    const double clock = s4u::Engine::get_clock();
    const double date = own_date(flight, clock);
    if (alone) {
      deliver({date, flight.token});
      arm();
      return;
    }
    if (!flight.probe) {
      due_.push_back({date, flight.token});
      if (probing_) return;
      if (fluid_ && foreseen_by(clock + date_tolerance(clock))) {
        probe();  // another completion of this date may be an ulp away
        return;
      }
    }
    probing_ = false;
    flush_soon();
  }

  // Of a completion at `clock`: as foreseen, where that still holds.
  static double own_date(const Flight& flight, double clock) {
    return std::abs(flight.end - clock) <= 4 * date_tolerance(clock) ? flight.end : clock;
  }

  // Is this completion surely the only event of its date? Then it need not wait for the others.
  bool alone_now(const Flight& flight) {
    const double date = s4u::Engine::get_clock();
    forget_foreseen_before(date);
    if (flight.probe || !fluid_ || shared_links_ > 0) return false;
    if (probing_ || flush_armed_ || !due_.empty()) return false;
    if (!timers_.empty() && timers_.top().date <= date + date_tolerance(date)) return false;
    if (!foreseen_by(date + date_tolerance(date))) return false;
    foreseen_.pop();  // its own
    return !foreseen_by(date + date_tolerance(date));
  }

  bool foreseen_by(double date) const { return !foreseen_.empty() && foreseen_.top() <= date; }

  void forget_foreseen_before(double date) {
    while (!foreseen_.empty() && foreseen_.top() < date - date_tolerance(date)) foreseen_.pop();
  }

  void flush_soon() {
    if (std::exchange(flush_armed_, true)) return;
    SimGridTimer::set(s4u::Engine::get_clock(), [this] { flush(); });
  }

  void timer_fired() {
    const double date = s4u::Engine::get_clock();
    armed_for_ = infinity;
    take_timers(date);
    if (due_.empty()) {
      arm();
      return;
    }
    forget_foreseen_before(date);
    if (shared_links_ == 0 && !foreseen_by(date + date_tolerance(date))) {
      flush();
    } else {
      probe();
    }
  }

  // Flushes when everything that is foreseen for this date has come: an execution that ends a few
  // ulp after the last of it.
  void probe() {
    if (std::exchange(probing_, true)) return;
    const double clock = s4u::Engine::get_clock();
    double last = clock;
    for (; foreseen_by(clock + date_tolerance(clock)); foreseen_.pop())
      last = std::max(last, foreseen_.top());
    const s4u::ExecPtr exec = s4u::Exec::init();
    exec->set_flops_amount(last - clock + 1e-15 * clock);
    exec->set_host(probe_);
    Flight probe;
    probe.probe = true;
    start_activity(exec, probe);
  }

  // Takes the timers up to `date` from the calendar: rates change, events become due.
  void take_timers(double date) {
    while (!timers_.empty() && timers_.top().date <= date) {
      const Timer timer = timers_.top();
      timers_.pop();
      if (timer.rate >= 0) {
        change_rate(timer.rate, timer.date);
      } else {
        due_.push_back({timer.date, timer.token});
        --wakes_;
      }
    }
  }

  // Delivers all that is due now, in order; what a station asks for meanwhile for now is delivered
  // after.
  void flush() {
    flush_armed_ = false;
    const double clock = s4u::Engine::get_clock();
    const double date = clock + date_tolerance(clock);
    while (true) {
      take_timers(date);
      if (due_.empty()) break;
      std::sort(due_.begin(), due_.end(), before);
      const double first = due_.front().date;  // what it brings about comes before later dates
      const double last = first + date_tolerance(first);
      const auto later =
          std::find_if(due_.begin(), due_.end(), [&](const Due& due) { return due.date > last; });
      std::sort(due_.begin(), later, by_kind);
      delivering_.assign(due_.begin(), later);
      due_.erase(due_.begin(), later);
      for (const Due& due : delivering_) deliver({first, due.token});
      delivering_.clear();
    }
    arm();
  }

  void deliver(const Due& due) {
    date_ = std::max(date_, due.date);
    handler_->on_event(due.token);
  }

  // One SimGrid timer, for the calendar's head. Rate changes alone do not keep the simulation
  // going.
  void arm() {
    if (timers_.empty() || (wakes_ == 0 && flying() == 0)) return;
    const double date = timers_.top().date;
    if (date >= armed_for_) return;  // an earlier one is set already and will look again
    armed_for_ = date;
    SimGridTimer::set(std::max(date, s4u::Engine::get_clock()), [this, date] {
      if (date == armed_for_) timer_fired();
    });
  }

  std::size_t flying() const { return flights_.size() - free_.size() - lost_; }

  double rate_of(const Link& link, std::int32_t cap) const {
    const double rate = rates_[static_cast<std::size_t>(link.rate)].now_Bps;
    return cap < 0 ? rate : std::min(rate, rates_[static_cast<std::size_t>(cap)].now_Bps);
  }

  void foresee(Link& link, std::size_t slot) {
    link.lone_slot = slot;
    const double rate = rate_of(link, flights_[slot].cap);
    flights_[slot].end = rate > 0 ? link.left_since + link.left_B / rate : infinity;
    if (rate > 0) foreseen_.push(flights_[slot].end);
  }

  // Bytes that a transfer has still to carry.
  double left_of(const Link& link, const Flight& flight) const {
    if (link.shared) return flight.activity->get_remaining();
    return link.left_B - rate_of(link, flight.cap) * (date_ - link.left_since);
  }

  // The flight's end, however it came about, in the books of its link.
  void left(const Flight& flight) {
    Link& link = links_[static_cast<std::size_t>(flight.link)];
    --rates_[static_cast<std::size_t>(link.rate)].flows;
    if (flight.cap >= 0) --rates_[static_cast<std::size_t>(flight.cap)].flows;
    if (--link.flows == 0 && std::exchange(link.shared, false)) --shared_links_;
  }

  // Takes a transfer out of SimGrid. Its slot is the caller's to free.
  void withdraw(Flight& flight) {
    ended_.push_back(std::move(flight.activity));
    flight.activity = nullptr;
    left(flight);
    ended_.back()->cancel();
  }

  std::int32_t add_rate(std::unique_ptr<RateSource> source, s4u::Link* wire) {
    Rate rate;
    rate.source = std::move(source);
    rate.wire = wire;
    rates_.push_back(std::move(rate));
    return static_cast<std::int32_t>(rates_.size() - 1);
  }

  // One more transfer needs the rate, which is followed while something does, and caught up with
  // when something comes. True if it has stopped for good: the transfer does not count then.
  bool takes_up(std::int32_t id) {
    Rate& rate = rates_[static_cast<std::size_t>(id)];
    if (rate.flows == 0) {
      while (rate.until <= date_) next_piece(rate);
      grant(id);
    }
    return rate.stopped;
  }

  void change_rate(std::int32_t id, double date) {
    Rate& rate = rates_[static_cast<std::size_t>(id)];
    rate.watched = false;
    if (rate.flows == 0) return;
    if (rate.until > date) {  // caught up with already, by a transfer that began at this very date
      grant(id);
      return;
    }
    Link* const lone = rate.link >= 0 && !links_[static_cast<std::size_t>(rate.link)].shared
                           ? &links_[static_cast<std::size_t>(rate.link)]
                           : nullptr;
    if (lone != nullptr) {
      const double speed = rate_of(*lone, flights_[lone->lone_slot].cap);
      lone->left_B -= speed * (rate.until - lone->left_since);
      lone->left_since = rate.until;
    }
    const double before_Bps = rate.now_Bps;
    next_piece(rate);
    if (rate.now_Bps < before_Bps) end_those_due(id, before_Bps, date);
    grant(id);
    if (lone != nullptr && lone->flows > 0 && !rate.stopped) foresee(*lone, lone->lone_slot);
  }

  // What ends on paper when its rate falls has ended: an ulp of a late date must not leave a
  // millionth of a byte to a stall. `before_Bps` is the most at which it went.
  void end_those_due(std::int32_t id, double before_Bps, double date) {
    const double nothing_B = before_Bps * date_tolerance(date);
    const std::int32_t link_id = rates_[static_cast<std::size_t>(id)].link;
    if (link_id >= 0 && !links_[static_cast<std::size_t>(link_id)].shared) {
      const Link& link = links_[static_cast<std::size_t>(link_id)];
      if (link.left_B <= nothing_B) end_now(link.lone_slot, date);
      return;
    }
    for (std::size_t slot = 0; slot < flights_.size(); ++slot) {
      const Flight& flight = flights_[slot];
      const bool needs_it = flight.cap == id || (link_id >= 0 && flight.link == link_id);
      if (!needs_it || flight.lost || !flight.activity) continue;
      if (flight.activity->get_remaining() <= nothing_B) end_now(slot, date);
    }
  }

  // SimGrid may bring it itself at this date, or not: it is told of it no more.
  void end_now(std::size_t slot, double date) {
    Flight& flight = flights_[slot];
    due_.push_back({own_date(flight, date), flight.token});
    withdraw(flight);
    flight = {};
    free_.push_back(slot);
  }

  static void next_piece(Rate& rate) {
    const RatePiece piece = rate.source->next();
    rate.now_Bps = piece.rate.si();
    rate.until = piece.until.si();
  }

  // Tells SimGrid the rate, and sets a timer for its next change. Where it has stopped for good, so
  // have the transfers that need it.
  void grant(std::int32_t id) {
    Rate& rate = rates_[static_cast<std::size_t>(id)];
    const double rate_Bps = std::max(rate.now_Bps, stalled_rate);
    if (std::exchange(rate.granted_Bps, rate_Bps) != rate_Bps) rate.wire->set_bandwidth(rate_Bps);
    if (rate.until < infinity) {
      if (!std::exchange(rate.watched, true)) timers_.push({rate.until, order_++, {}, id});
      return;
    }
    rate.stopped = rate.now_Bps == 0;
    for (std::size_t slot = 0; rate.stopped && slot < flights_.size(); ++slot) {
      const Flight& flight = flights_[slot];
      const bool needs_it = flight.cap == id || (rate.link >= 0 && flight.link == rate.link);
      if (!needs_it || flight.lost || !flight.activity) continue;
      const Link& link = links_[static_cast<std::size_t>(flight.link)];
      const double carried = flight.bytes - (link.shared ? left_of(link, flight) : link.left_B);
      withdraw(flights_[slot]);
      lose(slot, carried);
    }
  }

  std::size_t lose(std::size_t slot, double carried) {
    flights_[slot].lost = true;
    flights_[slot].carried = carried;
    ++lost_;
    return slot;
  }

  s4u::Engine engine_;
  bool fluid_;  // the others' transfer times are theirs alone to say
  s4u::NetZone* zone_ = nullptr;
  s4u::Host* sink_ = nullptr;
  s4u::Host* probe_ = nullptr;
  std::vector<s4u::Host*> hosts_;
  std::vector<Link> links_;
  std::vector<Rate> rates_;
  Handler* handler_ = nullptr;

  std::vector<Flight> flights_;
  std::vector<std::size_t> free_;
  std::size_t lost_ = 0;  // flights that will never end
  std::vector<s4u::ActivityPtr> ended_;
  std::priority_queue<double, std::vector<double>, std::greater<>> foreseen_;  // ends of activities
  std::size_t shared_links_ = 0;  // links whose transfers' ends are not foreseen

  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::uint64_t order_ = 0;
  std::size_t wakes_ = 0;
  double armed_for_ = infinity;
  double date_ = 0;  // of the event in hand
  std::vector<Due> due_;
  std::vector<Due> delivering_;
  bool flush_armed_ = false;
  bool probing_ = false;
};

}  // namespace

std::vector<std::string> simgrid_network_models() { return {"fluid", "CM02", "LV08"}; }

std::vector<std::string> simgrid_settings(const std::string& network_model) {
  if (network_model == "fluid") {
    return {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:0",
            "surf/precision:1e-12"};
  }
  // weight-S:0, as LV08 with a varying bandwidth aborts without it; TCP-gamma:0, as a transfer
  // would else keep the rate of its first moment as its ceiling, and one that starts in a stall
  // never end.
  return {"network/model:" + network_model, "network/weight-S:0", "network/TCP-gamma:0",
          "surf/precision:1e-12"};
}

std::string simgrid_version() {
  return fmt::format("{}.{}.{}", SIMGRID_VERSION_MAJOR, SIMGRID_VERSION_MINOR,
                     SIMGRID_VERSION_PATCH);
}

std::unique_ptr<Engine> make_simgrid_engine(const std::string& network_model) {
  return std::make_unique<SimGridEngine>(network_model);
}

}  // namespace updraft
