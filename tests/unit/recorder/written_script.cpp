#include "tests/unit/recorder/written_script.hpp"

#include <torch/csrc/jit/api/module.h>

namespace updraft::written {

void write_script(const std::string& file,
                  const std::vector<std::pair<std::string, torch::Tensor>>& parameters,
                  const std::string& source) {
  torch::jit::Module module("Model");
  for (const auto& [name, values] : parameters) module.register_parameter(name, values, false);
  module.define(source);
  module.save(file);
}

}  // namespace updraft::written
