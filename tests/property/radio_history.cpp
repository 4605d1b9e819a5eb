#include "tests/property/radio_history.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace updraft {
namespace {

struct Span {
  double from;
  double to;
  bool up = false;
};

bool holds(const Span& span, double date) { return span.from <= date && date < span.to; }

class History {
 public:
  History(const RadioPower& power, const std::vector<Burst>& bursts, double horizon)
      : power_(power), horizon_(horizon) {
    for (const TailPhase& phase : power.tail) tail_ += phase.lasts.si();
    out_.let_through.resize(bursts.size());
    std::vector<std::size_t> order(bursts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return bursts[a].wanted < bursts[b].wanted;
    });
    for (const std::size_t i : order) out_.let_through[i] = let_through(bursts[i]);
    integrate();
  }
  RadioHistory take() { return std::move(out_); }

 private:
  // The last date until `date` at which the radio was promoted, or had something under way.
  double last_in_use(double date) const {
    double last = -INFINITY;
    for (const Span& p : promotions_) {
      if (p.to <= date) last = std::max(last, p.to);
    }
    for (const Span& a : active_) {
      if (a.from <= date) last = std::max(last, std::min(a.to, date));
    }
    return last;
  }

  double let_through(const Burst& burst) {
    double date = burst.wanted;
    const auto now = std::find_if(promotions_.begin(), promotions_.end(),
                                  [&](const Span& p) { return holds(p, date); });
    if (now != promotions_.end()) {
      date = now->to;
    } else if (date - last_in_use(date) > tail_ + 1e-11) {
      promotions_.push_back({date, date + power_.promotion_delay.si()});
      date = promotions_.back().to;
    }
    const double ended = std::isinf(burst.ended) ? std::max(date, horizon_) : burst.ended;
    if (ended >= date) active_.push_back({date, ended, burst.up});
    const JoulesPerByte alpha = burst.up ? power_.uplink : power_.downlink;
    if (ended >= date) out_.transfer_J += alpha.si() * burst.bytes;
    return date;
  }

  double base_at(double date) const {
    double base = 0;
    for (const Span& a : active_) {
      if (holds(a, date))
        base = std::max(base, (a.up ? power_.uplink_base : power_.downlink_base).si());
    }
    return base;
  }
  bool active_at(double date) const {
    return std::any_of(active_.begin(), active_.end(),
                       [&](const Span& a) { return holds(a, date); });
  }
  double tail_at(double since) const {  // of its begin
    for (const TailPhase& phase : power_.tail) {
      if (since < phase.lasts.si()) return phase.power.si();
      since -= phase.lasts.si();
    }
    return 0;
  }

  // Between two neighbouring dates of these nothing changes.
  std::vector<double> edges() const {
    std::vector<double> out{horizon_};
    for (const auto* spans : {&promotions_, &active_}) {
      for (const Span& span : *spans) {
        out.push_back(span.from);
        double date = span.to;
        out.push_back(date);
        for (const TailPhase& phase : power_.tail) out.push_back(date += phase.lasts.si());
      }
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  void integrate() {
    const std::vector<double> dates = edges();
    for (std::size_t k = 1; k < dates.size(); ++k) {
      const double length = dates[k] - dates[k - 1];
      const double middle = dates[k - 1] + length / 2;
      if (length <= 0) continue;
      const bool promoting = std::any_of(promotions_.begin(), promotions_.end(),
                                         [&](const Span& p) { return holds(p, middle); });
      const double since = middle - last_in_use(middle);
      bool awake = true;
      if (promoting) {
        out_.promotion_J += power_.promotion_power.si() * length;
      } else if (active_at(middle)) {
        out_.transfer_J += base_at(middle) * length;
      } else if (since < tail_) {
        out_.tail_J += tail_at(since) * length;
      } else {
        awake = false;
      }
      if (awake && middle < horizon_) out_.awake_s += length;
    }
    out_.promotions = static_cast<int>(promotions_.size());
  }

  const RadioPower& power_;
  double horizon_;
  double tail_ = 0;
  std::vector<Span> promotions_;
  std::vector<Span> active_;
  RadioHistory out_;
};

}  // namespace

RadioHistory radio_history(const RadioPower& power, const std::vector<Burst>& bursts,
                           double horizon) {
  return History(power, bursts, horizon).take();
}

}  // namespace updraft
