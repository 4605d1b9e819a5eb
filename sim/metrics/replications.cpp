#include "sim/metrics/replications.hpp"

#include <fmt/format.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

// Rounded on purpose: the C library's log and pow differ in their last bits between machines, a
// result file must not.
double student_t_975(std::size_t degrees) {
  const boost::math::students_t distribution(static_cast<double>(degrees));
  return std::round(boost::math::quantile(distribution, 0.975) * 1e9) / 1e9;
}

}  // namespace

Estimate estimate(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  double beyond =
      0;  // summed from the first value on: equal values have exactly that mean, and no spread
  for (const double v : values) beyond += v - values[0];
  const double mean = values[0] + beyond / n;
  if (values.size() < 2) return {mean, std::nullopt};
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  const double deviation = std::sqrt(squares / (n - 1));
  const double half = student_t_975(values.size() - 1) * deviation / std::sqrt(n);
  // Below that it is the rounding of sums, not a spread of runs.
  return {mean, half > 1e-12 * std::abs(mean) ? half : std::isnan(half) ? half : 0};
}

Estimate combined(const PolicyResult& policy, const FigureColumn& column) {
  UPDRAFT_CHECK(!policy.runs.empty(), "policy " + policy.name + " has no run");
  std::vector<double> values;
  for (const RunFigures& run : policy.runs) values.push_back(run.*column.value);
  if (column.kind == FigureKind::figure) return estimate(values);
  double sum = 0;
  for (const double v : values) sum += v;
  return {sum, std::nullopt};
}

Estimate paired_difference(const PolicyResult& policy, const PolicyResult& reference,
                           const FigureColumn& column) {
  UPDRAFT_CHECK(policy.runs.size() == reference.runs.size() && !policy.runs.empty(),
                fmt::format("{} has {} runs, {} has {}", policy.name, policy.runs.size(),
                            reference.name, reference.runs.size()));
  std::vector<double> values;
  for (std::size_t r = 0; r < policy.runs.size(); ++r) {
    values.push_back(policy.runs[r].*column.value - reference.runs[r].*column.value);
  }
  return estimate(values);
}

std::vector<double> class_accuracy(const PolicyResult& policy) {
  std::vector<double> mean(policy.runs.empty() ? 0 : policy.runs[0].class_accuracy.size());
  for (const RunFigures& run : policy.runs) {
    for (std::size_t c = 0; c < mean.size(); ++c) {
      mean[c] += run.class_accuracy[c] / static_cast<double>(policy.runs.size());
    }
  }
  return mean;
}

}  // namespace updraft
