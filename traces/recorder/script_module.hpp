// A network that PyTorch wrote: a TorchScript archive, loaded and asked. A TorchScript file is
// code: loading and asking one runs what its author wrote, with the user's rights. Includes torch,
// but not TorchScript, whose headers bring macros of a logging library.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "traces/recorder/dataset.hpp"
#include "traces/recorder/minibatch.hpp"

namespace updraft {

// What it says of every row.
struct ScriptSaid {
  std::vector<float> logits;                                       // [N x classes]
  std::vector<std::pair<std::string, std::vector<float>>> scores;  // by name, [N] each
};

class ScriptModule {
 public:
  // Throws InputError, one line, for what is no TorchScript archive (torch.jit.save writes them).
  ScriptModule(const std::string& file, torch::Device device);
  ScriptModule(ScriptModule&&) noexcept;
  ~ScriptModule();

  // forward(images [batch x channels x height x width] f32) must return logits [batch x classes],
  // or a dictionary or NamedTuple whose `logits` are that and whose other members, [batch] or
  // [batch x 1], are scores under their names. Throws InputError for anything else, with the
  // module's own words where it fails.
  ScriptSaid ask(const ImageSet& set, const Normalisation& norm, std::int32_t classes);

  std::uint64_t params() const;
  // Multiply-adds of the convolutions and matrix products of one image, counted while it runs.
  std::uint64_t macs(const ImageSet& set, const Normalisation& norm);

 private:
  struct Loaded;
  std::unique_ptr<Loaded> loaded_;
};

}  // namespace updraft
