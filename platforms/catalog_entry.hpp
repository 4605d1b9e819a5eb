// What the entries of all catalogs have in common: where their numbers are from, and which of them
// nobody has verified. For platform.cpp and radio.cpp alone.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/section.hpp"

namespace updraft {

// `source`, without which no number enters the catalog, `what`, `note` and `unverified`.
template <class Model>
void read_provenance(Section& entry, const std::vector<std::string>& numbers, Model& out) {
  out.what = entry.text("what", "");
  out.source = entry.text("source", std::nullopt);
  out.note = entry.text("note", "");
  const Document* list = entry.node("unverified");
  if (list == nullptr) return;
  if (list->kind != Document::Kind::list) {
    entry.mistake("unverified", "a list of " + one_of(numbers));
    return;
  }
  for (const auto& item : list->items) {
    if (item.kind == Document::Kind::scalar && std::ranges::count(numbers, item.text) > 0) {
      out.unverified.push_back(item.text);
    } else {
      entry.mistakes().add(item.place, entry.full("unverified"), item.shown(),
                           one_of(numbers) + did_you_mean(item.text, numbers));
    }
  }
}

// "?" where nobody has verified the number of that key.
template <class Model>
std::string_view doubt(const Model& model, std::string_view key) {
  return std::ranges::count(model.unverified, key) > 0 ? "?" : "";
}

// A number of the catalog for people.
template <class Model>
std::string cell(const Model& model, std::string_view key, double value) {
  return fmt::format("{:.4g}{}", value, doubt(model, key));
}

}  // namespace updraft
