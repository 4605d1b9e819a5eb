// Fills the HDF5 layout of traces/README.md. Numbers that the reader need not be told (an encoder
// without work, an empty family) are left out.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "sim/core/check.hpp"
#include "traces/hdf5/writing.hpp"
#include "traces/inference_layout.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

using hdf5::NewGroup;

void check_rows(std::size_t found, std::size_t rows) {
  UPDRAFT_CHECK(found == rows, fmt::format("{} of {}", found, rows));
}

void write_answers(NewGroup& group, const Answers& answers, std::size_t rows, std::size_t classes) {
  if (!answers.logits.empty()) {
    UPDRAFT_CHECK(answers.logits.size() == rows * classes,
                  fmt::format("{} logits, {} x {}", answers.logits.size(), rows, classes));
    group.column("logits", answers.logits, classes);
  }
  if (!answers.correct.empty()) {
    check_rows(answers.correct.size(), rows);
    group.column("correct", answers.correct);
  }
}

void write_stage(NewGroup group, const Stage& stage, std::size_t rows, std::size_t classes) {
  group.number("macs", stage.work.si() / 2);
  group.number("params", static_cast<double>(stage.params));
  group.number("weight_bytes", stage.weights.si());
  group.text("family", stage.family);
  group.text("loss", stage.loss);
  group.text("from", stage.from);
  group.text("exit_of", stage.exit_of);
  write_answers(group, stage.answers, rows, classes);
  if (!stage.theta.empty()) {
    check_rows(stage.theta.size(), 4 * rows);
    group.text("theta_convention", stage.theta_convention);
    group.column("theta", stage.theta, 4);
  }
  if (stage.scores.empty()) return;
  NewGroup scores = group.group("scores");
  for (const auto& score : stage.scores) {
    check_rows(score.values.size(), rows);
    scores.column(score.name, score.values);
  }
}

void write_variant(NewGroup group, const Variant& variant, std::size_t rows, std::size_t classes) {
  group.number("payload_bytes", variant.payload.si());
  group.number("reply_bytes", variant.reply.si());
  group.number("cloud_macs", variant.cloud_work.si() / 2);
  if (variant.encode_work > Flops(0)) group.number("encode_macs", variant.encode_work.si() / 2);
  group.text("family", variant.family);
  write_answers(group, variant.answers, rows, classes);
  if (!variant.nonzero.empty()) {
    check_rows(variant.nonzero.size(), rows);
    group.column("nonzero", variant.nonzero);
  }
  if (variant.payload_bytes.empty()) return;
  check_rows(variant.payload_bytes.size(), rows);
  group.column("bytes", variant.payload_bytes);
}

void write_split(NewGroup group, const Split& split, std::size_t classes) {
  group.column("label", split.labels);
  NewGroup edge = group.group("edge");
  for (const auto& stage : split.stages)
    write_stage(edge.group(stage.name), stage, split.size(), classes);
  NewGroup offload = group.group("offload");
  for (const auto& variant : split.variants)
    write_variant(offload.group(variant.name), variant, split.size(), classes);
}

// False if a call of HDF5's failed.
bool write_file(const InferenceTrace& trace, const std::string& name) {
  hdf5::NewFile file(name);
  {
    NewGroup root = file.root();
    root.text("format", std::string(inference_layout::format_name));
    root.number("version", inference_layout::version);
    root.text("dataset", trace.dataset);
    root.number("classes", trace.classes);
    root.text("task", trace.task);
    root.text("created_by", trace.created_by);
    if (trace.seed) root.number("seed", static_cast<double>(*trace.seed));
    root.text("source", trace.source);
    root.text("licence", trace.licence);
    const auto classes = static_cast<std::size_t>(trace.classes);
    for (const auto& split : trace.splits) write_split(root.group(split.name), split, classes);
  }
  return file.finish();
}

}  // namespace

void write_inference_trace(const InferenceTrace& trace, const std::string& file) {
  const std::string temporary = file + ".part";
  const auto refuse = [&](const std::string& why) {
    throw InputError(fmt::format("{}: cannot be written: {}", file, why));
  };
  errno = 0;
  if (!std::ofstream(temporary, std::ios::binary)) refuse(std::strerror(errno));
  const bool good = write_file(trace, temporary);
  std::error_code failed;
  if (good) std::filesystem::rename(temporary, file, failed);
  if (!good || failed) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    refuse(good ? failed.message() : "HDF5 failed; is the disk full?");
  }
}

}  // namespace updraft
