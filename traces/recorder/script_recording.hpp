// An inference trace from networks that PyTorch trained and TorchScript wrote: nothing is trained
// here. No torch in this header.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/inference_trace.hpp"

namespace updraft {

struct ScriptNetwork {
  std::string name;  // of the stage; of no account for the cloud
  std::string file;
  double macs = 0;  // 0: counted while it runs
};

struct ScriptRecipe {
  std::vector<ScriptNetwork> stages;  // at least one
  ScriptNetwork cloud;                // no file: no way to offload is recorded
  std::string data;                   // a folder of IDX files, or of test/CLASS/*.jpg
  std::string dataset;
  std::string source;
  std::string licence;
  std::vector<double> mean;       // a number a channel, of pixels in [0, 1]; empty: 0
  std::vector<double> deviation;  // empty: 1
  double calibration = 0.2;       // of the test images, held out for thresholds
  std::uint64_t seed = 1;         // of what is held out, and of the order of an image folder
  Bytes reply{16};
  int threads = 1;
  std::string device = "cpu";  // or "cuda"
};

// Throws InputError. Both splits are parts of the test images: the networks have seen the others.
InferenceTrace record_scripts(const ScriptRecipe& recipe);

}  // namespace updraft
