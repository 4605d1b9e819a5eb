#include "sim/stations/outage_watch.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

// The same pieces, from the first again after the last.
class Pieces final : public RateSource {
 public:
  explicit Pieces(std::vector<RatePiece> pieces) : pieces_(std::move(pieces)) {}
  RatePiece next() override {
    const RatePiece piece = pieces_[at_ % pieces_.size()];
    const std::size_t round = at_++ / pieces_.size();
    if (round == 0) return piece;
    return {piece.rate,
            piece.until + Seconds(pieces_.back().until.si() * static_cast<double>(round))};
  }
  void skip_to(SimTime) override {}
  std::size_t given() const { return at_; }

 private:
  std::vector<RatePiece> pieces_;
  std::size_t at_ = 0;
};

RatePiece piece(double rate, double until) { return {BytesPerSecond(rate), SimTime(until)}; }

struct Watched {
  explicit Watched(std::vector<RatePiece> pieces) {
    auto own = std::make_unique<Pieces>(std::move(pieces));
    source = own.get();
    watch.emplace(std::move(own));
  }
  // from and to, or -1 -1
  std::pair<double, double> next(double date, double limit) {
    const auto span = watch->next(SimTime(date), SimTime(limit));
    return span ? std::pair(span->from.si(), span->to.si()) : std::pair(-1., -1.);
  }
  Pieces* source;
  std::optional<OutageWatch> watch;
};

const std::pair<double, double> none{-1, -1};

}  // namespace

TEST_CASE("neighbouring pieces of rate 0 are one span, told until it is over") {
  Watched link({piece(1, 1), piece(0, 2), piece(0, 3), piece(5, 10)});
  CHECK(link.next(0, 1) == none);  // it begins at the limit, not before
  CHECK(link.next(0, 5) == std::pair(1., 3.));
  CHECK(link.next(2.5, 5) == std::pair(1., 3.));
  CHECK(link.next(3, 5) == none);  // it ends at 3, not after
  CHECK(link.next(3, 12) == std::pair(11., 13.));
}

TEST_CASE("a span over the end of a loop is one") {
  Watched link({piece(0, 1), piece(1, 4), piece(0, 5)});
  CHECK(link.next(0, 2) == std::pair(0., 1.));
  CHECK(link.next(1, 20) == std::pair(4., 6.));
}

TEST_CASE("it looks no further than it is asked to, but where a span lasts on") {
  Watched link({piece(1, 1), piece(2, 2)});
  CHECK(link.next(0, 100) == none);
  CHECK(link.source->given() == 100);  // pieces that begin before 100
  CHECK(link.next(50, 100) == none);
  CHECK(link.source->given() == 100);
}

TEST_CASE("a link that stops for good has a span without end") {
  Watched link({piece(1, 1), piece(0, forever)});
  CHECK(link.next(0, 1.5) == std::pair(1., forever));
  CHECK(link.next(1e6, 1e7) == std::pair(1., forever));
}

}  // namespace updraft
