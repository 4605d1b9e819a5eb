// What a cut of a layer graph costs, once a network meets a machine and a rate: a weight for every
// choice. One cut is one assignment of layers to edge or cloud; the edge's layers are the source
// side of DADS's graph (Hu, Bao, Wang, Liu, "Dynamic adaptive DNN surgery for inference
// acceleration on the edge", INFOCOM 2019, Fig. 9), which MODELS.md completes
// (policies/partition/README.md).
//
//   cost(S) = sum_{v in S} edge_v + sum_{v not in S} cloud_v
//           + sum_{v in S, some consumer not in S} upload_v         (billed once)
//           + sum_{v not in S, some consumer in S} download_v       (two-way alone, billed once)
//           + sum_{output v not in S} reply_v + [some layer is not in S] offload               (1)
//
// S the layers on the edge; every input layer is in S. One-way (`download` empty): a layer may be
// on the edge only if all of its inputs are. Weights are >= 0; the unit is the objective's:
// seconds, joules, or a weighted sum. All are finite but `upload` and `download`, where infinite
// forbids to send that tensor.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/layer_graph.hpp"

namespace updraft {

struct CutWeights {
  std::vector<double> edge;      // [layers]
  std::vector<double> cloud;     // [layers]
  std::vector<double> upload;    // [layers]
  std::vector<double> download;  // [layers] or empty
  std::vector<double> reply;     // [layers]; looked at for outputs alone
  double offload = 0;            // once, however much is on the cloud
};

using Assignment = std::vector<std::uint8_t>;  // [layers] 1: on the edge

// By (1); `cut` keeps the rules above (checked).
double cut_cost(const LayerGraph& graph, const CutWeights& weights, const Assignment& cut);
// Does it keep them? Without `two_way` nothing goes from the cloud back to the edge.
bool is_cut(const LayerGraph& graph, const Assignment& cut, bool two_way);

}  // namespace updraft
