// Draws from a channel model, piece by piece.
#include <cmath>
#include <utility>

#include "sim/core/portable_math.hpp"
#include "traces/channel_model.hpp"

namespace updraft {
namespace {

// (4), by its inverse: a whole number, at least 1, of mean `mean` >= 1.
double geometric(Stream& stream, double mean) {
  const double leaves = 1 / mean;
  if (leaves >= 1) return 1;
  const double log_stays =
      leaves < 1e-6 ? -leaves * (1 + leaves / 2) : portable::log(1 - leaves);  // keeps the digits
  return 1 + std::floor(portable::log(1 - stream.uniform()) / log_stays);
}

class Draw : public RateSource {
 public:
  Draw(const ChannelModel& model, const Stream& stream, double scale)
      : model_(&model), stream_(stream), scale_(scale) {
    state_ = pick(model.time_shares());
  }

  // A draw is a draw, whoever looks at it: pieces are passed over one by one.
  void skip_to(SimTime date) override {
    if (!std::exchange(peeked_, true)) ahead_ = drawn();
    while (ahead_.until <= date) ahead_ = drawn();
  }

  RatePiece next() override { return std::exchange(peeked_, false) ? ahead_ : drawn(); }

 private:
  RatePiece drawn() { return model_->slot > Seconds(0) ? in_slots() : in_dwells(); }

  RatePiece in_dwells() {
    const auto& states = model_->states;
    while (true) {
      const auto& state = states[state_];
      const double until = date_ + stream_.exponential(state.dwell.si());
      if (states.size() > 1) state_ = pick(state.next);
      if (!(until > date_)) continue;  // too short a dwell to move the date
      date_ = until;
      return {state.rates[0] * scale_, SimTime(date_)};
    }
  }

  // Dates are whole multiples of the slot, so that they do not drift.
  RatePiece in_slots() {
    const auto& states = model_->states;
    const auto& state = states[state_];
    if (left_ == 0) left_ = geometric(stream_, state.dwell / model_->slot);
    const bool varies = state.rates.size() > 1;
    const BytesPerSecond rate = state.rates[varies ? stream_.below(state.rates.size()) : 0];
    const double taken = varies ? 1 : left_;
    left_ -= taken;
    slots_ += taken;
    if (left_ == 0 && states.size() > 1) state_ = pick(state.next);
    return {rate * scale_, SimTime(slots_ * model_->slot.si())};
  }

  std::size_t pick(const std::vector<double>& shares) {
    double left = stream_.uniform();
    std::size_t last = 0;
    for (std::size_t k = 0; k < shares.size(); ++k) {
      if (shares[k] == 0) continue;
      last = k;
      if (left < shares[k]) return k;
      left -= shares[k];
    }
    return last;  // the shares' rounding
  }

  const ChannelModel* model_;
  Stream stream_;
  double scale_;
  std::size_t state_ = 0;
  double date_ = 0;   // without slots
  double slots_ = 0;  // so far, a whole number
  double left_ = 0;   // slots of this visit
  bool peeked_ = false;
  RatePiece ahead_{};  // drawn, not given yet
};

}  // namespace

std::unique_ptr<RateSource> draw(const ChannelModel& model, const Stream& stream, double scale) {
  return std::make_unique<Draw>(model, stream, scale);
}

}  // namespace updraft
