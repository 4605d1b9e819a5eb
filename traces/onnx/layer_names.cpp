#include "traces/onnx/layer_names.hpp"

#include <algorithm>

namespace updraft::onnx_nodes {
namespace {

constexpr std::size_t longest = 120;

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string plain(const std::string& given) {
  std::string name;
  for (const char c : given.substr(0, longest)) {
    const bool kept = letter_or_digit(c) || c == '_' || c == '.' || c == '-' || c == '/';
    name += kept ? c : '_';
  }
  const auto first =
      std::find_if(name.begin(), name.end(), [](char c) { return letter_or_digit(c) || c == '_'; });
  name.erase(name.begin(), first);
  return std::any_of(name.begin(), name.end(), letter_or_digit) ? name : "";
}

bool means_something_else(std::string name) {  // in YAML, or where a network is cut
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return name == "null" || name == "true" || name == "false" || name == "yes" || name == "no" ||
         name == "on" || name == "off" || name == "input" || name == "output";
}

}  // namespace

std::string LayerNames::unique(const std::string& given, const std::string& otherwise) {
  std::string name = plain(given);
  if (name.empty()) {
    const std::string kind = plain(otherwise).empty() ? "layer" : plain(otherwise);
    do {
      name = kind + "_" + std::to_string(++counts_[kind]);
    } while (taken_.contains(name));
  }
  if (means_something_else(name)) name = "_" + name;
  std::string full = name;
  while (!taken_.insert(full).second) full = name + "_" + std::to_string(++counts_[name] + 1);
  return full;
}

}  // namespace updraft::onnx_nodes
