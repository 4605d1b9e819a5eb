// Names of layers: each once, and plain in YAML whatever a model calls its nodes.
#pragma once

#include <map>
#include <set>
#include <string>

namespace updraft::onnx_nodes {

class LayerNames {
 public:
  // `given` with letters, digits, _ . - / kept and others as _, cut after 120; where that leaves no
  // letter or digit, `otherwise` and a number. A second one of a name gets a number behind it.
  std::string unique(const std::string& given, const std::string& otherwise);

 private:
  std::set<std::string> taken_;
  std::map<std::string, int> counts_;
};

}  // namespace updraft::onnx_nodes
