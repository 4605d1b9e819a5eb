// A network with its cut, as a graph for Graphviz: `dot -Tsvg cut.dot -o cut.svg`. What runs on
// the edge and what in the cloud stand in a frame each; an arrow is a tensor with its size as it
// would be sent, red where it is sent. updraft itself does not need Graphviz.
#pragma once

#include <string>

#include "analysis/cut_report.hpp"

namespace updraft {

std::string cut_graphviz(const CutReport& report);  // of the chosen cut

}  // namespace updraft
