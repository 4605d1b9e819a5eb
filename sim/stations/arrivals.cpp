#include "sim/stations/arrivals.hpp"

namespace updraft {

ArrivalDates::ArrivalDates(const ArrivalPlan& plan, std::uint32_t device, std::uint32_t devices,
                           Stream random)
    : plan_(&plan), device_(device), random_(random) {
  if (plan.staggered) offset_ = static_cast<double>(device) / devices / plan.rate.si();
}

SimTime ArrivalDates::date(std::uint32_t k) {
  switch (plan_->kind) {
    case ArrivalPlan::Kind::periodic:
      return SimTime(offset_ + k / plan_->rate.si());  // not a running sum: no drift
    case ArrivalPlan::Kind::poisson:
      return SimTime(last_ += random_.exponential(1 / plan_->rate.si()));
    case ArrivalPlan::Kind::dated:
      return SimTime(plan_->dates[device_][k]);
    case ArrivalPlan::Kind::back_to_back:
      break;
  }
  return SimTime(0);  // the first of a closed loop
}

}  // namespace updraft
