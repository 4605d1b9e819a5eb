#include "tests/property/laws.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "tests/property/radio_history.hpp"

namespace updraft {
namespace {

// Dates are doubles of up to some 1e3 s, whose last digit is 1e-13 s; the engine ends an activity
// within 1e-12 s of its date.
constexpr double slack_s = 1e-9;

bool near(double a, double b) { return std::abs(a - b) <= slack_s; }

// The bytes that a link could carry, from the pieces of its rate; a piece is pulled when needed.
class Capacity {
 public:
  explicit Capacity(std::unique_ptr<RateSource> source) : source_(std::move(source)) {}

  double until(double date) {
    while ((rates_.empty() || edges_.back() < date) && !for_ever_) {
      const RatePiece piece = source_->next();
      for_ever_ = std::isinf(piece.until.si());
      rates_.push_back(piece.rate.si());
      carried_.push_back(carried_.back() + (for_ever_ ? 0 : piece.rate.si()) *
                                               (for_ever_ ? 0 : piece.until.si() - edges_.back()));
      edges_.push_back(piece.until.si());
    }
    const auto after = std::lower_bound(edges_.begin() + 1, edges_.end(), date);
    if (after == edges_.end()) return carried_.back();
    const auto i = static_cast<std::size_t>(after - edges_.begin());
    return carried_[i - 1] + rates_[i - 1] * (date - edges_[i - 1]);
  }
  double between(double from, double to) { return until(to) - until(from); }
  double highest() const { return *std::max_element(rates_.begin(), rates_.end()); }

 private:
  std::unique_ptr<RateSource> source_;
  std::vector<double> edges_{0};    // of the pieces
  std::vector<double> carried_{0};  // until each edge
  std::vector<double> rates_{};     // rates_[i] from edges_[i] to edges_[i+1]
  bool for_ever_ = false;
};

struct Transfer {
  double ready;  // it could have begun
  double begun;
  double ended;  // NaN: not known, as of a late reply
  double bytes;
  double not_whole;  // what it may have carried beside: less than a byte of one given up
  DeviceId device;
  SampleId sample;
};

class Inspection {
 public:
  Inspection(const Prepared& prepared, const Run& run, std::size_t replication, bool may_stop,
             double timeout_s)
      : prepared_(prepared),
        samples_(run.samples),
        counts_(run.counts),
        stamps_(run.samples.stamps),
        replication_(replication),
        may_stop_(may_stop),
        timeout_s_(timeout_s) {}

  std::vector<std::string> all() {
    rows_and_devices();
    for (SampleId s = 0; s < samples_.size(); ++s) outcome_and_stamps(s);
    for (DeviceId d = 0; d < counts_.devices; ++d) {
      arrivals(d);
      one_stage_at_a_time(d);
    }
    law(std::abs(counts_.edge_busy.si() - busy_s_) <= 1e-9 * (1 + busy_s_),
        "processors were busy for {}, by the samples for {}", counts_.edge_busy.si(), busy_s_);
    if (bundles() && radios()) {
      link(prepared_.plan.uplink, prepared_.uplink, "uplink", uploads());
      link(prepared_.plan.downlink, prepared_.downlink, "downlink", replies());
      if (limited()) waited_in_vain();
    }
    cloud();
    late_replies();
    waited_for_an_upload_that_never_began();
    if (may_stop_ && !limited()) stuck_uploads();
    return std::move(broken_);
  }

 private:
  template <class... T>
  void law(bool holds, fmt::format_string<T...> text, T&&... values) {
    if (!holds) broken_.push_back(fmt::format(text, std::forward<T>(values)...));
  }
  static double at(const std::vector<SimTime>& column, SampleId s) { return column[s].si(); }
  bool has_answer(SampleId s) const {
    const StageId stage = samples_.stage[s];
    return stage != no_stage && prepared_.menu->stages[static_cast<std::size_t>(stage)].answers;
  }

  void rows_and_devices() {
    const auto& first = prepared_.plan.first;
    law(samples_.row == prepared_.replications[replication_].rows,
        "rows are not the prepared ones");
    law(samples_.size() == first.back(), "{} samples, not {}", samples_.size(), first.back());
    for (DeviceId d = 0; d < counts_.devices; ++d) {
      for (SampleId s = first[d]; s < first[d + 1]; ++s)
        law(samples_.device[s] == d, "sample {} is of device {}", s, samples_.device[s]);
    }
  }

  // Present and absent as the outcome demands, and in the order of the journey.
  void outcome_and_stamps(SampleId s) {
    const std::vector<double> dates = {
        at(stamps_.arrived, s),  at(stamps_.started, s),        at(stamps_.decided, s),
        at(stamps_.encoded, s),  at(stamps_.upload_started, s), at(stamps_.sent, s),
        at(stamps_.received, s), at(stamps_.enqueued, s),       at(stamps_.served_start, s),
        at(stamps_.served, s),   at(stamps_.reply_started, s),  at(stamps_.answered, s)};
    constexpr std::size_t decided = 2, encoded = 3, sent = 5, received = 6, enqueued = 7,
                          answered = 11;
    const auto set = [&](std::size_t i) { return !std::isnan(dates[i]); };
    std::size_t reached = 0;  // stamps in a row from the first
    while (reached < dates.size() && set(reached)) ++reached;
    const bool gave_up = samples_.outcome[s] == Outcome::fell_back;
    double last = 0;
    for (std::size_t i = 0; i < dates.size(); ++i) {
      if (!set(i) || (gave_up && i == answered)) continue;
      law(dates[i] >= last, "sample {}: stamp {} = {} before {}", s, i, dates[i], last);
      last = dates[i];
    }
    const bool offloads = samples_.variant[s] >= 0;
    const auto others =
        std::count_if(dates.begin(), dates.end(), [](double d) { return !std::isnan(d); });
    const auto stamped = static_cast<std::size_t>(others);
    switch (samples_.outcome[s]) {
      case Outcome::answered_edge:
        law(reached == encoded && stamped == 4 && set(answered),
            "sample {}: stamps of no edge answer", s);
        law(dates[answered] == dates[decided], "sample {}: answered {} != decided {}", s,
            dates[answered], dates[decided]);
        law(!offloads && samples_.stage[s] >= 0, "sample {}: an edge answer offloads", s);
        law(samples_.uplink_bytes[s] == 0 && samples_.downlink_bytes[s] == 0,
            "sample {}: an edge answer sends bytes", s);
        break;
      case Outcome::answered_cloud:
        law(reached == 12, "sample {}: {} of 12 stamps of a cloud answer", s, reached);
        law(offloads, "sample {}: a cloud answer offloads nothing", s);
        law(dates[enqueued] == dates[received], "sample {}: enqueued {} != received {}", s,
            dates[enqueued], dates[received]);
        law(dates[answered] <= dates[decided] + timeout_s_ + slack_s,
            "sample {}: answered {}, too late", s, dates[answered]);
        break;
      case Outcome::fell_back:
        law(has_answer(s) && offloads, "sample {}: fell back on nothing", s);
        law(near(dates[answered], dates[decided] + timeout_s_),
            "sample {}: fell back at {}, decided {}", s, dates[answered], dates[decided]);
        law(set(encoded) && stamped == std::min<std::size_t>(reached, answered) + 1,
            "sample {}: a gap in its stamps", s);
        gave_up_on_the_way(s, dates[answered]);
        break;
      case Outcome::dropped:
        law(stamped == reached, "sample {}: a gap in a dropped sample's stamps", s);
        law(reached < 12, "sample {}: dropped, yet answered", s);
        if (limited() && reached >= 3) {
          law(!has_answer(s), "sample {}: dropped with an answer at hand", s);
          law(set(encoded), "sample {}: offloaded, yet never encoded", s);
          gave_up_on_the_way(s, dates[decided] + timeout_s_);
        } else {
          law(may_stop_ || reached == 7, "sample {}: dropped with {} of 7 stamps", s, reached);
        }
        break;
      default:
        law(false, "sample {}: outcome {}", s, static_cast<int>(samples_.outcome[s]));
    }
    if (set(received)) {
      law(near(dates[received], dates[sent] + prepared_.plan.uplink.latency.si()),
          "sample {}: received {} != sent {} + latency", s, dates[received], dates[sent]);
    }
  }

  bool limited() const { return std::isfinite(timeout_s_); }

  // What had not left at `date` was not sent any more; link() holds how much had.
  void gave_up_on_the_way(SampleId s, double date) {
    const double begun = at(stamps_.upload_started, s);
    const double sent = at(stamps_.sent, s);
    law(std::isnan(begun) || begun <= date + slack_s || !std::isnan(sent),
        "sample {}: its upload began at {}, given up at {}", s, begun, date);
    law(std::isnan(sent) || sent <= date + slack_s, "sample {}: sent at {}, given up at {}", s,
        sent, date);
    law(!std::isnan(begun) || samples_.uplink_bytes[s] == 0, "sample {}: {} B of what never began",
        s, samples_.uplink_bytes[s]);
  }

  // A reply to one that has ended without it is late, and counted, wherever it comes at all.
  void late_replies() {
    std::uint64_t late = 0;
    for (SampleId s = 0; s < samples_.size(); ++s)
      late += stamps_.reply_started[s].set() && samples_.outcome[s] != Outcome::answered_cloud;
    law(counts_.late_replies == late || (may_stop_ && counts_.late_replies < late),
        "{} late replies were counted, {} were sent", counts_.late_replies, late);
    law(late == 0 || limited() || may_stop_, "{} late replies without a time-out", late);
  }

  void waited_for_an_upload_that_never_began() {
    double sum = 0;
    for (SampleId s = 0; s < samples_.size(); ++s) {
      if (samples_.variant[s] < 0 || stamps_.upload_started[s].set()) continue;
      const double until = limited() ? ended(s) : counts_.horizon.si();
      if (stamps_.encoded[s].set()) sum += std::max(0., until - at(stamps_.encoded, s));
    }
    law(std::abs(counts_.unsent_wait.si() - sum) <= slack_s * (1 + sum),
        "{} s were waited for uploads that never began, by the samples {}",
        counts_.unsent_wait.si(), sum);
  }

  // What a link of one transfer at a time carried of the one on which it stopped for good.
  void stuck_uploads() {
    const LinkPlan::Sharing sharing = prepared_.plan.uplink.sharing;
    if (sharing == LinkPlan::Sharing::fair) return;
    for (SampleId s = 0; s < samples_.size(); ++s) {
      if (!stamps_.upload_started[s].set() || stamps_.sent[s].set()) continue;
      const DeviceId own = sharing == LinkPlan::Sharing::per_device ? samples_.device[s] : 0;
      Capacity capacity(
          link_source(prepared_.uplink, prepared_.plan.seed, "uplink", own, replication_));
      constexpr double long_after = 1e6;
      const double could = capacity.between(at(stamps_.upload_started, s), long_after);
      const double slack = slack_B(could, capacity.highest());
      law(samples_.uplink_bytes[s] <= could + 1e-3 + slack &&
              samples_.uplink_bytes[s] + 1 >= could - slack,
          "uplink: {} B of sample {}, which is stuck after {}", samples_.uplink_bytes[s], s, could);
    }
  }

  // When the sample ended; not for what a dead link left behind.
  double ended(SampleId s) const {
    if (samples_.outcome[s] != Outcome::dropped) return at(stamps_.answered, s);
    return limited() ? at(stamps_.decided, s) + timeout_s_ : at(stamps_.received, s);
  }

  // A closed loop's next sample arrives when the one before has ended.
  void arrivals(DeviceId d) {
    const ArrivalPlan& plan = prepared_.plan.arrivals;
    const SampleId begin = prepared_.plan.first[d];
    const SampleId end = prepared_.plan.first[d + 1];
    for (SampleId s = begin; s < end; ++s) {
      const double date = at(stamps_.arrived, s);
      const auto k = static_cast<double>(s - begin);
      if (std::isnan(date)) {
        law(may_stop_ && plan.kind == ArrivalPlan::Kind::back_to_back, "sample {} never came", s);
      } else if (plan.kind == ArrivalPlan::Kind::dated) {
        law(near(date, plan.dates[d][s - begin]), "sample {} came at {}", s, date);
      } else if (plan.kind == ArrivalPlan::Kind::periodic) {
        const double offset = plan.staggered ? static_cast<double>(d) / counts_.devices : 0;
        law(near(date, (offset + k) / plan.rate.si()), "sample {} came at {}", s, date);
      } else if (plan.kind == ArrivalPlan::Kind::poisson && s > begin) {
        law(date >= at(stamps_.arrived, s - 1), "sample {} came at {}", s, date);
      } else if (s > begin) {
        law(near(date, ended(s - 1)), "sample {} came at {}, the one before ended at {}", s, date,
            ended(s - 1));
      } else if (plan.kind == ArrivalPlan::Kind::back_to_back) {
        law(date == 0, "the first sample came at {}", date);
      }
    }
  }

  // FIFO, and a device never idles while one of its samples waits. What it offloads it encodes
  // first, to the end.
  void one_stage_at_a_time(DeviceId d) {
    const StageTimes& times = prepared_.plan.stage_times;
    double free = 0;
    for (SampleId s = prepared_.plan.first[d]; s < prepared_.plan.first[d + 1]; ++s) {
      const double started = at(stamps_.started, s);
      if (std::isnan(started)) continue;
      law(near(started, std::max(at(stamps_.arrived, s), free)),
          "sample {}: started {}, arrived {}, device free {}", s, started, at(stamps_.arrived, s),
          free);
      const double decided = at(stamps_.decided, s);
      free = samples_.variant[s] < 0 ? decided : at(stamps_.encoded, s);
      busy_s_ += free - started;
      encoded_as_long_as_it_takes(s);
      const StageId stage = samples_.stage[s];
      if (stage == no_stage || !times.exponential) {
        const double takes = stage < 0 ? 0 : times.mean[static_cast<std::size_t>(stage)].si();
        law(near(decided - started, takes), "sample {}: its stage took {}, not {}", s,
            decided - started, takes);
      }
    }
  }

  // The coding, and the stage that makes the payload where another one ran.
  void encoded_as_long_as_it_takes(SampleId s) {
    if (samples_.variant[s] < 0) return;
    const auto variant = static_cast<std::size_t>(samples_.variant[s]);
    const double took = at(stamps_.encoded, s) - at(stamps_.decided, s);
    double takes = prepared_.plan.encode_times[variant].si();
    const StageId maker = prepared_.menu->variants[variant].made_by;
    if (maker != no_stage && maker != samples_.stage[s]) {
      const StageTimes& times = prepared_.plan.stage_times;
      law(!times.exponential || took >= takes - slack_s, "sample {}: encoded in {}, less than {}",
          s, took, takes);
      if (times.exponential) return;
      takes += times.mean[static_cast<std::size_t>(maker)].si();
    }
    law(near(took, takes), "sample {}: encoded in {}, not {}", s, took, takes);
  }

  // When each payload left its bundle for the link: once so many waited, or the first had waited
  // long enough. False: not known, as two of these came at one date.
  bool bundles() {
    const LinkPlan& plan = prepared_.plan.uplink;
    for (SampleId s = 0; s < samples_.size(); ++s) {
      // What was given up before it was encoded never came to the link.
      const bool late = samples_.variant[s] >= 0 && limited() && !stamps_.sent[s].set() &&
                        at(stamps_.encoded, s) > ended(s) + slack_s;
      up_ready_.push_back(late ? INFINITY : at(stamps_.encoded, s));
      down_ready_.push_back(at(stamps_.served, s));
    }
    if (plan.bundle_max == 1) return true;
    bool known = true;
    for (DeviceId d = 0; d < counts_.devices; ++d) {
      std::vector<SampleId> open;
      double due = INFINITY;
      const auto leave = [&](double date) {
        for (const SampleId s : open) {
          known = known && !near(given_up_at(s), date);
          up_ready_[s] = given_up_at(s) < date ? INFINITY : date;
        }
        open.clear();
        due = INFINITY;
      };
      for (SampleId s = prepared_.plan.first[d]; s < prepared_.plan.first[d + 1]; ++s) {
        if (samples_.variant[s] < 0 || std::isinf(up_ready_[s])) continue;
        const double date = up_ready_[s];
        known = known && !near(date, due);
        if (due < date) leave(due);
        // Where all of them were given up, the next begins a bundle of its own.
        const auto gone = [&](SampleId other) { return given_up_at(other) < date; };
        if (std::all_of(open.begin(), open.end(), gone)) leave(date);
        if (open.empty()) due = date + plan.bundle_delay.si();
        open.push_back(s);
        const auto waits = std::count_if(open.begin(), open.end(), [&](SampleId other) {
          known = known && !near(given_up_at(other), date);
          return given_up_at(other) > date;
        });
        if (static_cast<std::uint32_t>(waits) == plan.bundle_max) leave(date);
      }
      leave(due);
    }
    return known;
  }
  // When a payload that had not left was given up; infinity: it was not.
  double given_up_at(SampleId s) const {
    return limited() && !stamps_.sent[s].set() ? ended(s) : INFINITY;
  }

  // The radios spent what an integral over time says, and let nobody through before they were
  // connected: ready_ is when. False: not known, as it is not known when late replies had ended.
  bool radios() {
    if (prepared_.plan.radio == nullptr) {
      law(counts_.radio.promotions == 0 && counts_.radio.transfer == Joules(0),
          "no radio, and yet it spent something");
      return true;
    }
    RadioHistory all;
    double bytes_at_most = 0;  // beside the whole ones
    double reply_bytes_at_most = 0;
    for (DeviceId d = 0; d < counts_.devices; ++d) {
      std::vector<Burst> bursts;
      std::vector<double*> ready;
      for (SampleId s = prepared_.plan.first[d]; s < prepared_.plan.first[d + 1]; ++s) {
        if (samples_.variant[s] < 0 || std::isinf(up_ready_[s])) continue;
        const double sent = stamps_.sent[s].set() ? at(stamps_.sent, s) : given_up_at(s);
        bursts.push_back({up_ready_[s], sent, true, static_cast<double>(samples_.uplink_bytes[s])});
        ready.push_back(&up_ready_[s]);
        bytes_at_most += !stamps_.sent[s].set();
        if (!stamps_.served[s].set()) continue;
        const bool in_time = samples_.outcome[s] == Outcome::answered_cloud;
        if (!in_time && limited()) return false;
        const double replied =  // its latency may be an ulp beside
            std::max(at(stamps_.answered, s) - prepared_.plan.downlink.latency.si(),
                     at(stamps_.reply_started, s));
        bursts.push_back({down_ready_[s], in_time ? replied : INFINITY, false,
                          static_cast<double>(samples_.downlink_bytes[s])});
        ready.push_back(&down_ready_[s]);
        reply_bytes_at_most += !in_time;
      }
      const RadioHistory its = radio_history(*prepared_.plan.radio, bursts, counts_.horizon.si());
      for (std::size_t i = 0; i < bursts.size(); ++i) *ready[i] = its.let_through[i];
      all.transfer_J += its.transfer_J;
      all.promotion_J += its.promotion_J;
      all.tail_J += its.tail_J;
      all.awake_s += its.awake_s;
      all.promotions += its.promotions;
    }
    const double not_whole = bytes_at_most * prepared_.plan.radio->uplink.si() +
                             reply_bytes_at_most * prepared_.plan.radio->downlink.si();
    spent("transfer", counts_.radio.transfer.si(), all.transfer_J, not_whole);
    spent("promotion", counts_.radio.promotion.si(), all.promotion_J, 0);
    spent("tail", counts_.radio.tail.si(), all.tail_J, 0);
    spent("awake", counts_.radio.awake.si(), all.awake_s, 0);
    spent("promotions", static_cast<double>(counts_.radio.promotions), all.promotions, 0);
    return true;
  }
  void spent(std::string_view what, double found, double expected, double slack) {
    law(std::abs(found - expected) <= slack + 1e-9 * (1 + expected), "radio: {} {}, not {}", what,
        found, expected);
  }

  std::vector<Transfer> uploads() const {
    std::vector<Transfer> out;
    for (SampleId s = 0; s < samples_.size(); ++s) {
      const bool given_up = !stamps_.sent[s].set();
      if (given_up && !(limited() && stamps_.upload_started[s].set())) continue;
      const double begun = at(stamps_.upload_started, s);
      const double left = given_up ? ended(s) : at(stamps_.sent, s);
      // Where it is given up as it begins, the sum of its time-out may be an ulp beside.
      out.push_back({up_ready_[s], begun, given_up && near(left, begun) ? begun : left,
                     static_cast<double>(samples_.uplink_bytes[s]), given_up ? 1. : 0.,
                     samples_.device[s], s});
    }
    return out;
  }
  std::vector<Transfer> replies() const {
    std::vector<Transfer> out;
    const double latency = prepared_.plan.downlink.latency.si();
    for (SampleId s = 0; s < samples_.size(); ++s) {
      const bool in_time = samples_.outcome[s] == Outcome::answered_cloud;
      if (!in_time && !(limited() && stamps_.reply_started[s].set())) continue;
      out.push_back({down_ready_[s], at(stamps_.reply_started, s),
                     in_time ? at(stamps_.answered, s) - latency : NAN,
                     static_cast<double>(samples_.downlink_bytes[s]), 0, samples_.device[s], s});
    }
    return out;
  }

  void link(const LinkPlan& plan, const LinkRate& rate, std::string_view name,
            const std::vector<Transfer>& transfers) {
    const bool own = plan.sharing == LinkPlan::Sharing::per_device;
    std::map<DeviceId, std::vector<Transfer>> by_link;
    for (const auto& t : transfers) by_link[own ? t.device : 0].push_back(t);
    for (auto& [id, on_it] : by_link) {
      const auto last = [](const Transfer& t) { return std::isnan(t.ended) ? INFINITY : t.ended; };
      std::stable_sort(on_it.begin(), on_it.end(), [&](const Transfer& a, const Transfer& b) {
        return std::tuple(a.begun, last(a), a.ready) < std::tuple(b.begun, last(b), b.ready);
      });
      Capacity capacity(link_source(rate, prepared_.plan.seed, name, id, replication_));
      if (plan.sharing == LinkPlan::Sharing::fair) {
        shared_fairly(plan, rate, name, on_it, capacity);
      } else {
        one_after_another(name, on_it, capacity);
      }
    }
  }

  // What a transfer of `bytes` may miss: it ends at a double, at a rate of `highest` at most.
  static double slack_B(double bytes, double highest) {
    return 1e-6 * bytes + 2 * slack_s * highest + 1e-6;
  }

  // FIFO: each alone on the link, which carries exactly its bytes meanwhile, and never idles.
  void one_after_another(std::string_view name, const std::vector<Transfer>& on_it,
                         Capacity& capacity) {
    double free = 0;
    double ready = 0;
    for (std::size_t i = 0; i < on_it.size(); ++i) {
      const Transfer& t = on_it[i];
      law(t.begun >= free - slack_s, "{}: sample {} began at {}, the link was free at {}", name,
          t.sample, t.begun, free);
      law(t.ready >= ready - slack_s, "{}: sample {} overtook one", name, t.sample);
      law(near(t.begun, std::max(t.ready, free)), "{}: sample {} began at {}, ready {}, free {}",
          name, t.sample, t.begun, t.ready, free);
      ready = t.ready;
      const bool known = !std::isnan(t.ended);
      if (!known && i + 1 == on_it.size()) break;
      // One whose end is not known has left before the next began, which waited for just that or
      // was not ready before.
      free = known ? t.ended : on_it[i + 1].begun;
      const double could = capacity.between(t.begun, free);
      const bool idle_since = !known && near(free, on_it[i + 1].ready);
      const double slack = slack_B(t.bytes, capacity.highest());
      // Of one given up, a byte that lacks a thousandth counts as whole
      // (sim/stations/link_station).
      const double nearly = 1e-3 * t.not_whole;
      law(could >= t.bytes - nearly - slack &&
              (idle_since || could <= t.bytes + t.not_whole + slack),
          "{}: sample {} of {} B, while the link carried {}", name, t.sample, t.bytes, could);
    }
  }

  // Fair: at most `streams` of a device at once; together they get what the link carries (less
  // where each is capped), and no more.
  void shared_fairly(const LinkPlan& plan, const LinkRate& rate, std::string_view name,
                     const std::vector<Transfer>& on_it, Capacity& capacity) {
    std::map<DeviceId, double> ready;
    for (const auto& t : on_it) {
      if (std::isnan(t.ended)) return;  // late replies: who shared with them until when?
    }
    for (const auto& t : on_it) {
      law(t.ready >= ready[t.device] - slack_s, "{}: sample {} overtook one", name, t.sample);
      ready[t.device] = t.ready;
      std::uint32_t beside = 0;
      bool given_way = near(t.begun, t.ready);
      for (const auto& other : on_it) {
        if (other.device != t.device || other.sample == t.sample) continue;
        beside += other.begun <= t.begun && other.ended > t.begun + slack_s &&
                  !(near(other.begun, t.begun) && other.sample > t.sample);
        given_way = given_way || near(other.ended, t.begun);
      }
      law(plan.streams == 0 || beside < plan.streams, "{}: sample {} began beside {} others", name,
          t.sample, beside);
      law(given_way, "{}: sample {} waited for nothing", name, t.sample);
      const BytesPerSecond* cap =
          rate.flow_rate ? std::get_if<BytesPerSecond>(&rate.flow_rate->rate) : nullptr;
      const double most = cap != nullptr ? cap->si() * (t.ended - t.begun) : INFINITY;
      law(t.bytes <= most + slack_B(t.bytes, cap != nullptr ? cap->si() : 0),
          "{}: sample {} sent {} B, through its cap go {}", name, t.sample, t.bytes, most);
    }
    for (std::size_t i = 0; i < on_it.size();) {  // busy periods
      const double from = on_it[i].begun;
      double to = from;
      double bytes = 0;
      double not_whole = 0;
      for (; i < on_it.size() && (on_it[i].begun <= to || to == from); ++i) {
        if (on_it[i].begun > to) break;
        to = std::max(to, on_it[i].ended);
        bytes += on_it[i].bytes;
        not_whole += on_it[i].not_whole;
      }
      const double could = capacity.between(from, to);
      const double slack = slack_B(bytes, capacity.highest());
      const double nearly = 1e-3 * not_whole;  // a byte of which so little lacks counts as whole
      law(bytes <= could + slack + nearly, "{}: {} B in ({}, {}), which carries {}", name, bytes,
          from, to, could);
      law(bytes + not_whole >= could - slack || may_stop_ || rate.flow_rate.has_value(),
          "{}: only {} B in ({}, {}), which carries {}", name, bytes, from, to, could);
    }
  }

  // What was given up before it began had others on its uplink all the while: a place that is free
  // is taken at once, also one that somebody gave up.
  void waited_in_vain() {
    const LinkPlan& plan = prepared_.plan.uplink;
    const bool fair = plan.sharing == LinkPlan::Sharing::fair;
    const std::size_t places = !fair ? 1 : plan.streams == 0 ? SIZE_MAX : plan.streams;
    const auto all = uploads();
    for (SampleId s = 0; s < samples_.size(); ++s) {
      const double ready = up_ready_[s];
      if (ready >= ended(s) - slack_s) continue;  // its radio was not connected in time
      if (samples_.variant[s] < 0 || std::isnan(ready) || stamps_.upload_started[s].set()) continue;
      std::vector<Transfer> before_it;
      std::vector<double> looks{ready};  // and wherever a place became free
      for (const auto& t : all) {
        if (plan.sharing != LinkPlan::Sharing::fifo && t.device != samples_.device[s]) continue;
        before_it.push_back(t);
        if (t.ended > ready && t.ended < ended(s) - slack_s) looks.push_back(t.ended);
      }
      for (const double date : looks) {
        const auto taken = std::count_if(before_it.begin(), before_it.end(), [&](const auto& t) {
          return t.begun <= date + slack_s && t.ended > date + slack_s;
        });
        law(static_cast<std::size_t>(taken) >= places,
            "uplink: sample {} never began, yet {} were on it at {}", s, taken, date);
      }
    }
  }

  void cloud() {
    std::vector<SampleId> queued;
    for (SampleId s = 0; s < samples_.size(); ++s) {
      if (stamps_.served[s].set()) queued.push_back(s);
    }
    const auto order = [&](SampleId a, SampleId b) {
      return std::pair(at(stamps_.enqueued, a), at(stamps_.served_start, a)) <
             std::pair(at(stamps_.enqueued, b), at(stamps_.served_start, b));
    };
    std::stable_sort(queued.begin(), queued.end(), order);
    for (std::size_t i = 1; i < queued.size(); ++i) {
      law(at(stamps_.served_start, queued[i]) >= at(stamps_.served_start, queued[i - 1]),
          "cloud: sample {} was served before {}, which came first", queued[i], queued[i - 1]);
    }
    batches(queued);
    waiting_room();
  }

  // Samples that began and ended together were in one batch, or in as many as it takes.
  void batches(const std::vector<SampleId>& served) {
    const CloudPlan& plan = prepared_.plan.cloud;
    std::map<std::pair<double, double>, std::vector<SampleId>> groups;
    for (const SampleId s : served)
      groups[{at(stamps_.served_start, s), at(stamps_.served, s)}].push_back(s);
    const auto batches_of = [&](const std::vector<SampleId>& group) {
      return (group.size() + plan.batch_max - 1) / plan.batch_max;
    };
    std::size_t least = 0;
    for (const auto& [span, group] : groups) {
      const auto [from, to] = span;
      least += batches_of(group);
      std::size_t at_once = 0;
      for (const auto& [other, members] : groups) {
        if (other.first <= from && other.second > from) at_once += batches_of(members);
      }
      law(at_once <= prepared_.plan.servers, "cloud: {} batches at once at {}", at_once, from);
      double oldest = from;
      for (const SampleId s : group) oldest = std::min(oldest, at(stamps_.enqueued, s));
      if (group.size() < plan.batch_max) {
        law(from >= oldest + plan.batch_delay.si() - slack_s,
            "cloud: a batch of {} began at {}, its oldest came at {}", group.size(), from, oldest);
      }
      batch_time(from, to, group);
    }
    law(counts_.batches >= least && counts_.batches <= served.size(),
        "cloud: {} batches of {} samples, at least {}", counts_.batches, served.size(), least);
  }

  // Without a draw, a batch takes max(floor, setup + its samples' own times): so many of equal
  // samples as its time says. Of a group whose variants differ, what one batch of them takes;
  // several servers may have shared it.
  void batch_time(double from, double to, const std::vector<SampleId>& group) {
    const CloudPlan& plan = prepared_.plan.cloud;
    const double took = to - from;
    if (plan.times.exponential) return;
    double floor = 0;
    double setup = 0;
    double sum = 0;
    bool differ = false;
    for (const SampleId s : group) {
      const VariantTime& time = plan.times.of[static_cast<std::size_t>(samples_.variant[s])];
      floor = std::max(floor, time.floor.si());
      setup = std::max(setup, time.setup.si());
      sum += time.each.si();
      differ = differ || samples_.variant[s] != samples_.variant[group[0]];
    }
    if (differ) {
      law(prepared_.plan.servers > 1 || near(took, std::max(floor, setup + sum)),
          "cloud: {} samples of several variants took {} s", group.size(), took);
      return;
    }
    const VariantTime& time = plan.times.of[static_cast<std::size_t>(samples_.variant[group[0]])];
    const double each = time.each.si();
    if (each == 0 || took <= time.floor.si() + slack_s) return;
    const double members = (took - time.setup.si()) / each;
    law(std::abs(members - std::round(members)) < 1e-6 && std::round(members) >= 1 &&
            std::round(members) <= plan.batch_max &&
            group.size() % static_cast<std::size_t>(std::round(members)) == 0,
        "cloud: {} samples in batches of {} (took {} s)", group.size(), members, took);
  }

  // No more wait than the limit says, and nobody is refused while there is room.
  void waiting_room() {
    const auto waits = [&](double date, bool ties) {
      std::uint64_t n = 0;
      for (SampleId s = 0; s < samples_.size(); ++s) {
        const double in = at(stamps_.enqueued, s);
        const double out = stamps_.served_start[s].set() ? at(stamps_.served_start, s) : INFINITY;
        n += in <= date && (ties ? out >= date : out > date);
      }
      return n;
    };
    for (SampleId s = 0; s < samples_.size(); ++s) {
      if (!stamps_.received[s].set()) continue;
      const double date = at(stamps_.received, s);
      law(waits(date, false) <= prepared_.plan.cloud.queue_limit, "cloud: {} wait at {}",
          waits(date, false), date);
      if (!stamps_.enqueued[s].set()) {
        law(waits(date, true) >= prepared_.plan.cloud.queue_limit,
            "cloud: sample {} refused at {} while {} waited", s, date, waits(date, true));
      }
    }
  }

  const Prepared& prepared_;
  const Samples& samples_;
  const StationCounts& counts_;
  const Stamps& stamps_;
  std::size_t replication_;
  bool may_stop_;
  double timeout_s_;                // of every offload; infinity: none
  double busy_s_ = 0;               // of all processors, by the samples
  std::vector<double> up_ready_{};  // [sample], with its radio connected
  std::vector<double> down_ready_{};
  std::vector<std::string> broken_;
};

}  // namespace

std::vector<std::string> broken_laws(const Prepared& prepared, const Run& run,
                                     std::size_t replication, bool may_stop, double timeout_s) {
  return Inspection(prepared, run, replication, may_stop, timeout_s).all();
}

std::vector<std::string> broken_common_randomness(const Prepared& prepared, const Run& a,
                                                  const Run& b) {
  std::vector<std::string> broken;
  if (a.samples.row != b.samples.row) broken.emplace_back("rows differ between policies");
  const bool open = prepared.plan.arrivals.kind != ArrivalPlan::Kind::back_to_back;
  for (SampleId s = 0; s < a.samples.size(); ++s) {
    const auto stage_time = [&](const Run& run) {
      return run.samples.stamps.decided[s].si() - run.samples.stamps.started[s].si();
    };
    if (open && !near(a.samples.stamps.arrived[s].si(), b.samples.stamps.arrived[s].si()))
      broken.push_back(fmt::format("sample {} arrives at two dates", s));
    const auto encode_time = [&](const Run& run) {
      return run.samples.stamps.encoded[s].si() - run.samples.stamps.decided[s].si();
    };
    if (a.samples.stage[s] == b.samples.stage[s] && a.samples.variant[s] == b.samples.variant[s] &&
        !std::isnan(encode_time(a) - encode_time(b)) && !near(encode_time(a), encode_time(b)))
      broken.push_back(fmt::format("sample {}: its encode takes two times", s));
    if (a.samples.stage[s] == b.samples.stage[s] && !(std::isnan(stage_time(a) - stage_time(b))) &&
        !near(stage_time(a), stage_time(b)))
      broken.push_back(fmt::format("sample {}: its stage takes two times", s));
  }
  return broken;
}

std::string all_bytes(const Run& run) {
  std::string bytes;
  const auto add = [&](const auto& column) {
    bytes.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof column[0]);
  };
  const Samples& s = run.samples;
  add(s.device), add(s.row), add(s.stage), add(s.variant), add(s.score);
  add(s.uplink_bytes), add(s.downlink_bytes), add(s.outcome);
  Stamps stamps = s.stamps;
  for (const auto* stamp : all_stamps(stamps)) add(*stamp);
  for (const double count :
       {run.counts.horizon.si(), run.counts.edge_busy.si(), run.counts.uplink_busy.si(),
        run.counts.downlink_busy.si(), run.counts.cloud_busy.si(), run.counts.radio.transfer.si(),
        run.counts.radio.promotion.si(), run.counts.radio.tail.si(), run.counts.radio.awake.si(),
        run.counts.unsent_wait.si()})
    bytes += fmt::format("{} ", count);
  return bytes + fmt::format("{} {} {} {} {}", run.counts.batches, run.counts.late_replies,
                             run.counts.edge_queue_max, run.counts.uplink_queue_max,
                             run.counts.cloud_queue_max);
}

}  // namespace updraft
