// Outages of a link whose rate has a source of its own: a gate, itself a rate over time, that is
// above 0 while the link is up. A gate is drawn (on_off of channel_forms.hpp) or known beforehand
// (below). During an outage the rate is 0: what is on the link stalls and goes on afterwards. Not a
// link that fails its transfers: it knows none.
#pragma once

#include <memory>
#include <vector>

#include "sim/core/rate_source.hpp"
#include "traces/rate_profile.hpp"

namespace updraft {

// `rate` where `gate` is above 0, else 0. What `rate` does during an outage goes on unseen: the
// outage hides it and does not shift it.
std::unique_ptr<RateSource> with_outages(std::unique_ptr<RateSource> rate,
                                         std::unique_ptr<RateSource> gate);

struct OutageWindow {
  SimTime at;
  Seconds lasts;  // > 0
};
// The gate that is down in the windows and up otherwise, for ever. They do not overlap or touch,
// and ascend; the first may begin at 0.
RateProfile gate_down_in(const std::vector<OutageWindow>& windows);

}  // namespace updraft
