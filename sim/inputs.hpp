// What was read from files, and what follows from them alone: read once, however many cells of a
// sweep ask for it. Whatever it hands out is const, stays where it is as long as this lives, and
// may be read by many threads; asking is for one thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "platforms/platform.hpp"
#include "policies/tuning.hpp"
#include "sim/core/menu.hpp"
#include "sim/scenario/scenario.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/channel_model.hpp"
#include "traces/layer_profile.hpp"

namespace updraft {

// A recorded trace as policies see it, and the truth about it, of the split that is replayed and of
// the one that thresholds are tuned on.
struct Recording {
  std::string dataset{};
  bool has_split = false;  // the one that was asked for; nothing below if not
  Menu menu{};
  Truth truth{};
  bool has_calibration = false;
  Menu calibration{};
  Truth calibration_truth{};
};

// Each throws InputError where the file cannot be read, as often as it is asked for it.
class Inputs {
 public:
  // `file`, or "none": one edge stage and one way to offload, both always right, for those who
  // study queues and channels alone. The workload says which split, and what replaces recorded
  // sizes.
  const Recording& recording(const std::string& file, const WorkloadSpec& workload);
  const RateProfile& bandwidth(const std::string& file, const BandwidthOptions& options);
  const ChannelModel& channel_model(const std::string& file);
  const LayerGraph& layer_profile(const std::string& file);
  const Catalog& catalog(const std::string& file);  // "": the built-in one alone
  OperatingPointsCache& operating_points() { return operating_points_; }

 private:
  std::map<std::string, std::unique_ptr<const Recording>> recordings_;
  std::map<std::string, std::unique_ptr<const RateProfile>> bandwidths_;
  std::map<std::string, std::unique_ptr<const ChannelModel>> models_;
  std::map<std::string, std::unique_ptr<const LayerGraph>> layers_;
  std::map<std::string, std::unique_ptr<const Catalog>> catalogs_;
  OperatingPointsCache operating_points_;
};

}  // namespace updraft
