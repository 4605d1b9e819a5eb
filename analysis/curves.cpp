#include "analysis/curves.hpp"

#include <algorithm>
#include <cmath>

#include "policies/tuning.hpp"

namespace updraft {
namespace {

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

RouterLines router_lines(const Truth& truth, StageId stage, VariantId variant,
                         std::span<const std::uint32_t> rows) {
  const auto& edge = truth.edge_correct[static_cast<std::size_t>(stage)];
  const auto& cloud = truth.cloud_correct[static_cast<std::size_t>(variant)];
  RouterLines sum;
  for (const std::uint32_t row : rows) {
    sum.edge_accuracy += edge[row];
    sum.cloud_accuracy += cloud[row];
    sum.repaired += edge[row] == 0 && cloud[row] != 0;  // (1)
    sum.spoiled += edge[row] != 0 && cloud[row] == 0;   // (2)
  }
  const auto n = static_cast<double>(rows.size());
  return {sum.edge_accuracy / n, sum.cloud_accuracy / n, sum.repaired / n, sum.spoiled / n};
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
