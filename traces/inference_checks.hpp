// The rules of an inference trace that concern values, not the file's layout: ranges, what logits
// say against what the file says, and whether two splits offer the same. Each mistake is blamed at
// the path where the value stood.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/inference_trace.hpp"
#include "traces/path_mistakes.hpp"

namespace updraft {

// Rows of `columns` values each. False after reporting a value that is not finite.
bool check_finite(const std::vector<float>& values, std::size_t columns, const std::string& path,
                  PathMistakes& mistakes);

// Labels in [0, classes), or of any 32 bits with 0 classes (a regression task). One that is not is
// reported and becomes 0.
std::vector<std::int32_t> checked_labels(const std::vector<std::int64_t>& found,
                                         std::int32_t classes, const std::string& path,
                                         PathMistakes& mistakes);

// False after reporting a value that is not 0 or 1.
bool check_correct(const std::vector<std::int64_t>& found, const std::string& path,
                   PathMistakes& mistakes);

// Payload sizes in [0, 2^32); empty after reporting one that is not.
std::vector<std::uint32_t> checked_sizes(const std::vector<std::int64_t>& found,
                                         const std::string& path, PathMistakes& mistakes);

// Fills `predicted` from the logits [labels x classes], and `correct` where the file has none;
// holds a file's own `correct` against its logits. `path` is the stage's or variant's.
void judge(Answers& answers, const std::vector<std::int32_t>& labels, std::size_t classes,
           bool judged_by_file, const std::string& path, PathMistakes& mistakes);

// Both splits must offer the same stages, scores and variants: a threshold tuned on one means
// nothing on another that offers something else. Puts the second's into the first's order.
void compare_splits(const Split& first, Split& other, PathMistakes& mistakes);

}  // namespace updraft
