// A try in a child process, because libonnx's inference functions trust their inputs: a kernel of
// another rank than its image makes some read what is not there. What kills the child is an error
// line in this process.
#pragma once

#include <functional>
#include <string>

namespace updraft::onnx_nodes {

// Calls `work` in a child process, which ends without a word. `work` tells `watch` what it is about
// to do. Returns "" if the child lived (or none could be made), else in what it died, and of what.
std::string rehearse(
    const std::function<void(const std::function<void(const std::string&)>& watch)>& work);

}  // namespace updraft::onnx_nodes
