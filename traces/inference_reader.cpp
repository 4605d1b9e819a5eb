// Walks through the HDF5 layout of traces/README.md. How a file is read is traces/hdf5's business,
// what values may be is inference_checks'. Not thread-safe, as HDF5 itself is not: read traces one
// after the other.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "traces/hdf5/reading.hpp"
#include "traces/inference_checks.hpp"
#include "traces/inference_layout.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

using hdf5::Group;
using hdf5::inside;

constexpr std::int32_t most_classes = 10'000'000;
// What is beyond these is a slip of the finger: a million times the largest network of today.
constexpr double most_macs = 1e18;                                        // of a sample
constexpr double most_params = 1e15;                                      // and bytes of weights
constexpr double most_bytes = std::numeric_limits<std::uint32_t>::max();  // of a payload or reply

class Reader {
 public:
  explicit Reader(const std::string& file) : mistakes_{file, {}} {}
  InferenceTrace read();

 private:
  void wrong(std::string_view path, std::string_view got, std::string_view expected) {
    mistakes_.add(path, got, expected);
  }

  void head(const Group& root, InferenceTrace& trace);
  Split split(const Group& root, const std::string& name);
  Stage stage(const Group& stages, const std::string& name, const Split& split);
  Variant variant(const Group& variants, const std::string& name, const Split& split);
  Answers answers(const Group& group, const std::vector<std::int32_t>& labels);

  PathMistakes mistakes_;
  std::int32_t classes_ = 0;           // 0: a regression task, or not known
  std::optional<std::uint64_t> rows_;  // of the split being read
};

// In FLOP; the file counts MACs, 1 MAC = 2 FLOP.
Flops work_of(const Group& group, const char* macs, bool required) {
  return Flops(2 * group.number(macs, required, 0, most_macs).value_or(0));
}

InferenceTrace Reader::read() {
  const hdf5::File file(mistakes_.file, "an inference trace");
  const Group root = file.root(mistakes_);
  InferenceTrace out;
  out.file = mistakes_.file;
  head(root, out);
  for (const std::string name : {"calibration", "test"}) {
    if (root.has(name)) out.splits.push_back(split(root, name));
  }
  if (out.splits.empty()) wrong("/", "no split", "calibration, test or both");
  if (mistakes_.mistakes.none() && out.splits.size() == 2)
    compare_splits(out.splits[0], out.splits[1], mistakes_);
  mistakes_.mistakes.throw_if_any();
  return out;
}

// The attributes of the root. Throws at once if one is wrong: of another format or another number
// of classes, what else it lacks is no help.
void Reader::head(const Group& root, InferenceTrace& trace) {
  const auto format = root.text("format", true);
  if (format && *format != inference_layout::format_name)
    wrong("/@format", *format, inference_layout::format_name);
  const auto version = root.number("version", true, 0, 1e9);
  if (version && *version != inference_layout::version)
    wrong("/@version", fmt::format("{}", *version), fmt::format("{}", inference_layout::version));
  mistakes_.mistakes.throw_if_any();
  trace.dataset = root.text("dataset", true).value_or("");
  trace.task = root.text("task", false).value_or("classification");
  const hdf5::Names tasks = {"classification", "regression"};
  if (std::find(tasks.begin(), tasks.end(), trace.task) == tasks.end())
    wrong("/@task", trace.task, one_of(tasks) + did_you_mean(trace.task, tasks));
  const bool classification = trace.task != "regression";
  classes_ = trace.classes = static_cast<std::int32_t>(
      root.count("classes", classification, classification ? 1 : 0, most_classes));
  trace.created_by = root.text("created_by", false).value_or("");
  trace.source = root.text("source", false).value_or("");
  trace.licence = root.text("licence", false).value_or("");
  if (root.number("seed", false, 0, hdf5::most_whole))
    trace.seed = static_cast<std::uint64_t>(root.count("seed", false));
  root.refuse_unknown({"calibration", "test"});
  mistakes_.mistakes.throw_if_any();
}

Split Reader::split(const Group& root, const std::string& name) {
  Split out;
  out.name = name;
  const Group group = root.group(name);
  if (!group) return out;
  group.refuse_unknown({"label", "edge", "offload"});
  const auto found = group.column<std::int64_t>(
      "label", {.type = "i32", .integers = true, .extents = {std::nullopt}});
  out.labels = checked_labels(found, classes_, inside(group.path(), "label"), mistakes_);
  rows_ = out.size() > 0 ? std::optional<std::uint64_t>(out.size()) : std::nullopt;
  bool empty = true;
  for (const std::string kind : {"edge", "offload"}) {
    if (!group.has(kind)) continue;
    const Group members = group.group(kind);
    if (!members) continue;
    for (const auto& member : members.names()) {
      empty = false;
      if (kind == "edge") {
        out.stages.push_back(stage(members, member, out));
      } else {
        out.variants.push_back(variant(members, member, out));
      }
    }
  }
  if (empty)
    wrong(group.path(), "no stage and no variant", "at least one of edge/NAME and offload/NAME");
  return out;
}

Stage Reader::stage(const Group& stages, const std::string& name, const Split& split) {
  Stage out;
  out.name = name;
  const Group group = stages.group(name);
  if (!group) return out;
  group.refuse_unknown({"logits", "correct", "scores", "theta"});
  out.work = work_of(group, "macs", true);
  out.params = static_cast<std::uint64_t>(group.count("params", true, 0, most_params));
  out.weights = Bytes(group.count("weight_bytes", true, 0, most_params));
  out.family = group.text("family", false).value_or("");
  out.loss = group.text("loss", false).value_or("");
  out.from = group.text("from", false).value_or("");
  if (!out.from.empty() && !stages.has(out.from))
    wrong(group.path() + "@from", out.from, "the name of a stage beside it");
  out.exit_of = group.text("exit_of", false).value_or("");
  if (!out.exit_of.empty() && (!stages.has(out.exit_of) || out.exit_of == name))
    wrong(group.path() + "@exit_of", out.exit_of, "the name of another stage beside it");
  out.answers = answers(group, split.labels);
  if (group.has("theta")) {
    out.theta_convention = group.text("theta_convention", false).value_or("");
    out.theta =
        group.column<float>("theta", {.type = "f32", .floats = true, .extents = {rows_, 4}});
    check_finite(out.theta, 4, inside(group.path(), "theta"), mistakes_);
  }
  if (!group.has("scores")) return out;
  const Group scores = group.group("scores");
  if (!scores) return out;
  for (const auto& score : scores.names()) {
    auto values = scores.column<float>(
        score, {.type = "f32", .floats = true, .integers = true, .extents = {rows_}});
    check_finite(values, 1, inside(scores.path(), score), mistakes_);
    out.scores.push_back({score, std::move(values)});
  }
  return out;
}

Variant Reader::variant(const Group& variants, const std::string& name, const Split& split) {
  Variant out;
  out.name = name;
  const Group group = variants.group(name);
  if (!group) return out;
  group.refuse_unknown({"logits", "correct", "bytes", "nonzero"});
  const bool each = group.has("bytes");
  out.payload = Bytes(group.count("payload_bytes", !each, 0, most_bytes));
  out.reply = Bytes(group.count("reply_bytes", true, 0, most_bytes));
  out.cloud_work = work_of(group, "cloud_macs", true);
  out.encode_work = work_of(group, "encode_macs", false);
  out.family = group.text("family", false).value_or("");
  if (each) {
    const auto found =
        group.column<std::int64_t>("bytes", {.type = "u32", .integers = true, .extents = {rows_}});
    out.payload_bytes = checked_sizes(found, inside(group.path(), "bytes"), mistakes_);
  }
  if (group.has("nonzero")) {
    const auto found = group.column<std::int64_t>(
        "nonzero", {.type = "u32", .integers = true, .extents = {rows_}});
    out.nonzero = checked_sizes(found, inside(group.path(), "nonzero"), mistakes_);
  }
  out.answers = answers(group, split.labels);
  return out;
}

Answers Reader::answers(const Group& group, const std::vector<std::int32_t>& labels) {
  Answers out;
  const bool has_logits = group.has("logits");
  const bool has_correct = group.has("correct");
  if (!has_logits && !has_correct) {
    wrong(group.path(), "neither logits nor correct", "at least one of them");
    return out;
  }
  if (has_logits && classes_ == 0) {
    wrong(inside(group.path(), "logits"), "logits without classes",
          "attribute classes of / above 0");
    return out;
  }
  bool usable = true;
  if (has_correct) {
    const auto found = group.column<std::int64_t>(
        "correct", {.type = "u8", .integers = true, .enumerations = true, .extents = {rows_}});
    usable = check_correct(found, inside(group.path(), "correct"), mistakes_);
    for (const auto v : found) out.correct.push_back(v == 1 ? 1 : 0);
    usable = usable && out.correct.size() == labels.size();
  }
  if (has_logits) {
    const auto classes = static_cast<std::size_t>(classes_);
    out.logits =
        group.column<float>("logits", {.type = "f32", .floats = true, .extents = {rows_, classes}});
    usable = check_finite(out.logits, classes, inside(group.path(), "logits"), mistakes_) && usable;
    if (usable && !labels.empty() && out.logits.size() == labels.size() * classes)
      judge(out, labels, classes, has_correct, group.path(), mistakes_);
  }
  return out;
}

}  // namespace

InferenceTrace read_inference_trace(const std::string& file) { return Reader(file).read(); }

}  // namespace updraft
