#include "traces/outages.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

class Gated : public RateSource {
 public:
  Gated(std::unique_ptr<RateSource> rate, std::unique_ptr<RateSource> gate)
      : rate_(std::move(rate)), gate_(std::move(gate)) {}

  RatePiece next() override {
    gate_.reach(at_);
    if (gate_.piece.rate == BytesPerSecond(0)) {  // one piece, however often the rate changes
      at_ = gate_.piece.until;
      return {BytesPerSecond(0), at_};
    }
    rate_.reach(at_);
    // A link that has stopped for good says so, or whoever waits would walk the gate for ever.
    if (rate_.piece.rate == BytesPerSecond(0) && std::isinf(rate_.piece.until.si()))
      return rate_.piece;
    at_ = std::min(rate_.piece.until, gate_.piece.until);
    return {rate_.piece.rate, at_};
  }

  void skip_to(SimTime date) override { at_ = std::max(at_, date); }

 private:
  // A source and its piece at hand, which holds at the date reached last.
  struct Part {
    explicit Part(std::unique_ptr<RateSource> of) : source(std::move(of)) {}
    void reach(SimTime date) {
      if (date < piece.until) return;
      source->skip_to(date);
      piece = source->next();
    }
    std::unique_ptr<RateSource> source;
    RatePiece piece{BytesPerSecond(0), SimTime(0)};
  };

  Part rate_;
  Part gate_;
  SimTime at_{0};  // where the next piece begins
};

}  // namespace

std::unique_ptr<RateSource> with_outages(std::unique_ptr<RateSource> rate,
                                         std::unique_ptr<RateSource> gate) {
  return std::make_unique<Gated>(std::move(rate), std::move(gate));
}

RateProfile gate_down_in(const std::vector<OutageWindow>& windows) {
  UPDRAFT_CHECK(!windows.empty(), "no windows");
  std::vector<RateProfile::Step> steps;
  for (const auto& window : windows) {
    const double begin = window.at.si();
    if (begin > 0) steps.push_back({begin, 1});
    steps.push_back({begin + window.lasts.si(), 0});
  }
  steps.push_back({steps.back().until_s + 1, 1});  // held for ever
  return {std::move(steps), AtEnd::hold};
}

}  // namespace updraft
