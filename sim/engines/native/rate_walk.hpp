// Walks along the rate of a link that carries one transfer at a time: when a transfer ends, and
// what it has carried. Each piece of the rate is passed once, those of idle times are skipped: O(1)
// per piece that a transfer meets. It subtracts piece by piece, as SimGrid does and a hand would,
// so that dates which are equal on paper stay within an ulp or two; sums over a whole trace would
// not.
#pragma once

#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "sim/core/rate_source.hpp"
#include "sim/engines/one_date.hpp"

namespace updraft {

class RateWalk {
 public:
  explicit RateWalk(std::unique_ptr<RateSource> source) : source_(std::move(source)) {}

  // The first date at which `size` has been carried since `from`; infinity if that never comes.
  // `from` does not go back from call to call.
  SimTime finish(SimTime from, Bytes size) {
    if (size.si() == 0) return from;
    forget_before(from.si());
    double left = size.si();
    double since = from.si();
    for (std::size_t i = first_;; ++i) {
      const Piece piece = known(i);
      const double end = piece.rate > 0 ? since + left / piece.rate : infinity;
      // What ends on paper when the rate changes has ended: an ulp must not leave it in a stall.
      if (end <= piece.until + date_tolerance(piece.until)) return SimTime(end);
      if (piece.until == infinity) return SimTime(infinity);
      left -= piece.rate * (piece.until - since);
      since = piece.until;
    }
  }

  // What is carried in [from, to]; the same rule for `from`. `to` may be infinity where the rate
  // stops for good.
  Bytes carried(SimTime from, SimTime to) {
    forget_before(from.si());
    double sum = 0;
    double since = from.si();
    for (std::size_t i = first_; since < to.si(); ++i) {
      const Piece piece = known(i);
      const double until = piece.until < to.si() ? piece.until : to.si();
      if (piece.rate > 0) sum += piece.rate * (until - since);
      since = until;
    }
    return Bytes(sum);
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  struct Piece {
    double rate;
    double until;
  };

  Piece known(std::size_t i) {
    if (i == pieces_.size()) {
      const RatePiece piece = source_->next();
      pieces_.push_back({piece.rate.si(), piece.until.si()});
    }
    return pieces_[i];
  }

  void forget_before(double date) {
    while (first_ < pieces_.size() && pieces_[first_].until <= date) ++first_;
    if (first_ == pieces_.size()) {
      pieces_.clear();
      first_ = 0;
      source_->skip_to(SimTime(date));
    } else if (first_ > 64) {  // a link that is never idle must not hoard
      pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }

  std::unique_ptr<RateSource> source_;
  std::vector<Piece> pieces_;  // those from first_ on are not over at the date asked last
  std::size_t first_ = 0;
};

}  // namespace updraft
