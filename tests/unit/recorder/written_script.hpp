// TorchScript archives for the recorder's tests, as torch.jit.script(model).save(file) leaves them.
#pragma once

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

namespace updraft::written {

// A module with these parameters and this source of its methods, forward(self, x) among them.
void write_script(const std::string& file,
                  const std::vector<std::pair<std::string, torch::Tensor>>& parameters,
                  const std::string& source);

}  // namespace updraft::written
