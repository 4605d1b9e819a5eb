#include "sim/scenario/reading.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace updraft {
namespace {

std::string all_of(const std::vector<std::string>& names) {
  const std::string but_last = fmt::format("{}", fmt::join(names.begin(), names.end() - 1, ", "));
  return names.size() == 1 ? names[0] : but_last + " and " + names.back();
}

// Where one of several keys came by --set, beside what stood there: what to say instead. "" if none
// did.
std::string set_instead(Section& section, const std::string& path,
                        const std::vector<std::string>& given, std::string_view alone) {
  std::vector<std::string> by_set;
  for (const auto& key : given) {
    if (section.node(key)->place.file == "--set") by_set.push_back(key);
  }
  if (by_set.empty()) return "";
  const std::string& key = by_set.front();
  std::string value = section.node(key)->shown();
  if (value.size() > 60) value = "...";
  std::string all = path + "=" + (key == alone ? value : fmt::format("{{{}: {}}}", key, value));
  if (all.find_first_of(" {[") != std::string::npos) all = "'" + all + "'";  // for the shell
  return fmt::format("; --set added {} to what stood there: --set {} replaces that", all_of(by_set),
                     all);
}

}  // namespace

Place place_of(Section& section, const std::string& key) {
  const Document* node = section.node(key);
  return node != nullptr ? node->place : section.place();
}

std::size_t exactly_one(Section& section, const std::vector<std::string>& keys,
                        std::string_view alone) {
  std::vector<std::string> given;
  std::size_t first = keys.size();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!section.has(keys[i])) continue;
    first = std::min(first, i);
    given.push_back(keys[i]);
  }
  if (given.size() == 1) return first;
  std::string path = section.full("");
  path.pop_back();  // the dot
  section.mistakes().add(
      section.place(), path, given.empty() ? "none of them" : all_of(given),
      "exactly one of " + one_of(keys) + set_instead(section, path, given, alone));
  return first;
}

}  // namespace updraft
