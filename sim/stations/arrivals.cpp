#include "sim/stations/arrivals.hpp"

#include <algorithm>

namespace updraft {

ArrivalDates::ArrivalDates(const ArrivalPlan& plan, std::uint32_t device, std::uint32_t devices,
                           std::uint32_t samples, Stream random)
    : plan_(&plan), device_(device), samples_(samples), random_(random) {
  if (plan.staggered) offset_ = static_cast<double>(device) / devices / plan.rate.si();
}

void ArrivalDates::draw(std::uint32_t count) {
  const double mean = 1 / plan_->rate.si();
  double date = drawn_.back();
  for (std::uint32_t i = 0; i < count; ++i) drawn_[i] = random_.exponential(mean);
  for (std::uint32_t i = 0; i < count; ++i) drawn_[i] = date += drawn_[i];
}

SimTime ArrivalDates::date(std::uint32_t k) {
  switch (plan_->kind) {
    case ArrivalPlan::Kind::periodic:
      return SimTime(offset_ + k / plan_->rate.si());  // not a running sum: no drift
    case ArrivalPlan::Kind::poisson:
      if (k % block == 0) draw(std::min(block, samples_ - k));
      return SimTime(drawn_[k % block]);
    case ArrivalPlan::Kind::dated:
      return SimTime(plan_->dates[device_][k]);
    case ArrivalPlan::Kind::back_to_back:
      break;
  }
  return SimTime(0);  // the first of a closed loop
}

}  // namespace updraft
