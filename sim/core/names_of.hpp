// The names of things that have one, in their order: what "expected ..." and "did you mean" offer.
#pragma once

#include <string>
#include <vector>

namespace updraft {

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const auto& each : all) names.push_back(each.name);
  return names;
}

}  // namespace updraft
