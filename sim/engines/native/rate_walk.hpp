// Walks the pieces of a rate: when a FIFO transfer ends, and what it has carried. Keeps what lies
// ahead of the date that was asked last.
#pragma once
#include <deque>
#include <limits>
#include <memory>
#include "sim/core/rate_source.hpp"
namespace updraft {
class RateWalk {
 public:
  explicit RateWalk(std::unique_ptr<RateSource> s) : source_(std::move(s)) {}
  SimTime finish(SimTime from, Bytes size) {
    drop(from.si());
    double left = size.si(), at = from.si();
    if (left <= 0) return from;
    for (std::size_t i = 0;; ++i) {
      const RatePiece p = piece(i);
      const double r = p.rate.si();
      const double end = r > 0 ? at + left / r : std::numeric_limits<double>::infinity();
      if (end <= p.until.si()) return SimTime(end);
      left -= r * (p.until.si() - at);
      at = p.until.si();
    }
  }
  Bytes carried(SimTime from, SimTime to) {
    drop(from.si());
    double sum = 0, at = from.si();
    for (std::size_t i = 0; at < to.si(); ++i) {
      const RatePiece p = piece(i);
      const double end = p.until.si() < to.si() ? p.until.si() : to.si();
      sum += p.rate.si() * (end - at);
      at = end;
    }
    return Bytes(sum);
  }

 private:
  const RatePiece piece(std::size_t i) {
    while (pieces_.size() <= i) pieces_.push_back(source_->next());
    return pieces_[i];
  }
  void drop(double from) {
    while (true) {
      if (pieces_.empty()) pieces_.push_back(source_->next());
      if (pieces_.front().until.si() > from) return;
      pieces_.pop_front();
    }
  }
  std::unique_ptr<RateSource> source_;
  std::deque<RatePiece> pieces_;
};
}  // namespace updraft
