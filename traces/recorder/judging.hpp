// From what networks say to what a trace holds: judged answers, and the ways to offload an image.
// No torch here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/inference_trace.hpp"
#include "traces/recorder/dataset.hpp"

namespace updraft {

// logits [N x classes], labels [N]. `half`: rounded to float16 first, and judged as they will be
// stored.
Answers judged(std::vector<float> logits, const std::vector<std::int32_t>& labels, bool half);

// Fit to name a stage or a score in a trace: printable, not empty, without /, and no dots alone.
bool is_trace_name(const std::string& name);

// `image`: the raw pixels go up; `jpeg`, where the set was read from coded files: the file as it
// is. The networks saw the decoded files, so that sending them changes nothing but the size.
// The first of them is `image`.
std::vector<Variant> image_variants(const ImageSet& set, Bytes reply, Flops cloud_work,
                                    const std::string& family, const Answers& answers);

}  // namespace updraft
