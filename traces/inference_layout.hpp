// What the reader and the writer of inference traces must agree on, and nothing else;
// traces/README.md draws the whole layout.
#pragma once

#include <string_view>

namespace updraft::inference_layout {

constexpr std::string_view format_name = "updraft-inference";
constexpr int version = 1;

}  // namespace updraft::inference_layout
