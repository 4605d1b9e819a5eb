// One cut with all that its figures need at any rate: times and bytes, from which latency, energy
// and throughput follow as functions of x = 1 / B, seconds a byte.
//   T(x) = edge + [offloads] (fixed + payload x + cloud)                 latency  [s]         (1)
//   E(x) = busy edge + [offloads] ((send + idle) payload x + per_byte payload
//          + idle (fixed + cloud))                                       energy   [J]         (2)
//   R(x) = 1 / max(edge, payload x, cloud / servers)                     throughput [1/s]     (3)
// fixed  what an offload takes beside its bytes and layers: propagation both ways and the reply.
// (1) of MODELS.md, section 4 (a); (2) the device's alone: it computes at `busy`, waits at `idle`,
// and its radio adds `send` while it sends and `per_byte` for what it sends. A radio's promotions
// and tails depend on what was sent before: the simulator has them, (1) and (2) do not.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policies/partition/cut_graph.hpp"

namespace updraft {

struct CandidateCut {
  std::string after;  // the layer whose tensor crosses; "input": nothing on the edge; "+" between
                      // several; "output": nothing crosses
  Assignment on_edge;
  Seconds edge;               // its layers' times there
  Seconds cloud;              // and there
  Bytes payload;              // crosses the uplink; 0 where it stays on the edge
  std::uint32_t tensors = 0;  // how many make up the payload
  std::uint32_t layers = 0;   // on the edge, inputs apart
  bool offloads() const { return tensors > 0; }
};

struct CutCosts {
  Seconds fixed;
  Watts busy;
  Watts idle;
  Watts send;
  double per_byte = 0;  // [J/B]
  double servers = 1;   // of the cloud, for each device
};

enum class Coding { fp32, fp16, int8 };  // of a tensor on the uplink: 1, 1/2, 1/4 of its fp32 bytes
inline constexpr std::array<std::string_view, 3> coding_names = {"fp32", "fp16", "int8"};

// What every layer takes on both sides and sends: the same for all cuts of a network on two
// machines.
struct PartitionTimes {
  std::vector<Seconds> edge;   // [layers]
  std::vector<Seconds> cloud;  // [layers]
  std::vector<Bytes> payload;  // [layers] of its output as it is sent, coded
};

}  // namespace updraft
