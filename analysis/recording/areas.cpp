#include "analysis/recording/areas.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "sim/core/check.hpp"

namespace updraft {

double deferral_area(const Tally& tally, Setting setting) {
  std::int64_t twice = 0;  // whole numbers: exact, below 2 n^2
  for (std::size_t k = 1; k < tally.thresholds(); ++k) {
    const std::int64_t step = tally.offloaded(k) - tally.offloaded(k - 1);
    twice += step * (std::int64_t{tally.right(k - 1, setting)} + tally.right(k, setting));  // (1)
  }
  const auto n = static_cast<double>(tally.all());
  return static_cast<double>(twice) / (2 * n * n);
}

double normalised_area(double area, double random, double oracle) {
  if (!(oracle > random)) return std::numeric_limits<double>::quiet_NaN();
  return (area - random) / (oracle - random);  // (2)
}

double auroc(const Tally& tally) {
  const std::size_t last = tally.thresholds() - 1;
  const auto right_below = [&](std::size_t k) -> std::int64_t {
    return tally.offloaded(k) - tally.edge_wrong(k);
  };
  const std::int64_t right = right_below(last);
  std::int64_t twice = 0;  // pairs of a wrong row and a right one above it; a tie counts half
  for (std::size_t k = 1; k <= last; ++k) {
    const std::int64_t wrong_here = tally.edge_wrong(k) - tally.edge_wrong(k - 1);
    twice += wrong_here * (2 * right - right_below(k) - right_below(k - 1));  // (6)
  }
  const double pairs = static_cast<double>(right) * tally.edge_wrong(last);
  return pairs > 0 ? static_cast<double>(twice) / (2 * pairs)
                   : std::numeric_limits<double>::quiet_NaN();
}

RiskCoverage::RiskCoverage(std::size_t most_rows) : harmonic_(most_rows + 1) {
  for (std::size_t k = 1; k <= most_rows; ++k)
    harmonic_[k] = harmonic_[k - 1] + 1 / static_cast<double>(k);
}

double RiskCoverage::area(const Tally& tally) const {
  const std::size_t last = tally.thresholds() - 1;
  const auto all = static_cast<std::size_t>(tally.all());
  UPDRAFT_CHECK(all < harmonic_.size(),
                std::to_string(all) + ", " + std::to_string(harmonic_.size()));
  double sum = 0;
  for (std::size_t k = last; k > 0; --k) {  // from the most confident down
    const auto before = all - static_cast<std::size_t>(tally.offloaded(k));
    const auto after = all - static_cast<std::size_t>(tally.offloaded(k - 1));
    if (after == before) continue;
    const auto tied = static_cast<double>(after - before);
    const auto wrong_before = static_cast<double>(tally.edge_wrong(last) - tally.edge_wrong(k));
    const auto wrong_here = static_cast<double>(tally.edge_wrong(k) - tally.edge_wrong(k - 1));
    // sum over j = 1 ... tied of (wrong_before + j s) / (before + j), s = wrong_here / tied
    // (of one row, s is 0 or 1: no division where nearly all rows stand alone)
    const double s = wrong_here == 0 ? 0 : wrong_here == tied ? 1 : wrong_here / tied;
    sum += wrong_here + (wrong_before - s * static_cast<double>(before)) *
                            (harmonic_[after] - harmonic_[before]);  // (3)
  }
  return sum / static_cast<double>(all);
}

double RiskCoverage::optimum(std::size_t rows, std::size_t wrong) const {
  const double tail = harmonic_[rows] - harmonic_[rows - wrong];
  const double kept = static_cast<double>(rows - wrong);
  return (static_cast<double>(wrong) - kept * tail) / static_cast<double>(rows);  // (4)
}

}  // namespace updraft
