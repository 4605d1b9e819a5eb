// Recorded inference: what real networks said about every sample of a dataset. Read from HDF5 by
// inference_reader.cpp and written by inference_writer.cpp, in the layout of traces/README.md. Not
// a dataset (no images) and not a network (no weights): the simulator replays, it never infers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/input_error.hpp"
#include "sim/units/quantity.hpp"

namespace updraft {

// What one network answered, a row per sample of its split.
struct Answers {
  std::vector<float> logits;          // [N x classes], row-major; empty for a regression task
  std::vector<std::uint8_t> correct;  // [N] 0 or 1
  std::vector<std::int32_t>
      predicted;  // [N] the class of the largest logit, the lowest on a tie; empty without logits
};

struct Score {
  std::string name;
  std::vector<float> values;  // [N], larger = easier
};

// Something that the edge device can run on a sample.
struct Stage {
  std::string name;
  Flops work;  // attribute macs, 1 MAC = 2 FLOP
  std::uint64_t params = 0;
  Bytes weights;
  std::string family;   // of network, for a device's measured rate ("mobilenet_v2"); may be empty
  std::string loss;     // that it was trained with: plain, white_box, two_exits; may be empty
  std::string from;     // the stage whose weights its training began with; may be empty
  std::string exit_of;  // the stage of the whole network that it is an early exit of; may be empty
  Answers answers;
  std::vector<Score>
      scores;  // recorded ones (q); msp, margin and entropy are derived in sim/core/menu
  // Of an extractor, which says where to look and has no answer of its own (none of `correct` is
  // 1): [N x 4], and how it is meant. The variant of the same name sends what it found.
  std::vector<float> theta;
  std::string theta_convention;
};

// A way to offload a sample: what goes up, what the cloud does with it, and what it answers.
struct Variant {
  std::string name;
  Bytes payload;                             // where it is the same for every sample
  std::vector<std::uint32_t> payload_bytes;  // [N] where it differs; else empty
  // [N] quantised coefficients of a JPEG that are not 0, as seeds/004 counts transmission. Nothing
  // is simulated by it; empty for other payloads.
  std::vector<std::uint32_t> nonzero;
  Bytes reply;
  Flops cloud_work;
  Flops encode_work;  // on the edge device, before the upload
  std::string family;
  Answers answers;
};

// calibration or test; thresholds are never fitted on test.
struct Split {
  std::string name;
  std::vector<std::int32_t> labels;  // [N] in [0, classes)
  std::vector<Stage> stages;
  std::vector<Variant> variants;

  std::size_t size() const { return labels.size(); }
  const Stage* stage(std::string_view name) const;          // null if there is none
  const Variant* variant(std::string_view name) const;      // null if there is none
  const Stage* extractor_of(const Variant& variant) const;  // null: it needs none
};

struct InferenceTrace {
  std::string file;
  std::string dataset;
  std::string task = "classification";  // or "regression": no logits, `correct` alone
  std::int32_t classes = 0;
  std::string created_by;
  std::optional<std::uint64_t> seed;  // that it was made with
  std::string source;
  std::string licence;
  std::vector<Split> splits;

  const Split* split(std::string_view name) const;  // null if there is none
};

// Throws InputError with every rule that the file breaks: "FILE: /test/edge/plain/logits = f32 [10,
// 9]; expected f32 [10, 10]". Nothing is read before sizes were checked against the file's own.
InferenceTrace read_inference_trace(const std::string& file);

// Writes the layout, compressed, by way of a temporary file that is renamed at the end. Throws
// InputError if the file cannot be written; the same content gives the same bytes.
void write_inference_trace(const InferenceTrace& trace, const std::string& file);

}  // namespace updraft
