// The `sweep:` block of a scenario: which paths take which values. A grid, every value of an axis
// with every value of the others; paths under `zip:` go in lockstep and are one axis together.
//
//   sweep: {channel.uplink.scale: [0.5, 1, 2], policies.margin.delta: {from: 0, to: 1, count: 11}}
//   sweep: {zip: {device.use: [cortex-m7, raspberry-pi-4b], device.count: [1, 8]}}
#pragma once

#include <string>
#include <vector>

#include "sim/core/document.hpp"

namespace updraft {

struct SweepAxis {
  std::vector<std::string> paths;             // one; several under zip
  std::vector<std::vector<Document>> values;  // [path][point], each with its place in the file
  std::size_t points() const { return values.front().size(); }
};

class SweepAxes {
 public:
  // Reads `sweep` from the scenario's document. Mistakes of the block's own form go to `mistakes`;
  // whether a path leads anywhere, and a value fits there, is for who reads the cells. No axes
  // where there is no block: one cell then, the scenario itself.
  SweepAxes(const Document& scenario, Mistakes& mistakes);

  bool empty() const { return axes_.empty(); }
  const std::vector<SweepAxis>& axes() const { return axes_; }
  // The first axis changes slowest.
  std::size_t cells() const;
  // The document of one cell: without the block, and with its values. Throws InputError where a
  // path cannot be set.
  Document cell(std::size_t number) const;
  std::vector<std::string> columns() const;  // the paths
  std::vector<std::string> values(std::size_t cell) const;

 private:
  // The point of each axis.
  std::vector<std::size_t> coordinates(std::size_t cell) const;

  Document base_;
  std::vector<SweepAxis> axes_;
};

}  // namespace updraft
