// The reference engine: SimGrid 3.32's activities, actor-less. simgrid_engine.cpp is the only code
// that includes SimGrid. One per process: a second one aborts, so every run has a forked process of
// its own (sim/own_process.hpp).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/engines/engine.hpp"

namespace updraft {

// The network models that a scenario may ask for. "fluid" is the plain one of
// sim/engines/README.md, which the native calculus shares; the others are SimGrid's own, with its
// TCP corrections.
std::vector<std::string> simgrid_network_models();

// SimGrid's settings for a network model, as "key:value", for the engine and for the manifest.
std::vector<std::string> simgrid_settings(const std::string& network_model);

std::string simgrid_version();

std::unique_ptr<Engine> make_simgrid_engine(const std::string& network_model);

}  // namespace updraft
