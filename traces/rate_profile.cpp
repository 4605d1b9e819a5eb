#include "traces/rate_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

class Player : public RateSource {
 public:
  Player(const RateProfile& profile, double begin) : profile_(&profile), begin_(begin) {
    skip_to(SimTime(0));
  }

  RatePiece next() override {
    const auto& steps = profile_->steps();
    const bool loops = profile_->at_end() == AtEnd::loop;
    UPDRAFT_CHECK(last_ < forever, fmt::format("asked for a piece after the last one"));
    if (loops && profile_->total() == Bytes(0)) return piece(0, forever);
    while (true) {
      if (step_ == steps.size()) {
        if (!loops)
          return piece(profile_->at_end() == AtEnd::hold ? steps.back().rate_Bps : 0, forever);
        step_ = 0;
        ++loop_;
      }
      const auto& step = steps[step_++];
      const double until = date_of(static_cast<double>(loop_), step);
      // A step too short to move a large date is passed over: it carries nothing then.
      if (until > last_) return piece(step.rate_Bps, until);
    }
  }

  void skip_to(SimTime date) override {
    const auto& steps = profile_->steps();
    const bool loops = profile_->at_end() == AtEnd::loop;
    if (loops && profile_->total() == Bytes(0)) return;
    double loop = static_cast<double>(loop_);
    const auto loop_is_past = [&] { return date_of(loop, steps.back()) <= date.si(); };
    if (loops && loop_is_past()) {
      step_ = 0;
      loop = std::floor((date.si() + begin_) / steps.back().until_s);
      while (loop > 0 && date_of(loop - 1, steps.back()) > date.si()) --loop;
      while (loop_is_past()) ++loop;
      loop_ = static_cast<std::uint64_t>(loop);
    }
    const auto past = [&](const RateProfile::Step& step) {
      return date_of(loop, step) <= date.si();
    };
    // Most often one of the next few: galloping there costs less than halving all of the profile.
    std::size_t stride = 1;
    std::size_t low = step_;
    while (low + stride < steps.size() && past(steps[low + stride - 1])) {
      low += stride;
      stride *= 2;
    }
    const std::size_t high = std::min(low + stride, steps.size());
    const auto first = steps.begin() + static_cast<std::ptrdiff_t>(low);
    const auto last = steps.begin() + static_cast<std::ptrdiff_t>(high);
    step_ = static_cast<std::size_t>(std::partition_point(first, last, past) - steps.begin());
  }

 private:
  // When a step ends in this loop; the same sum wherever it is asked, so that all agree to the bit.
  double date_of(double loop, const RateProfile::Step& step) const {
    return loop * profile_->steps().back().until_s + step.until_s - begin_;
  }
  RatePiece piece(double rate, double until) {
    last_ = until;
    return {BytesPerSecond(rate), SimTime(until)};
  }

  const RateProfile* profile_;
  double begin_;
  std::size_t step_ = 0;
  std::uint64_t loop_ = 0;
  double last_ = 0;
};

}  // namespace

RateProfile::RateProfile(std::vector<Step> steps, AtEnd at_end)
    : steps_(std::move(steps)), at_end_(at_end) {
  UPDRAFT_CHECK(!steps_.empty(), "no steps");
  double begin = 0;
  double sum = 0;
  carried_.reserve(steps_.size());
  for (const auto& step : steps_) {
    UPDRAFT_CHECK(step.until_s > begin && std::isfinite(step.until_s),
                  fmt::format("{} after {}", step.until_s, begin));
    UPDRAFT_CHECK(step.rate_Bps >= 0 && std::isfinite(step.rate_Bps),
                  fmt::format("{}", step.rate_Bps));
    carried_.push_back(sum += step.rate_Bps * (step.until_s - begin));
    begin = step.until_s;
  }
}

// Compares dates as play() gives them, rounding and all, so that both agree on who holds when.
RateProfile::Position RateProfile::position(double date) const {
  double loop = 0;
  if (at_end_ == AtEnd::loop) {
    loop = std::floor(date / steps_.back().until_s);
    while (loop_begin(loop) > date) --loop;
    while (loop_begin(loop) + steps_.back().until_s <= date) ++loop;
  }
  const double base = loop_begin(loop);
  const auto past = [base](double when, const Step& step) { return when < base + step.until_s; };
  const auto found = std::upper_bound(steps_.begin(), steps_.end(), date, past);
  return {base, static_cast<std::size_t>(found - steps_.begin())};
}

BytesPerSecond RateProfile::at(SimTime date) const {
  const auto where = position(date.si());
  return BytesPerSecond(where.step < steps_.size() ? steps_[where.step].rate_Bps : rate_past_end());
}

// Bytes carried from the beginning of the loop that `date` lies in.
double RateProfile::carried_in_loop(const Position& at, double date) const {
  if (at.step == steps_.size())
    return carried_.back() + rate_past_end() * (date - steps_.back().until_s);
  const double before = at.step > 0 ? carried_[at.step - 1] : 0;
  const double begin = at.base + (at.step > 0 ? steps_[at.step - 1].until_s : 0);
  return before + steps_[at.step].rate_Bps * (date - begin);
}

Bytes RateProfile::carried(SimTime from, SimTime to) const {
  UPDRAFT_CHECK(from.si() >= 0 && from <= to, fmt::format("{} .. {}", from.si(), to.si()));
  const auto first = position(from.si());
  const auto last = position(to.si());
  if (first.base == last.base && first.step == last.step) {  // one step: nothing to cancel
    const double rate = first.step < steps_.size() ? steps_[first.step].rate_Bps : rate_past_end();
    return Bytes(rate * (to - from).si());
  }
  const double loops = std::round((last.base - first.base) / steps_.back().until_s);
  return Bytes(loops * carried_.back() + carried_in_loop(last, to.si()) -
               carried_in_loop(first, from.si()));
}

SimTime RateProfile::finish(SimTime from, Bytes size) const {
  UPDRAFT_CHECK(from.si() >= 0 && size.si() >= 0, fmt::format("{}, {}", from.si(), size.si()));
  if (size == Bytes(0)) return from;
  auto where = position(from.si());
  double left = size.si();
  if (where.step == steps_.size()) {
    const double rate = rate_past_end();
    return rate > 0 ? from + Seconds(left / rate) : SimTime(forever);
  }
  // Sums round. A transfer that ends where a stall begins must not wait it out for a rounded bit.
  const double total = carried_.back();
  const double slack = 1e-12 * left + 4 * std::numeric_limits<double>::epsilon() * total;
  // The rest of the step that `from` lies in, on its own: short transfers lose no digits.
  const double rate = steps_[where.step].rate_Bps;
  const double until = where.base + steps_[where.step].until_s;
  const double here = rate * (until - from.si());
  if (rate > 0 && left <= here + slack) return SimTime(std::min(from.si() + left / rate, until));
  left -= here;

  const double before = carried_[where.step];
  double base = where.base;
  if (left <= total - before + slack) {
    left += before;
  } else {  // beyond the end of this loop
    left -= total - before;
    if (at_end_ != AtEnd::loop) {
      const double beyond = rate_past_end();
      return SimTime(beyond > 0 ? steps_.back().until_s + left / beyond : forever);
    }
    if (total == 0) return SimTime(forever);
    // Whole loops, the last one excepted: what is left then lies in (0, total].
    const double loops = std::max(0., std::ceil((left - slack) / total) - 1);
    left -= loops * total;
    base = loop_begin(std::round(base / steps_.back().until_s) + 1 + loops);
  }
  const auto found = std::lower_bound(carried_.begin(), carried_.end() - 1, left - slack);
  const auto step = static_cast<std::size_t>(found - carried_.begin());
  const double done = step > 0 ? carried_[step - 1] : 0;
  const double begin = step > 0 ? steps_[step - 1].until_s : 0;
  if (steps_[step].rate_Bps == 0) return SimTime(base + begin);  // nothing left but rounding
  const double end = begin + (left - done) / steps_[step].rate_Bps;
  return SimTime(base + std::min(end, steps_[step].until_s));
}

RateProfile RateProfile::scaled(double factor) const {
  auto steps = steps_;
  for (auto& step : steps) step.rate_Bps *= factor;
  return {std::move(steps), at_end_};
}

std::unique_ptr<RateSource> play(const RateProfile& profile, Seconds begin) {
  UPDRAFT_CHECK(begin.si() >= 0 && begin < profile.length(), fmt::format("{} s", begin.si()));
  return std::make_unique<Player>(profile, begin.si());
}

}  // namespace updraft
