// The text of catalog/*.yaml, built into the program so that it works from any folder.
#pragma once

#include <string_view>

namespace updraft {

std::string_view built_in_devices();  // catalog/devices.yaml
std::string_view built_in_clouds();   // catalog/clouds.yaml
std::string_view built_in_radios();   // catalog/radios.yaml

}  // namespace updraft
