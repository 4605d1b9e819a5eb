#include "traces/outages.hpp"

#include <limits>

#include "tests/unit/traces/scratch.hpp"
#include "traces/channel_forms.hpp"

namespace updraft {
namespace {

constexpr double forever = std::numeric_limits<double>::infinity();

std::unique_ptr<RateSource> constant(double rate) {
  return std::make_unique<ConstantRate>(BytesPerSecond(rate));
}

void check_piece(RateSource& source, double rate, double until) {
  const RatePiece piece = source.next();
  CHECK(piece.rate.si() == rate);
  CHECK(piece.until.si() == until);
}

}  // namespace

TEST_CASE("a constant rate is 0 in the windows, and itself for ever after the last") {
  const auto gate = gate_down_in({{SimTime(0), Seconds(2)}, {SimTime(30), Seconds(78)}});
  const auto source = with_outages(constant(5), play(gate));
  check_piece(*source, 0, 2);
  check_piece(*source, 5, 30);
  check_piece(*source, 0, 108);
  check_piece(*source, 5, 109);  // the gate's own last step, then held
  check_piece(*source, 5, forever);
}

TEST_CASE("an outage hides what the rate does meanwhile, and does not shift it") {
  // 1 until 1, 2 until 2, 3 until 3, ...; down in [1.5, 3.5): 1 until 1, 2 until 1.5, 0, 4 until 4
  const RateProfile steps({{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}}, AtEnd::hold);
  const auto gate = gate_down_in({{SimTime(1.5), Seconds(2)}});
  const auto source = with_outages(play(steps), play(gate));
  check_piece(*source, 1, 1);
  check_piece(*source, 2, 1.5);
  check_piece(*source, 0, 3.5);
  check_piece(*source, 4, 4);
  check_piece(*source, 5, 4.5);  // the gate's last step
  check_piece(*source, 5, 5);
  check_piece(*source, 5, forever);
}

TEST_CASE("a rate that stops for good stops for good, though the gate goes on") {
  const RateProfile stops({{1, 5}}, AtEnd::stop);
  const auto gate = on_off(BytesPerSecond(1), Seconds(1), Seconds(1));
  const auto source = with_outages(play(stops), draw(gate, Stream(3, "gate")));
  int pieces = 0;
  while (source->next().until.si() < forever) REQUIRE(++pieces < 20);
}

TEST_CASE("dates where both change at once are one change") {
  const RateProfile steps({{2, 1}, {4, 7}, {6, 9}}, AtEnd::loop);
  const auto gate = gate_down_in({{SimTime(2), Seconds(2)}});
  const auto source = with_outages(play(steps), play(gate));
  check_piece(*source, 1, 2);
  check_piece(*source, 0, 4);
  check_piece(*source, 9, 5);
  check_piece(*source, 9, 6);
  check_piece(*source, 1, 8);
}

TEST_CASE("passing over pieces gives what walking them gives") {
  const auto gate = on_off(BytesPerSecond(1), Seconds(1), Seconds(.4));
  const auto rate = on_off(BytesPerSecond(9), Seconds(.5), Seconds(.3));
  const auto make = [&] {
    return with_outages(draw(rate, Stream(3, "rate")), draw(gate, Stream(3, "gate")));
  };
  const auto walked = make();
  const auto skipped = make();
  RatePiece at = walked->next();
  for (double date = 0; date < 200; date += 2.3) {
    while (at.until.si() <= date) at = walked->next();
    skipped->skip_to(SimTime(date));
    const RatePiece found = skipped->next();
    CHECK(found.rate == at.rate);
    CHECK(found.until == at.until);
    at = walked->next();
  }
}

}  // namespace updraft
