// What mixing two thresholds at random can reach. A policy that takes threshold a with probability
// p and b with 1 - p offloads and answers right, in the mean, on the straight line between the two:
// everything up to the upper concave hull of a curve's points can be had, and nothing above it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace updraft {

struct PlanePoint {
  double x;
  double y;
};

// Which of the points (ascending x, equal ones allowed) are corners of their upper concave hull, in
// the order of x; the first and the last x are always there. O(n).
std::vector<std::size_t> upper_hull(std::span<const PlanePoint> points);

// The least x at which the hull with these corners is at least y; NaN where it never is.
double least_x_reaching(std::span<const PlanePoint> corners, double y);

}  // namespace updraft
