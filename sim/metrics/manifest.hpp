// What a result came from: enough to run it again and to see that the inputs are still the same.
// No dates and no names of machines: the same run leaves the same manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace updraft {

struct Manifest {
  std::string scenario{};                // the file, as the user named it
  std::string scenario_text{};           // its content
  std::vector<std::string> overrides{};  // --set path=value, in order
  std::uint64_t seed = 1;
  std::uint32_t replications = 1;
  std::string engine{};          // that ran
  std::string engine_asked{};    // by the scenario
  std::string engine_because{};  // why this one
  std::string network_model{};
  // Anything else that the engine was told: name and value.
  std::vector<std::pair<std::string, std::string>> engine_settings{};
  // "updraft", "simgrid", "compiler", ...: name and version.
  std::vector<std::pair<std::string, std::string>> versions{};
  // What was found by simulating candidates first: policy and how.
  std::vector<std::pair<std::string, std::string>> tuned{};
  // Every file read: scenario, traces, catalog. Named as the user named them, hashed here.
  std::vector<std::string> inputs{};
};

// The manifest as JSON text. `outputs` are the names in the result folder. Throws InputError where
// an input cannot be read again.
std::string to_json(const Manifest& manifest, const std::vector<std::string>& outputs);

// What a result says of itself.
struct FoundResult {
  std::string scenario{};  // as in Manifest
  std::string scenario_text{};
  std::vector<std::string> overrides{};
  std::string version{};               // of updraft
  std::vector<std::string> outputs{};  // the files of the folder

  // "run", "sweep", "cut" or "analysis", by the file that each of them alone leaves; "" for others.
  std::string_view command() const;
};

// The text of a manifest.json; nothing if it is none of ours.
std::optional<FoundResult> read_manifest(const std::string& text);

// The SHA-1 of a file in hexadecimal, as sha1sum prints it. It tells whether a file has changed, as
// git does with it; it does not guard against forgery. (Boost has SHA-1 in a header that we depend
// on anyway; SHA-256 would cost one more library.) Throws InputError.
std::string sha1_of(const std::string& file);

}  // namespace updraft
