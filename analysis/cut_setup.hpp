// What `updraft cut` is asked: the options as they were written, read into the setting in which
// cuts are found. All mistakes are told at once. Nothing is cut here (cut_report.hpp).
#pragma once

#include <string>
#include <vector>

#include "policies/partition/candidate_cut.hpp"
#include "policies/partition/rate_map.hpp"
#include "sim/core/layer_graph.hpp"

namespace updraft {

// As on the command line; "" where it was left out.
struct CutRequest {
  std::string layers;  // the profile's file
  std::string edge;
  std::string cloud;
  std::string uplink;
  std::string downlink;  // as the uplink
  std::string latency = "25 ms";
  std::string reply = "16 B";
  std::string objective = "latency";
  std::string price;
  std::string budget;
  std::string servers = "1";
  std::string coding = "fp32";
  std::string radio;
  std::string sweep;
  std::string times = "roofline";
  std::string edge_times;
  std::string cloud_times;
  std::string method = "graph";
  std::string catalog;
};

struct CutSetup {
  LayerGraph graph;
  std::string edge;         // the machines, by name
  std::string cloud;        //
  std::string edge_times;   // where its layer times are from, for people
  std::string cloud_times;  //
  std::string radio;        // "": none
  BytesPerSecond uplink;
  BytesPerSecond downlink;
  Seconds latency;  // one way
  Bytes reply;
  Coding coding = Coding::fp32;
  bool inside_blocks = true;  // cuts of several tensors at once, too
  Objective objective;
  CutCosts costs;
  PartitionTimes times;
  std::vector<BytesPerSecond> sweep;  // of --sweep-uplink; none without it
  std::vector<std::string> inputs;    // the files that were read
  std::vector<std::string> notes;     // of the catalog, for people
};

// Throws InputError with every mistake of the options and of the files that they name.
CutSetup read_cut_request(const CutRequest& request);

}  // namespace updraft
