// Random rows with many ties, and the slow, plain way to count what a rule does to them.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "analysis/recording/deferral.hpp"
#include "sim/core/random.hpp"

namespace updraft::testing {

using Bits = std::vector<std::uint8_t>;

struct Rows {
  std::vector<double> score;
  Bits edge;
  Bits cloud;
  std::vector<std::uint16_t> weights;
};

class RandomRows {
 public:
  explicit RandomRows(std::uint64_t seed) : seed_(seed), random_(seed, "random rows") {}

  // 1 to `most` rows with at least one that counts; scores out of a few values.
  Rows rows(std::size_t most = 12) {
    Rows out;
    const std::size_t n = 1 + random_.below(most);
    const std::uint64_t values = 1 + random_.below(8);
    for (std::size_t i = 0; i < n; ++i) {
      out.score.push_back(static_cast<double>(random_.below(values)) / 4 - 1);
      out.edge.push_back(random_.uniform() < 0.6);
      out.cloud.push_back(random_.uniform() < 0.8);
      out.weights.push_back(static_cast<std::uint16_t>(random_.below(3)));
    }
    out.weights[random_.below(n)] += 1;
    return out;
  }
  std::string told(int trial) const {
    return "seed " + std::to_string(seed_) + ", trial " + std::to_string(trial);
  }

 private:
  std::uint64_t seed_;
  Stream random_;
};

struct Count {
  int all = 0;
  int offloaded = 0;
  int right = 0;
  int right_black_box = 0;
  int offloaded_wrong = 0;
};

// Row by row: answer iff score >= delta.
inline Count counted(const Rows& rows, double delta) {
  Count out;
  for (std::size_t i = 0; i < rows.score.size(); ++i) {
    const int w = rows.weights[i];
    const bool answer = rows.score[i] >= delta;
    out.all += w;
    out.offloaded += answer ? 0 : w;
    out.right += w * (answer ? rows.edge[i] : rows.cloud[i]);
    out.right_black_box += w * (answer ? rows.edge[i] : 1);
    out.offloaded_wrong += answer || rows.edge[i] != 0 ? 0 : w;
  }
  return out;
}

// The rows spelled out as often as they count, each once.
inline Rows spelled_out(const Rows& rows) {
  Rows out;
  for (std::size_t i = 0; i < rows.score.size(); ++i) {
    for (int copy = 0; copy < rows.weights[i]; ++copy) {
      out.score.push_back(rows.score[i]);
      out.edge.push_back(rows.edge[i]);
      out.cloud.push_back(rows.cloud[i]);
      out.weights.push_back(1);
    }
  }
  return out;
}

}  // namespace updraft::testing
