#include "sim/prepared_drops.hpp"

#include <algorithm>

namespace updraft {
namespace {

bool stops_for_good(const PreparedRate& rate) {
  const auto* profile = std::get_if<const RateProfile*>(&rate.rate);
  if (profile == nullptr || *profile == nullptr) return false;
  const AtEnd end = (*profile)->at_end();
  return end == AtEnd::stop || (end == AtEnd::hold && (*profile)->steps().back().rate_Bps == 0);
}

bool stops_for_good(const LinkRate& link) {
  return stops_for_good(link.rate) || (link.flow_rate && stops_for_good(*link.flow_rate));
}

// Of the policy, or of one that it holds.
bool has_timeout(const Document& policy) {
  return std::any_of(policy.entries.begin(), policy.entries.end(), [](const auto& entry) {
    return entry.key == "timeout" || has_timeout(entry.value);
  });
}

}  // namespace

std::vector<std::string> drop_causes(const Prepared& prepared) {
  const Scenario& scenario = prepared.scenario;
  std::vector<std::string> out;
  if (scenario.cloud.queue_limit) out.emplace_back("the cloud's queue was full");
  if (stops_for_good(prepared.uplink) || stops_for_good(prepared.downlink))
    out.emplace_back("the link stopped for good");
  if (std::any_of(scenario.policies.begin(), scenario.policies.end(),
                  [](const PolicySpec& policy) { return has_timeout(policy.params); }))
    out.emplace_back("time was up where no stage had run");
  if (scenario.uplink.on_outage)
    out.emplace_back("the last try of an upload failed where no stage had run");
  return out;
}

}  // namespace updraft
