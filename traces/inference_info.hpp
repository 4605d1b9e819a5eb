// What an inference trace holds, in plain aligned text: of `updraft trace info`, and of a recording
// when it is done.
#pragma once

#include <string>

#include "traces/inference_trace.hpp"

namespace updraft {

// Its stages and variants: work, accuracy (an extractor has none), parameters, scores, payloads.
std::string describe(const Split& split);

// Where it comes from, and all of its splits.
std::string describe(const InferenceTrace& trace);

}  // namespace updraft
