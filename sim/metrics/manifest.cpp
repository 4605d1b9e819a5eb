#include "sim/metrics/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/detail/sha1.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/core/input_error.hpp"

namespace updraft {
namespace {

using Json = nlohmann::ordered_json;
constexpr auto format_name = "updraft-result";

Json to_object(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json object = Json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  return object;
}

// What is there of the right kind: a manifest that somebody has edited is no reason to give up.
std::string text_in(const Json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_string()) return "";
  return object[key];
}

std::vector<std::string> texts_in(const Json& object, const char* key) {
  std::vector<std::string> out;
  if (!object.contains(key) || !object[key].is_array()) return out;
  for (const Json& item : object[key]) {
    if (item.is_string()) out.push_back(item);
  }
  return out;
}

}  // namespace

std::string sha1_of(const std::string& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rb"),
                                                           &std::fclose);
  if (!in) throw InputError(fmt::format("{}: {}", file, std::strerror(errno)));
  boost::uuids::detail::sha1 sha1;
  std::vector<unsigned char> block(1 << 16);
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), in.get())) {
    sha1.process_bytes(block.data(), got);
  }
  if (std::ferror(in.get())) throw InputError(fmt::format("{}: {}", file, std::strerror(errno)));
  boost::uuids::detail::sha1::digest_type digest;
  sha1.get_digest(digest);
  std::string hex;
  for (const unsigned word : digest) hex += fmt::format("{:08x}", word);
  return hex;
}

std::string to_json(const Manifest& manifest, const std::vector<std::string>& outputs) {
  Json inputs = Json::array();
  for (const std::string& file : manifest.inputs) {
    inputs.push_back({{"file", file}, {"sha1", sha1_of(file)}});
  }
  Json json = {{"format", format_name},
               {"scenario", manifest.scenario},
               {"overrides", manifest.overrides},
               {"seed", manifest.seed},
               {"replications", manifest.replications},
               {"engine", manifest.engine},
               {"engine_asked", manifest.engine_asked},
               {"engine_because", manifest.engine_because},
               {"network_model", manifest.network_model},
               {"engine_settings", to_object(manifest.engine_settings)},
               {"versions", to_object(manifest.versions)},
               {"inputs", inputs},
               {"outputs", outputs},
               {"scenario_text", manifest.scenario_text}};
  if (!manifest.tuned.empty()) json["tuned"] = to_object(manifest.tuned);
  // Not UTF-8 (an odd file name): replaced rather than refused.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string_view FoundResult::command() const {
  constexpr std::pair<std::string_view, std::string_view> leave[] = {{"summary.csv", "run"},
                                                                     {"sweep.csv", "sweep"},
                                                                     {"cut.csv", "cut"},
                                                                     {"analysis.json", "analysis"}};
  for (const auto& [file, command] : leave) {
    if (std::find(outputs.begin(), outputs.end(), file) != outputs.end()) return command;
  }
  return "";
}

std::optional<FoundResult> read_manifest(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("format", Json()) != format_name) return std::nullopt;
  FoundResult out;
  out.scenario = text_in(json, "scenario");
  out.scenario_text = text_in(json, "scenario_text");
  out.overrides = texts_in(json, "overrides");
  out.version = text_in(json.value("versions", Json()), "updraft");
  out.outputs = texts_in(json, "outputs");
  return out;
}

}  // namespace updraft
