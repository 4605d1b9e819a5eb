// From an ONNX file to a layer graph: what `updraft-record import-onnx` does. Shapes and types come
// from libonnx's own shape inference, a node at a time; costs and foldings are ours (README.md in
// this folder). A model is data here: nothing of it is run, and no file beside it is opened.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/layer_graph.hpp"

namespace updraft {

struct OnnxOptions {
  std::map<std::string, std::int64_t> sizes;  // of symbolic dimensions, by name
  bool allow_unknown = false;  // operators that are not known cost nothing, with a warning
};

struct OnnxImport {
  LayerGraph graph;
  std::vector<std::string> warnings;  // a line each: what was assumed
};

inline constexpr std::size_t largest_onnx_file = (std::size_t{1} << 31) - 1;  // as protobuf has it

// Throws InputError, each line beginning with the file's name: not ONNX, truncated, a cycle, a name
// that nothing puts out, sub-graphs, sizes or operators that are not known, over 20,000 layers.
OnnxImport import_onnx(const std::string& file, const OnnxOptions& options);
// The same for a file's content; `file` stands for it in error lines and names the graph.
OnnxImport import_onnx(std::string_view content, const std::string& file,
                       const OnnxOptions& options);

}  // namespace updraft
