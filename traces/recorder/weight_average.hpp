// The mean of a network's weights over epochs at one rate, after its training proper: it lies
// nearer the middle of the valley that the weights wander in, and is right more often on images not
// seen.
//   w <- (n w + w_i) / (n + 1)      w_i the weights after the i-th such epoch, n = i - 1      (1)
//   batch norm's means and variances, which were those of w_i, are found anew for w           (2)
// Source: Izmailov, Podoprikhin, Garipov, Vetrov, Wilson, "Averaging weights leads to wider optima
// and better generalization", UAI 2018, Algorithm 1 with a cycle of one epoch. Includes torch.
#pragma once

#include <torch/serialize.h>

#include <functional>
#include <vector>

#include "traces/recorder/network.hpp"

namespace updraft {

class WeightAverage {
 public:
  void add(const NetworkImpl& network);  // (1)
  int count() const { return count_; }
  // Gives the network the mean, of at least one; `show` then runs it, in training mode, over the
  // images whose statistics batch norm shall have (2).
  void put_into(NetworkImpl& network, const std::function<void()>& show) const;

  void save(torch::serialize::OutputArchive& archive) const;
  void load(torch::serialize::InputArchive& archive, const NetworkImpl& network);

 private:
  std::vector<torch::Tensor> mean_;  // in double: n large and small steps lose nothing
  int count_ = 0;
};

}  // namespace updraft
