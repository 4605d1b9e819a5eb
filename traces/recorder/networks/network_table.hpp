// The table of forms as `updraft-record networks` prints it: what each costs on 32 x 32 colour
// images of 10 classes; those that come in several depths or widths, at the ones that papers use.
#pragma once

#include <string>

namespace updraft {

std::string network_table();

}  // namespace updraft
