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

// Of those alone that `chosen` holds of.
template <class Named, class Chosen>
std::vector<std::string> names_of(const std::vector<Named>& all, const Chosen& chosen) {
  std::vector<std::string> names;
  for (const auto& each : all) {
    if (chosen(each)) names.push_back(each.name);
  }
  return names;
}

}  // namespace updraft
