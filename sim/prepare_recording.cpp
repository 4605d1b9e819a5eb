// What is replayed: the recorded trace, or none, the rows in their order, and the policies over
// them.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "policies/registry.hpp"
#include "sim/prepare_parts.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

// What a split offers a policy, and beside it the truth about its rows.
void offer(const Split& split, const InferenceTrace& trace, const WorkloadSpec& workload,
           Menu& menu, Truth& truth) {
  menu.rows = split.size();
  truth.classes = trace.classes;
  truth.label = split.labels;
  for (const auto& stage : split.stages) {
    MenuStage out{stage.name, stage.work, stage.family, {}};
    for (const auto& score : stage.scores) {
      out.scores.push_back({score.name, {score.values.begin(), score.values.end()}});
    }
    for (auto& derived :
         derived_scores(stage.answers.logits, static_cast<std::size_t>(trace.classes))) {
      const auto same = [&](const ScoreColumn& column) { return column.name == derived.name; };
      if (!derived.values.empty() && std::none_of(out.scores.begin(), out.scores.end(), same)) {
        out.scores.push_back(std::move(derived));
      }
    }
    menu.stages.push_back(std::move(out));
    truth.edge_correct.push_back(stage.answers.correct);
  }
  for (const auto& variant : split.variants) {
    MenuVariant out{variant.name, variant.family, variant.cloud_work, variant.encode_work, {}, 0};
    out.payload_bytes = variant.payload_bytes;
    const Bytes payload = workload.payload.value_or(variant.payload);
    if (workload.payload || out.payload_bytes.empty()) {
      out.payload_bytes.assign(menu.rows, static_cast<std::uint32_t>(payload.si()));
    }
    out.reply_bytes = static_cast<std::uint32_t>(workload.reply.value_or(variant.reply).si());
    menu.variants.push_back(std::move(out));
    truth.cloud_correct.push_back(variant.answers.correct);
  }
}

// `trace: none`, for those who study queues and channels alone: one edge stage and one way to
// offload, both always right. The scenario gives times and sizes.
InferenceTrace no_recording() {
  constexpr std::size_t rows = 1000;
  Split split;
  split.name = "test";
  split.labels.assign(rows, 0);
  Answers right;
  right.correct.assign(rows, 1);
  Stage stage;
  stage.name = "edge";
  stage.answers = right;
  split.stages.push_back(stage);
  Variant variant;
  variant.name = "payload";
  variant.answers = right;
  split.variants.push_back(variant);
  InferenceTrace trace;
  trace.dataset = "none";
  trace.classes = 1;
  trace.splits.push_back(split);
  return trace;
}

}  // namespace

bool Preparation::read_trace() {
  const WorkloadSpec& workload = out_->scenario.workload;
  InferenceTrace trace;
  if (workload.trace == "none") {
    trace = no_recording();
    if (!workload.payload) {
      mistakes_.add(workload.trace_place, "workload.payload", "nothing",
                    "a size, as trace: none records none");
    }
    out_->notes.push_back("trace: none replays no recording: accuracy and cost mean nothing here");
  } else if (!read(workload.trace, workload.trace_place, "workload.trace",
                   [&](const std::string& file) { trace = read_inference_trace(file); })) {
    return false;
  }
  const Split* split = trace.split(workload.split);
  if (split == nullptr) {
    mistakes_.add(workload.split_place, "workload.split", workload.split,
                  fmt::format("a split that {} has", workload.trace));
    return false;
  }
  out_->dataset = trace.dataset;
  offer(*split, trace, workload, out_->menu, out_->truth);
  out_->plan.menu = &out_->menu;
  for (const auto& variant : out_->menu.variants) {
    if (variant.encode_work.si() > 0) {
      mistakes_.add(workload.trace_place,
                    fmt::format("/{}/offload/{}: encode_macs", workload.split, variant.name),
                    fmt::format("{}", variant.encode_work.si() / 2),
                    "0: encoding on the device is not simulated yet");
    }
  }
  if (const Split* calibration = trace.split("calibration")) {
    has_calibration_ = true;
    offer(*calibration, trace, workload, calibration_, calibration_truth_);
  }
  return true;
}

void Preparation::set_replications() {
  const Scenario& scenario = out_->scenario;
  for (std::uint32_t r = 0; r < scenario.replications; ++r) {
    PreparedReplication replication;
    replication.rows = replayed_rows(r);
    const PolicyContext context{out_->menu, out_->truth, has_calibration_ ? &calibration_ : nullptr,
                                has_calibration_ ? &calibration_truth_ : nullptr, replication.rows};
    for (std::size_t i = 0; i < scenario.policies.size(); ++i) {
      Section params(scenario.policies[i].params, fmt::format("policies[{}]", i), mistakes_);
      replication.policies.push_back(make_policy(params, context));
    }
    out_->replications.push_back(std::move(replication));
    if (!mistakes_.none()) return;  // the other replications would only repeat them
  }
}

// Every recorded row once in the order of the file or shuffled, then again as often as it takes.
std::vector<std::uint32_t> Preparation::replayed_rows(std::uint32_t replication) const {
  const WorkloadSpec& workload = out_->scenario.workload;
  std::vector<std::uint32_t> pass(out_->menu.rows);
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
