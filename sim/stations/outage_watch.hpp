// When a link carries nothing: it looks at a second copy of the link's rate, a little ahead of the
// run, for the spans in which the rate is 0. For a station that has to break off what is under way
// then; no policy ever sees it. Neighbouring pieces of rate 0 are one span.
#pragma once

#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "sim/core/rate_source.hpp"

namespace updraft {

class OutageWatch {
 public:
  struct Span {
    SimTime from;
    SimTime to;  // infinity: for ever
  };
  // `rate` gives the same pieces as the link's own source.
  explicit OutageWatch(std::unique_ptr<RateSource> rate) : rate_(std::move(rate)) {}

  // The first span that ends after `date` and begins before `limit`; nothing if there is none. One
  // that lasts beyond `limit` may be told shorter than it is, but beyond `limit`. Dates do not
  // decrease from call to call. Amortised, a piece is looked at once.
  std::optional<Span> next(SimTime date, SimTime limit);
  // Its last piece, of a rate above 0, lasts for ever: there is no outage any more.
  bool is_over(SimTime date) const {
    return std::isinf(seen_until_.si()) && !(span_ && span_->to > date);
  }

 private:
  bool may_grow() const { return span_ && span_->to == seen_until_; }

  std::unique_ptr<RateSource> rate_;
  SimTime seen_until_;
  std::optional<Span> span_;  // the last one seen
};

inline std::optional<OutageWatch::Span> OutageWatch::next(SimTime date, SimTime limit) {
  while (true) {
    const bool found = span_ && span_->to > date;
    if (found && (!may_grow() || span_->to > limit)) break;
    if (seen_until_ >= limit && !may_grow()) return std::nullopt;
    const RatePiece piece = rate_->next();
    if (piece.rate.si() == 0) {
      span_ = Span{may_grow() ? span_->from : seen_until_, piece.until};
    }
    seen_until_ = piece.until;
  }
  return span_->from < limit ? span_ : std::nullopt;
}

}  // namespace updraft
