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

namespace updraft {
namespace {

namespace s4u = simgrid::s4u;
using SimGridTimer = simgrid::kernel::timer::Timer;

constexpr double smallest_latency = 1e-18;
constexpr double stalled_rate = 1e-9;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Timer {
  double date;
  std::uint64_t order;  // of being set: the calendar itself is deterministic, too
  Token token;
  std::int32_t link;  // >= 0: this link's rate changes, and token means nothing

  friend bool operator>(const Timer& a, const Timer& b) {
    if (a.date != b.date) return a.date > b.date;
    if ((a.link >= 0) != (b.link >= 0))
      return b.link >= 0;  // rates change before anything is delivered
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
    link.source = std::move(spec.rate);
    link.cap_Bps = spec.flow_cap.si();
    link.port = zone_->create_host(fmt::format("port{}", id), 1.0)->seal();
    link.wire =
        zone_->create_link(fmt::format("link{}", id), 1.0)->set_latency(smallest_latency)->seal();
    std::vector<s4u::LinkInRoute> route{s4u::LinkInRoute(link.wire)};
    if (spec.flow_cap.si() < infinity) {
      auto* cap = zone_->create_link(fmt::format("cap{}", id), spec.flow_cap.si())
                      ->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE)
                      ->set_latency(smallest_latency)
                      ->seal();
      route.emplace_back(cap);
    }
    zone_->add_route(link.port->get_netpoint(), nullptr, nullptr, nullptr, route, true);
    links_.push_back(std::move(link));
    return LinkId(static_cast<std::uint32_t>(id));
  }

  SimTime now() const override { return SimTime(date_); }

  void execute(HostId host, Seconds duration, Token done) override {
    const double end = date_ + duration.si();
    foreseen_.push(end);
    const s4u::ExecPtr exec = s4u::Exec::init();
    exec->set_flops_amount(std::max(0., end - s4u::Engine::get_clock()));
    exec->set_host(hosts_[static_cast<std::size_t>(host)]);
    start_activity(exec, {done, end, -1});
  }

  void transfer(LinkId id, Bytes size, Token done) override {
    Link& link = links_[static_cast<std::size_t>(id)];
    if (size.si() == 0) {  // SimGrid never starts a transfer of no bytes
      due_.push_back({date_, done});
      flush_soon();
      return;
    }
    if (link.flows == 0) catch_up(static_cast<std::size_t>(id));
    if (link.stopped) return;  // for good: it never arrives, and the journey will say so
    const s4u::CommPtr comm = s4u::Comm::sendto_init(link.port, sink_);
    comm->set_payload_size(static_cast<std::uint64_t>(size.si()));
    Flight flight{done, infinity, static_cast<std::int32_t>(id)};
    const bool lone = link.flows++ == 0 && fluid_;
    if (lone) {
      link.left_B = size.si();
      link.left_since = date_;
    } else if (!std::exchange(link.shared, true)) {
      ++shared_links_;
    }
    const std::size_t slot = start_activity(comm, flight);
    if (lone) foresee(link, slot);
  }

  void wake(SimTime date, Token token) override {
    UPDRAFT_CHECK(date.si() >= date_ - tolerance(date_),
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
  struct Link {
    std::unique_ptr<RateSource> source;
    s4u::Host* port = nullptr;
    s4u::Link* wire = nullptr;
    double cap_Bps = infinity;
    double rate_Bps = 0;
    double granted_Bps = 0;  // what SimGrid was told
    bool stopped = false;
    std::uint32_t flows = 0;
    bool shared = false;    // since it was last empty: nothing is foreseen
    double left_B = 0;      // of a lone flow,
    double left_since = 0;  // at this date
    std::size_t lone_slot = 0;
    double until = 0;      // of the piece at hand
    bool watched = false;  // a timer is set for `until`
  };
  struct Flight {
    Token token{};
    double end = infinity;   // foreseen
    std::int32_t link = -1;  // of a transfer
    bool probe = false;
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

  // Takes over a slot of flights_ for a started activity; the activity carries slot + 1.
  template <class Activity>
  std::size_t start_activity(const Activity& activity, const Flight& flight) {
    std::size_t slot = flights_.size();
    if (free_.empty()) {
      flights_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    flights_[slot] = flight;
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
    if (flight.link >= 0) left(links_[static_cast<std::size_t>(flight.link)]);
    const double clock = s4u::Engine::get_clock();
    const double date = std::abs(flight.end - clock) <= 4 * tolerance(clock) ? flight.end : clock;
    if (alone) {
      deliver({date, flight.token});
      arm();
      return;
    }
    if (!flight.probe) {
      due_.push_back({date, flight.token});
      if (probing_) return;
      if (fluid_ && foreseen_by(clock + tolerance(clock))) {
        probe();  // another completion of this date may be an ulp away
        return;
      }
    }
    probing_ = false;
    flush_soon();
  }

  // Is this completion surely the only event of its date? Then it need not wait for the others.
  bool alone_now(const Flight& flight) {
    const double date = s4u::Engine::get_clock();
    forget_foreseen_before(date);
    if (flight.probe || !fluid_ || shared_links_ > 0) return false;
    if (probing_ || flush_armed_ || !due_.empty()) return false;
    if (!timers_.empty() && timers_.top().date <= date + tolerance(date)) return false;
    if (!foreseen_by(date + tolerance(date))) return false;
    foreseen_.pop();  // its own
    return !foreseen_by(date + tolerance(date));
  }

  bool foreseen_by(double date) const { return !foreseen_.empty() && foreseen_.top() <= date; }

  // Dates that are one on paper differ by the rounding of the sums that led to them: 1 ps, and 50
  // ulp, are taken for one date.
  static double tolerance(double date) { return 1e-12 + 1e-14 * date; }

  void forget_foreseen_before(double date) {
    while (!foreseen_.empty() && foreseen_.top() < date - tolerance(date)) foreseen_.pop();
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
    if (shared_links_ == 0 && !foreseen_by(date + tolerance(date))) {
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
    for (; foreseen_by(clock + tolerance(clock)); foreseen_.pop())
      last = std::max(last, foreseen_.top());
    const s4u::ExecPtr exec = s4u::Exec::init();
    exec->set_flops_amount(last - clock + 1e-15 * clock);
    exec->set_host(probe_);
    start_activity(exec, {{}, infinity, -1, true});
  }

  // Takes the timers up to `date` from the calendar: rates change, events become due.
  void take_timers(double date) {
    while (!timers_.empty() && timers_.top().date <= date) {
      const Timer timer = timers_.top();
      timers_.pop();
      if (timer.link >= 0) {
        change_rate(static_cast<std::size_t>(timer.link), timer.date);
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
    const double date = clock + tolerance(clock);
    while (true) {
      take_timers(date);
      if (due_.empty()) break;
      std::sort(due_.begin(), due_.end(), before);
      const double first = due_.front().date;  // what it brings about comes before later dates
      const double last = first + tolerance(first);
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

  std::size_t flying() const { return flights_.size() - free_.size(); }

  void foresee(Link& link, std::size_t slot) {
    link.lone_slot = slot;
    const double rate = std::min(link.rate_Bps, link.cap_Bps);
    flights_[slot].end = rate > 0 ? link.left_since + link.left_B / rate : infinity;
    if (rate > 0) foreseen_.push(flights_[slot].end);
  }

  void left(Link& link) {
    if (--link.flows == 0 && std::exchange(link.shared, false)) --shared_links_;
  }

  // A link's rate is followed while something is on it, and caught up with when something comes.
  void catch_up(std::size_t id) {
    Link& link = links_[id];
    while (link.until <= date_) next_piece(link);
    set_rate(id);
  }

  void change_rate(std::size_t id, double date) {
    Link& link = links_[id];
    link.watched = false;
    if (link.flows == 0) return;
    if (link.until > date) {  // caught up with already, by a transfer that began at this very date
      set_rate(id);
      return;
    }
    link.left_B -= std::min(link.rate_Bps, link.cap_Bps) * (link.until - link.left_since);
    link.left_since = link.until;
    next_piece(link);
    set_rate(id);
    if (!link.shared && !link.stopped) foresee(link, link.lone_slot);
  }

  static void next_piece(Link& link) {
    const RatePiece piece = link.source->next();
    link.rate_Bps = piece.rate.si();
    link.until = piece.until.si();
  }

  void set_rate(std::size_t id) {
    Link& link = links_[id];
    const double rate = std::max(link.rate_Bps, stalled_rate);
    if (std::exchange(link.granted_Bps, rate) != rate) link.wire->set_bandwidth(rate);
    if (link.until < infinity) {
      if (!std::exchange(link.watched, true)) {
        timers_.push({link.until, order_++, {}, static_cast<std::int32_t>(id)});
      }
      return;
    }
    link.stopped = link.rate_Bps == 0;
    for (std::size_t slot = 0; link.stopped && slot < flights_.size(); ++slot) {
      if (flights_[slot].link != static_cast<std::int32_t>(id)) continue;
      ended_.push_back(std::move(flights_[slot].activity));
      flights_[slot] = {};
      free_.push_back(slot);
      left(link);
      ended_.back()->cancel();
    }
  }

  s4u::Engine engine_;
  bool fluid_;  // the others' transfer times are theirs alone to say
  s4u::NetZone* zone_ = nullptr;
  s4u::Host* sink_ = nullptr;
  s4u::Host* probe_ = nullptr;
  std::vector<s4u::Host*> hosts_;
  std::vector<Link> links_;
  Handler* handler_ = nullptr;

  std::vector<Flight> flights_;
  std::vector<std::size_t> free_;
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
