// From a scenario file to its structs. Checks the form: keys, units, ranges, choices; what needs
// other files is checked by sim/prepare. All mistakes go to one Mistakes, none stops the reading.
#pragma once

#include "sim/core/document.hpp"
#include "sim/scenario/scenario.hpp"

namespace updraft {

// `document` is the file with every --set applied. `engines` and `network_models` are the choices
// that this build offers. Mistakes are added to `mistakes`; the scenario must not be used if there
// are any.
Scenario read_scenario(const Document& document, const std::string& file,
                       const std::vector<std::string>& engines,
                       const std::vector<std::string>& network_models, Mistakes& mistakes);

}  // namespace updraft
