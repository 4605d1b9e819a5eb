#include "policies/ao/kde.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/core/check.hpp"
#include "sim/core/portable_math.hpp"

namespace updraft {
namespace {

constexpr double cells_per_bandwidth = 8;
constexpr double tolerance = 1e-9;
constexpr double slack = 1e-12;  // of log odds: a tie is one in spite of the order of a sum
constexpr double negligible = 40;  // a part e^-40 of the nearest guess's

// `density` at k / cells for k = 0 to cells. On a grid of step s, what one centre gives to the
// places on either side of it is a product, with d the distance from it to the first of them:
//   k(d + j s) = k(d) r^j g_j,  r = exp(-d s / h^2),  g_j = exp(-(j s)^2 / (2 h^2))
// two exponentials for a guess instead of one for each place. Places far from all guesses, where
// the sums lack parts that count, are left to the density itself.
class Grid {
 public:
  Grid(const std::vector<double>& confidences, double bandwidth, std::size_t cells)
      : precision_(1 / (bandwidth * bandwidth)),
        step_(1 / static_cast<double>(cells)),
        sums_(cells + 1),
        moments_(cells + 1) {
    const double reach = std::sqrt(2 * negligible) * bandwidth;
    for (double j = 0; j * step_ <= reach; ++j)
      fall_.push_back(portable::exp(-j * j * step_ * step_ * precision_ / 2));
    for (const double c : confidences) {
      for (const double centre : {c, -c, 2 - c}) {  // (1)
        if (centre > -reach && centre < 1 + reach) add(centre);
      }
    }
  }
  LogDensity::Point at(std::size_t place, const LogDensity& density) const {
    constexpr double enough = 0.01;  // a guess within 3 h: what was left out is 1e-11 of it
    if (sums_[place] < enough) return density.at(static_cast<double>(place) * step_);
    return {portable::log(sums_[place]), -precision_ * moments_[place] / sums_[place]};
  }

 private:
  void add(double centre) {
    const double cells = static_cast<double>(sums_.size() - 1);
    const double first = std::clamp(std::ceil(centre / step_), 0.0, cells + 1);  // at or above it
    const auto above = static_cast<std::size_t>(first);
    if (above < sums_.size()) walk(centre, above, sums_.size() - above, 1);
    if (above > 0) walk(centre, above - 1, above, -1);
  }
  void walk(double centre, std::size_t place, std::size_t places, int direction) {
    const double d = static_cast<double>(place) * step_ - centre;
    double part = portable::exp(-d * d * precision_ / 2);
    const double ratio = portable::exp(-direction * d * step_ * precision_);
    for (std::size_t j = 0; j < std::min(places, fall_.size()); ++j) {
      const std::size_t at = direction > 0 ? place + j : place - j;
      const double weight = part * fall_[j];
      sums_[at] += weight;
      moments_[at] += (static_cast<double>(at) * step_ - centre) * weight;
      part *= ratio;
    }
  }

  double precision_;  // 1 / h^2
  double step_;
  std::vector<double> fall_;  // g
  std::vector<double> sums_;
  std::vector<double> moments_;  // of u - centre
};

}  // namespace

LogDensity::LogDensity(const std::vector<double>& confidences, double bandwidth)
    : half_precision_(1 / (2 * bandwidth * bandwidth)) {
  UPDRAFT_CHECK(!confidences.empty(), "no guesses");
  UPDRAFT_CHECK(bandwidth >= 0.001 && bandwidth <= 0.5, std::to_string(bandwidth));
  centres_.reserve(3 * confidences.size());
  for (const double c : confidences) centres_.insert(centres_.end(), {c, -c, 2 - c});  // (1)
  std::ranges::sort(centres_);
}

LogDensity::Point LogDensity::at(double u) const {
  const auto above = std::ranges::lower_bound(centres_, u);
  double nearest = std::numeric_limits<double>::infinity();
  if (above != centres_.end()) nearest = *above - u;
  if (above != centres_.begin()) nearest = std::min(nearest, u - *(above - 1));
  const double most = nearest * nearest + negligible / half_precision_;
  double sum = 0;  // of (1), over the nearest's part: at least 1
  double moment = 0;
  const auto add = [&](double centre) {
    const double d = u - centre;
    if (d * d > most) return false;
    const double part = portable::exp((nearest * nearest - d * d) * half_precision_);  // (1)
    sum += part;
    moment += d * part;
    return true;
  };
  for (auto each = above; each != centres_.end() && add(*each);) ++each;
  for (auto each = above; each != centres_.begin() && add(*(each - 1));) --each;
  return {portable::log(sum) - nearest * nearest * half_precision_,
          -2 * half_precision_ * moment / sum};
}

// The log odds are laid down at the ends of cells an eighth of a bandwidth wide, where a density
// can hardly turn twice. Where they fall into a cell and rise out of it, the minimum inside is
// added, so that no dip below a lambda is overlooked.
LastCrossing::LastCrossing(const std::vector<double>& right, const std::vector<double>& wrong,
                           double bandwidth)
    : any_wrong_(!wrong.empty()) {
  if (right.empty() || wrong.empty()) return;
  kinds_ = {LogDensity(right, bandwidth), LogDensity(wrong, bandwidth)};
  const auto cells = static_cast<std::size_t>(std::ceil(cells_per_bandwidth / bandwidth));
  const Grid grid_right(right, bandwidth, cells);
  const Grid grid_wrong(wrong, bandwidth, cells);
  double last_slope = 0;
  for (std::size_t k = 0; k <= cells; ++k) {
    const LogDensity::Point of_right = grid_right.at(k, kinds_[0]);
    const LogDensity::Point of_wrong = grid_wrong.at(k, kinds_[1]);
    const double slope = of_right.slope - of_wrong.slope;
    const double place = static_cast<double>(k) / static_cast<double>(cells);
    if (last_slope < 0 && slope > 0) add_minimum(places_.back(), place);
    last_slope = slope;
    places_.push_back(place);
    least_from_.push_back(of_right.value - of_wrong.value);
  }
  for (std::size_t i = least_from_.size() - 1; i > 0; --i)
    least_from_[i - 1] = std::min(least_from_[i - 1], least_from_[i]);
}

LogDensity::Point LastCrossing::log_odds(double u) const {
  const LogDensity::Point right = kinds_[0].at(u);
  const LogDensity::Point wrong = kinds_[1].at(u);
  return {right.value - wrong.value, right.slope - wrong.slope};
}

void LastCrossing::add_minimum(double low, double high) {
  constexpr int halvings = 12;  // the value is flat there: it is off by 1e-9 at most
  for (int i = 0; i < halvings; ++i) {
    const double middle = low + (high - low) / 2;
    (log_odds(middle).slope < 0 ? low : high) = middle;
  }
  places_.push_back(high);
  least_from_.push_back(log_odds(high).value);
}

double LastCrossing::at(double lambda) const {
  if (!any_wrong_ || lambda == 0) return 0;  // (2): every t will do
  if (kinds_.empty()) return never_sure;     // (2): none will
  const double log_lambda = portable::log(lambda) - slack;
  const auto kept = std::ranges::lower_bound(least_from_, log_lambda);  // from here on
  if (kept == least_from_.begin()) return 0;
  if (kept == least_from_.end()) return never_sure;
  const auto place = places_.begin() + (kept - least_from_.begin());
  return between(*(place - 1), *place, log_lambda);  // (2)
}

// The odds are below lambda at `low` and not at `high`: Newton's steps, halving where they lead out
// or have not arrived.
double LastCrossing::between(double low, double high, double log_lambda) const {
  constexpr int most_steps = 20;
  double at = low + (high - low) / 2;
  for (int step = 0; high - low > tolerance; ++step) {
    const LogDensity::Point odds = log_odds(at);
    const double excess = odds.value - log_lambda;
    (excess < 0 ? low : high) = at;
    double next = at - excess / odds.slope;
    // A step that has arrived is led across, so that the other end comes near, too.
    if (std::abs(next - at) < tolerance / 4) next += excess < 0 ? tolerance / 4 : -tolerance / 4;
    const bool inside = next > low && next < high && step < most_steps;
    at = inside ? next : low + (high - low) / 2;
  }
  return high;
}

}  // namespace updraft
