#include "analysis/curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "policies/tuning.hpp"

namespace updraft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double rounding = 1e-12;  // of sums of shares of rows

template <class Value>
std::vector<Value> picked(const std::vector<Value>& column, std::span<const std::uint32_t> rows) {
  std::vector<Value> out;
  out.reserve(rows.size());
  for (const std::uint32_t row : rows) out.push_back(column[row]);
  return out;
}

}  // namespace

double RouterLines::oracle(double offloaded) const {
  return edge_accuracy + std::min(offloaded, repaired) -
         std::max(0.0, offloaded - (1 - spoiled));  // (3)
}

double RouterLines::random(double offloaded) const {
  return edge_accuracy + offloaded * (cloud_accuracy - edge_accuracy);  // (4)
}

double RouterLines::oracle_area() const {
  return edge_accuracy + repaired - repaired * repaired / 2 - spoiled * spoiled / 2;  // (5)
}

double RouterLines::random_area() const { return (cloud_accuracy + edge_accuracy) / 2; }  // (6)

double RouterLines::oracle_reaches(double accuracy) const {
  const double lacking = accuracy - edge_accuracy;
  if (lacking <= 0) return 0;
  return lacking <= repaired + rounding ? lacking : nan;  // (3), the rising part
}

double RouterLines::random_reaches(double accuracy) const {
  const double lacking = accuracy - edge_accuracy;
  if (lacking <= 0) return 0;
  const double gained = cloud_accuracy - edge_accuracy;
  return lacking <= gained + rounding ? lacking / gained : nan;  // (4)
}

RouterLines RouterLines::before_oracle_cloud() const {
  return {edge_accuracy, 1, 1 - edge_accuracy, 0};
}

std::vector<Curve> score_curves(const Menu& menu, const Truth& truth, StageId stage,
                                VariantId variant, std::span<const std::uint32_t> rows) {
  const auto edge = picked(truth.edge_correct[static_cast<std::size_t>(stage)], rows);
  const auto cloud = picked(truth.cloud_correct[static_cast<std::size_t>(variant)], rows);
  const auto n = static_cast<double>(rows.size());
  std::vector<Curve> curves;
  for (const ScoreColumn& column : menu.stages[static_cast<std::size_t>(stage)].scores) {
    const auto score = picked(column.values, rows);
    Curve curve{column.name, stage, {}};
    for (const OperatingPoint& point : operating_points({score, edge, cloud})) {
      curve.points.push_back({static_cast<double>(point.answered) / n,
                              static_cast<double>(point.correct) / n, point.delta});
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

RouterLines router_lines(std::span<const std::uint8_t> edge_correct,
                         std::span<const std::uint8_t> cloud_correct,
                         std::span<const std::uint16_t> weights) {
  std::uint64_t all = 0;
  std::uint64_t edge = 0;
  std::uint64_t cloud = 0;
  std::uint64_t repaired = 0;
  std::uint64_t spoiled = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const bool c1 = edge_correct[i] != 0;
    const bool c0 = cloud_correct[i] != 0;
    all += weights[i];
    edge += c1 ? weights[i] : 0;
    cloud += c0 ? weights[i] : 0;
    repaired += !c1 && c0 ? weights[i] : 0;  // (1)
    spoiled += c1 && !c0 ? weights[i] : 0;   // (2)
  }
  const auto share = [&](std::uint64_t count) {
    return static_cast<double>(count) / static_cast<double>(all);
  };
  return {share(edge), share(cloud), share(repaired), share(spoiled)};
}

RouterLines router_lines(const Truth& truth, StageId stage, VariantId variant,
                         std::span<const std::uint32_t> rows) {
  const auto edge = picked(truth.edge_correct[static_cast<std::size_t>(stage)], rows);
  const auto cloud = picked(truth.cloud_correct[static_cast<std::size_t>(variant)], rows);
  return router_lines(edge, cloud, std::vector<std::uint16_t>(rows.size(), 1));
}

std::vector<CurvePoint> thinned(const std::vector<CurvePoint>& points, std::size_t most) {
  if (points.size() <= most) return points;
  std::vector<CurvePoint> kept;
  double last = -1;
  for (const CurvePoint& point : points) {
    const double step = std::floor(point.skipping_rate * static_cast<double>(most - 1));
    if (step > last) kept.push_back(point);
    last = step;
  }
  if (kept.back().skipping_rate < points.back().skipping_rate) kept.push_back(points.back());
  return kept;
}

}  // namespace updraft
