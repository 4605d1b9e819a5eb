// A fresh set of samples: every column as long as the others, nothing stamped, nothing decided.
#include "sim/core/sample.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace updraft {
namespace {

TEST_CASE("fresh samples are pending, unstamped and undecided") {
  const Samples samples(3);
  CHECK(samples.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(samples.outcome[i] == Outcome::pending);
    CHECK(samples.stage[i] == -1);
    CHECK(samples.variant[i] == -1);
    CHECK(std::isnan(samples.score[i]));
    CHECK(samples.uplink_bytes[i] == 0);
    CHECK(samples.downlink_bytes[i] == 0);
  }
  const Stamps& s = samples.stamps;
  for (const auto* column :
       {&s.arrived, &s.started, &s.decided, &s.encoded, &s.upload_started, &s.sent, &s.received,
        &s.enqueued, &s.served_start, &s.served, &s.reply_started, &s.answered}) {
    REQUIRE(column->size() == 3);
    for (const SimTime stamp : *column) CHECK_FALSE(stamp.set());
  }
  CHECK(samples.device.size() == 3);
}

TEST_CASE("no samples are no error") { CHECK(Samples(0).size() == 0); }

TEST_CASE("every outcome has its name") {
  CHECK(outcome_names[static_cast<std::size_t>(Outcome::pending)] == "pending");
  CHECK(outcome_names[static_cast<std::size_t>(Outcome::answered_edge)] == "answered_edge");
  CHECK(outcome_names[static_cast<std::size_t>(Outcome::answered_cloud)] == "answered_cloud");
  CHECK(outcome_names[static_cast<std::size_t>(Outcome::fell_back)] == "fell_back");
  CHECK(outcome_names[static_cast<std::size_t>(Outcome::dropped)] == "dropped");
}

}  // namespace
}  // namespace updraft
