#include "sim/inputs.hpp"

#include <fmt/format.h>

#include <algorithm>

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
    auto top = top_classes(stage.answers.logits, static_cast<std::size_t>(trace.classes));
    out.top1 = std::move(top.top1);
    out.top2 = std::move(top.top2);
    out.answers = stage.theta.empty();  // an extractor has none
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
    if (const Stage* extractor = split.extractor_of(variant))
      out.made_by = static_cast<StageId>(extractor - split.stages.data());
    menu.variants.push_back(std::move(out));
    truth.cloud_correct.push_back(variant.answers.correct);
    if (workload.black_box) truth.cloud_correct.back().assign(menu.rows, 1);
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

Recording offered(const InferenceTrace& trace, const WorkloadSpec& workload) {
  Recording out;
  out.dataset = trace.dataset;
  if (const Split* split = trace.split(workload.split)) {
    out.has_split = true;
    offer(*split, trace, workload, out.menu, out.truth);
  }
  if (const Split* calibration = trace.split("calibration")) {
    out.has_calibration = true;
    offer(*calibration, trace, workload, out.calibration, out.calibration_truth);
  }
  return out;
}

// What stands under `key`; made first where it is asked for the first time.
template <class Value, class Make>
const Value& once(std::map<std::string, std::unique_ptr<const Value>>& made, const std::string& key,
                  const Make& make) {
  auto& slot = made[key];
  if (slot == nullptr) slot = std::make_unique<const Value>(make());
  return *slot;
}

}  // namespace

const Recording& Inputs::recording(const std::string& file, const WorkloadSpec& workload) {
  const auto size = [](const std::optional<Bytes>& bytes) { return bytes ? bytes->si() : -1; };
  const std::string key =
      fmt::format("{}\n{}\n{}\n{}\n{}", file, workload.split, size(workload.payload),
                  size(workload.reply), workload.black_box);
  return once(recordings_, key, [&] {
    return offered(file == "none" ? no_recording() : read_inference_trace(file), workload);
  });
}

const RateProfile& Inputs::bandwidth(const std::string& file, const BandwidthOptions& options) {
  const std::string key = fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}\n{}", file, options.bin ? options.bin->si() : 0, options.column,
      options.unit, static_cast<int>(options.at_end), options.scale, options.uplink);
  return once(bandwidths_, key, [&] { return read_bandwidth_trace(file, options); });
}

const ChannelModel& Inputs::channel_model(const std::string& file) {
  return once(models_, file, [&] { return read_channel_model(file); });
}

const LayerGraph& Inputs::layer_profile(const std::string& file) {
  return once(layers_, file, [&] { return read_layer_profile(file); });
}

const Catalog& Inputs::catalog(const std::string& file) {
  return once(catalogs_, file,
              [&] { return file.empty() ? built_in_catalog() : read_catalog(file); });
}

}  // namespace updraft
