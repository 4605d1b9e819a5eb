// The papers' currency: MACs per sample of a stage that offloads a share AR of them,
//   cost = SR c1 + AR c0,  SR = 1 - AR                                         (1)
// c1 the edge network, c0 the cloud network alone, as in Table I, and the extractor that it sees
// by; with_edge adds encoding and the edge's own pass to c0, as in Sec. IV-A. Neither time nor
// energy. Source: Li et al., AppealNet (DAC 2021), eq. 15.
#pragma once

#include "traces/inference_trace.hpp"

namespace updraft {

struct Cost {
  double edge_macs = 0;
  double cloud_macs = 0;
  double encode_macs = 0;

  double at(double appealing_rate) const {
    return (1 - appealing_rate) * edge_macs + appealing_rate * cloud_macs;  // (1)
  }
  double with_edge(double appealing_rate) const {
    return edge_macs + appealing_rate * (cloud_macs + encode_macs);  // (1)
  }
};

// 1 MAC = 2 FLOP. `of`: the split that records both.
inline Cost cost_of(const Split& of, const Stage& stage, const Variant& variant) {
  const Stage* extractor = of.extractor_of(variant);
  const Flops cloud = variant.cloud_work + (extractor == nullptr ? Flops(0) : extractor->work);
  return {stage.work.si() / 2, cloud.si() / 2, variant.encode_work.si() / 2};
}

}  // namespace updraft
