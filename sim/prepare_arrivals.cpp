// When samples arrive, and how many of them at which device.
#include <fmt/format.h>

#include <numeric>

#include "sim/prepare_parts.hpp"
#include "traces/arrival_dates.hpp"

namespace updraft {
namespace {

constexpr double most_samples = 1e7;      // of one run: some 5 GB on their way to the figures
constexpr double most_in_all_runs = 1e8;  // of the replications of one policy

}  // namespace

// Arrivals, and with them which sample belongs to which device.
void Preparation::set_arrivals() {
  const Scenario& scenario = out_->scenario;
  const WorkloadSpec& workload = scenario.workload;
  ArrivalPlan& arrivals = out_->plan.arrivals;
  const std::uint32_t devices = scenario.device.count;
  std::vector<std::uint64_t> share(devices);
  const std::uint64_t total = workload.samples.value_or(out_->menu->rows);
  for (std::uint32_t d = 0; d < devices; ++d)
    share[d] = total / devices + (d < total % devices ? 1 : 0);
  if (const auto* periodic = std::get_if<PeriodicArrivals>(&workload.arrivals)) {
    arrivals.kind = ArrivalPlan::Kind::periodic;
    arrivals.rate = periodic->rate;
    arrivals.staggered = periodic->staggered;
  } else if (const auto* poisson = std::get_if<PoissonArrivals>(&workload.arrivals)) {
    arrivals.kind = ArrivalPlan::Kind::poisson;
    arrivals.rate = poisson->rate;
  } else if (const auto* dated = std::get_if<DatedArrivals>(&workload.arrivals)) {
    arrivals.kind = ArrivalPlan::Kind::dated;
    read(dated->file, workload.arrivals_place, "workload.arrivals.dates",
         [&](const std::string& file) {
           set_dates(read_dates(file, dated->column), file, devices, share);
         });
  } else {
    arrivals.kind = ArrivalPlan::Kind::back_to_back;
  }
  const std::uint64_t samples = std::accumulate(share.begin(), share.end(), std::uint64_t{0});
  const auto count = static_cast<double>(samples);
  if (count > most_samples || count * scenario.replications > most_in_all_runs) {
    mistakes_.add(samples_place(), "workload.samples", fmt::format("{}", samples),
                  fmt::format("at most {:.0f} in one run, and {:.0f} in all replications",
                              most_samples, most_in_all_runs));
    share.assign(devices, 0);
  }
  out_->plan.first.assign(1, 0);
  for (const auto n : share)
    out_->plan.first.push_back(out_->plan.first.back() + static_cast<std::uint32_t>(n));
}

// Where the number of samples stands, or what it follows from.
Place Preparation::samples_place() const {
  const Document* workload = out_->scenario.document.find("workload");
  const Document* samples = workload == nullptr ? nullptr : workload->find("samples");
  return samples == nullptr ? out_->scenario.workload.arrivals_place : samples->place;
}

void Preparation::set_dates(const DatedArrivalsTable& table, const std::string& file,
                            std::uint32_t devices, std::vector<std::uint64_t>& share) {
  const WorkloadSpec& workload = out_->scenario.workload;
  if (workload.samples) {
    mistakes_.add(samples_place(), "workload.samples", fmt::format("{}", *workload.samples),
                  "nothing where dates are given: every date is a sample");
  }
  auto& dates = out_->plan.arrivals.dates;
  dates.assign(devices, {});
  for (std::size_t i = 0; i < table.date.size(); ++i) {
    if (table.device.empty()) {
      for (auto& of_device : dates) of_device.push_back(table.date[i]);
    } else if (table.device[i] < devices) {
      dates[table.device[i]].push_back(table.date[i]);
    } else {
      mistakes_.add({file, 0, 0}, fmt::format("device of date {}", i + 1),
                    fmt::format("{}", table.device[i]),
                    fmt::format("below {}, the scenario's device.count", devices));
      break;
    }
  }
  for (std::uint32_t d = 0; d < devices; ++d) share[d] = dates[d].size();
}

}  // namespace updraft
