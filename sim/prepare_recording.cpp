// What is replayed: the recorded trace, or none, the rows in their order, and the policies over
// them.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "policies/registry.hpp"
#include "sim/prepare_parts.hpp"

namespace updraft {
bool Preparation::read_trace() {
  const WorkloadSpec& workload = out_->scenario.workload;
  if (workload.trace == "none") {
    recording_ = &inputs_.recording("none", workload);
    if (!workload.payload) {
      mistakes_.add(workload.trace_place, "workload.payload", "nothing",
                    "a size, as trace: none records none");
    }
    out_->notes.push_back("trace: none replays no recording: accuracy and cost mean nothing here");
  } else if (!read(workload.trace, workload.trace_place, "workload.trace",
                   [&](const std::string& file) {
                     recording_ = &inputs_.recording(file, workload);
                   })) {
    return false;
  }
  if (workload.black_box) {
    out_->notes.push_back("black_box: the cloud is taken to be right on every sample");
  }
  if (!recording_->has_split) {
    mistakes_.add(workload.split_place, "workload.split", workload.split,
                  fmt::format("a split that {} has", workload.trace));
    return false;
  }
  for (const TuningSpec& spec : out_->tuning) {
    if (workload.trace != "none" && !recording_->has_calibration) {
      mistakes_.add(spec.place, fmt::format("policies[{}].tune", spec.policy), "by simulation",
                    "a workload trace with a calibration split, or a value for " + spec.over);
    }
  }
  out_->dataset = recording_->dataset;
  out_->menu = &recording_->menu;
  out_->truth = &recording_->truth;
  out_->plan.menu = out_->menu;
  return true;
}

// Not a policy whose tuning is a mistake, which was reported.
bool Preparation::takes_a_value(std::size_t policy) const {
  return std::none_of(out_->tuning.begin(), out_->tuning.end(), [&](const TuningSpec& spec) {
    return spec.policy == policy && !spec.usable;
  });
}

// Nothing where the device has mistakes, which were reported.
std::optional<DeviceCosts> Preparation::device_costs() const {
  const JourneyPlan& plan = out_->plan;
  DeviceCosts out;
  out.stage = plan.stage_times.mean;
  out.encode = plan.encode_times;
  out.busy = out_->metrics.edge_busy;
  if (plan.radio != nullptr) {
    out.send = plan.radio->uplink_base;
    out.per_byte = plan.radio->uplink;
  }
  const bool complete = out.stage.size() == out_->menu->stages.size() &&
                        out.encode.size() == out_->menu->variants.size();
  return complete ? std::optional(std::move(out)) : std::nullopt;
}

// A plan that depends on the replayed rows is made for each replication, any other once.
void Preparation::set_replications() {
  const Scenario& scenario = out_->scenario;
  const std::optional<DeviceCosts> device = device_costs();
  if (scenario.workload.trace != "none") out_->metrics.recorded_rows = rows_behind_all_runs();
  for (std::uint32_t r = 0; r < scenario.replications; ++r) {
    PreparedReplication replication;
    replication.rows = replayed_rows(r);
    const bool calibrated = recording_->has_calibration;
    const PartitionMenu* partition = out_->partition      ? &out_->partition->partition
                                     : scenario.partition ? &unusable_
                                                          : nullptr;
    const PolicyContext context{*out_->menu,
                                *out_->truth,
                                calibrated ? &recording_->calibration : nullptr,
                                calibrated ? &recording_->calibration_truth : nullptr,
                                replication.rows,
                                &inputs_.operating_points(),
                                partition,
                                device ? &*device : nullptr};
    for (std::size_t i = 0; i < scenario.policies.size(); ++i) {
      if (r > 0 && !out_->replications[0].policies[i]->depends_on_rows()) {
        replication.policies.push_back(out_->replications[0].policies[i]);
        continue;
      }
      if (!takes_a_value(
              i)) {  // nothing will run, and its maker would complain of what we put there
        out_->plans.push_back(nullptr);
        replication.policies.push_back(nullptr);
        continue;
      }
      Section params(scenario.policies[i].params, fmt::format("policies[{}]", i), mistakes_);
      out_->plans.push_back(make_policy(params, context));
      replication.policies.push_back(out_->plans.back().get());
    }
    out_->replications.push_back(std::move(replication));
    if (!mistakes_.none()) return;  // the other replications would only repeat them
  }
}

// Shuffled, each run meets other rows of the recording, all of them in the long run. In its order
// all runs meet its first ones.
double Preparation::rows_behind_all_runs() const {
  const std::size_t rows = out_->menu->rows;
  if (out_->scenario.workload.shuffled || out_->plan.first.empty())
    return static_cast<double>(rows);
  return static_cast<double>(std::min<std::size_t>(rows, out_->plan.first.back()));
}

// Every recorded row once in the order of the file or shuffled, then again as often as it takes.
std::vector<std::uint32_t> Preparation::replayed_rows(std::uint32_t replication) const {
  const WorkloadSpec& workload = out_->scenario.workload;
  std::vector<std::uint32_t> pass(out_->menu->rows);
  std::vector<std::uint32_t> rows;
  if (out_->plan.first.empty()) return rows;
  const std::size_t total = out_->plan.first.back();
  for (std::uint64_t round = 0; rows.size() < total; ++round) {
    std::iota(pass.begin(), pass.end(), 0U);
    if (workload.shuffled) {  // Fisher and Yates
      Stream random(workload.seed, "order", round, replication);
      for (std::size_t i = pass.size(); i > 1; --i) std::swap(pass[i - 1], pass[random.below(i)]);
    }
    const std::size_t n = std::min(pass.size(), total - rows.size());
    rows.insert(rows.end(), pass.begin(), pass.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return rows;
}

}  // namespace updraft
