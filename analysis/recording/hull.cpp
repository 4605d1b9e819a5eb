#include "analysis/recording/hull.hpp"

#include <limits>

namespace updraft {

std::vector<std::size_t> upper_hull(std::span<const PlanePoint> points) {
  std::vector<std::size_t> corners;
  // Is b on or below the line from a to c? Then it is no corner.
  const auto below = [&](const PlanePoint& a, const PlanePoint& b, const PlanePoint& c) {
    return (b.y - a.y) * (c.x - a.x) <= (c.y - a.y) * (b.x - a.x);
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    const PlanePoint& point = points[i];
    // Of one x only the highest counts.
    if (!corners.empty() && points[corners.back()].x == point.x) {
      if (points[corners.back()].y >= point.y) continue;
      corners.pop_back();
    }
    while (corners.size() >= 2 &&
           below(points[corners[corners.size() - 2]], points[corners.back()], point)) {
      corners.pop_back();
    }
    corners.push_back(i);
  }
  return corners;
}

double least_x_reaching(std::span<const PlanePoint> corners, double y) {
  for (std::size_t i = 0; i < corners.size(); ++i) {
    if (corners[i].y < y) continue;
    if (i == 0) return corners[0].x;
    const PlanePoint& a = corners[i - 1];
    const PlanePoint& b = corners[i];
    return a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace updraft
