#include "policies/tuning.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

constexpr double slack = 1e-9;

std::size_t count_right(std::span<const std::uint8_t> correct) {
  return static_cast<std::size_t>(std::ranges::count_if(correct, [](auto c) { return c != 0; }));
}

// Halfway, unless the two are too close for a double to lie between: then the upper one, which
// still keeps the lower one out.
double between(double lower, double upper) {
  const double halfway = lower + (upper - lower) / 2;
  return halfway > lower ? halfway : upper;
}

bool reached(Target target, double figure, double wanted) {
  switch (target) {
    case Target::accuracy_improvement:
    case Target::skipping_rate:
      return figure >= wanted - slack;
    default:
      return figure <= wanted + slack;
  }
}

}  // namespace

std::vector<OperatingPoint> operating_points(const ScoredRows& rows) {
  const std::size_t n = rows.score.size();
  UPDRAFT_CHECK(n > 0 && rows.edge_correct.size() == n && rows.cloud_correct.size() == n,
                std::to_string(n) + ", " + std::to_string(rows.edge_correct.size()) + ", " +
                    std::to_string(rows.cloud_correct.size()));
  UPDRAFT_CHECK(std::ranges::none_of(rows.score, [](double s) { return !std::isfinite(s); }),
                "a score that is no number");
  std::vector<std::size_t> easiest_first(n);
  std::iota(easiest_first.begin(), easiest_first.end(), std::size_t{0});
  std::ranges::sort(easiest_first, std::greater{}, [&](std::size_t i) { return rows.score[i]; });

  const double largest = rows.score[easiest_first.front()];
  const double smallest = rows.score[easiest_first.back()];
  const double beyond = largest - smallest + 1;
  const double above_all =
      std::max(largest + beyond, std::nextafter(largest, std::numeric_limits<double>::infinity()));
  OperatingPoint point{above_all, 0, count_right(rows.cloud_correct)};
  std::vector<OperatingPoint> points{point};
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t row = easiest_first[i];
    point.answered += 1;
    point.correct += rows.edge_correct[row] != 0;
    point.correct -= rows.cloud_correct[row] != 0;
    if (i + 1 == n) {
      point.delta = smallest - beyond;
    } else {
      const double next = rows.score[easiest_first[i + 1]];
      if (next == rows.score[row]) continue;  // (1): equal scores go the same way
      point.delta = between(next, rows.score[row]);
    }
    points.push_back(point);
  }
  return points;
}

const std::vector<OperatingPoint>& OperatingPointsCache::of(const ScoredRows& rows) {
  const Key key{rows.score.data(), rows.edge_correct.data(), rows.cloud_correct.data()};
  const auto known = found_.find(key);
  if (known != found_.end()) return known->second;
  return found_.emplace(key, operating_points(rows)).first->second;
}

std::string_view name_of(Target target) {
  switch (target) {
    case Target::accuracy_improvement:
      return "accuracy_improvement";
    case Target::accuracy_degradation:
      return "accuracy_degradation";
    case Target::appealing_rate:
      return "appealing_rate";
    default:
      return "skipping_rate";
  }
}

double figure(Target target, const std::vector<OperatingPoint>& points, const OperatingPoint& point,
              std::optional<std::size_t> edge_alone) {
  const auto n = static_cast<double>(points.back().answered);
  const auto right = static_cast<double>(point.correct);
  const auto right_cloud = static_cast<double>(points.front().correct);
  const auto right_edge = static_cast<double>(edge_alone.value_or(points.back().correct));
  const double skipping = static_cast<double>(point.answered) / n;
  switch (target) {
    case Target::accuracy_improvement:
      return (right - right_edge) / (right_cloud - right_edge);  // (3)
    case Target::accuracy_degradation:
      return (right_cloud - right) / n;  // (4)
    case Target::appealing_rate:
      return 1 - skipping;  // (2)
    default:
      return skipping;  // (2)
  }
}

std::optional<OperatingPoint> tune(Target target, double wanted,
                                   const std::vector<OperatingPoint>& points,
                                   std::optional<std::size_t> edge_alone) {
  const auto reaches = [&](const OperatingPoint& point) {
    return reached(target, figure(target, points, point, edge_alone), wanted);
  };
  const bool is_rate = target == Target::appealing_rate || target == Target::skipping_rate;
  if (is_rate) {  // a budget, to be spent: from the dear end
    const auto found = std::ranges::find_if(points, reaches);
    return found != points.end() ? std::optional(*found) : std::nullopt;
  }
  const auto found = std::find_if(points.rbegin(), points.rend(), reaches);  // from the cheap end
  return found != points.rend() ? std::optional(*found) : std::nullopt;
}

}  // namespace updraft
