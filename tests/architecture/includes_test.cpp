// Does the house stand? Reads every #include of the project and fails on an arrow that runs up, or
// sideways between two rooms of one floor, and on a heavy library that has left its room. The table
// of the floors stands here and nowhere else; README.md, "The house", draws it.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Room {
  std::string path;  // of its files: how they begin
  int floor;
  std::string name;
};

// The first that fits is the room of a file.
const std::vector<Room> rooms = {
    {"sim/units/", 0, "sim/units"},
    {"sim/core/", 1, "sim/core"},
    {"sim/queueing_theory", 1, "sim/queueing_theory"},
    {"sim/scenario/", 2, "sim/scenario"},
    {"sim/metrics/", 2, "sim/metrics"},
    {"sim/engines/engine.hpp", 2, "the engine's interface"},
    {"sim/engines/one_date.hpp", 2, "the engine's interface"},
    {"policies/", 2, "policies"},
    {"platforms/", 2, "platforms"},
    {"traces/recorder/", 3, "traces/recorder"},  // a program of its own, see recorder_rule
    {"traces/onnx/", 2, "traces/onnx"},
    {"traces/", 2, "traces"},
    {"sim/stations/", 3, "sim/stations"},
    {"sim/engines/native/", 4, "sim/engines/native"},
    {"sim/engines/simgrid/", 4, "sim/engines/simgrid"},
    {"sim/simulation", 5, "one run"},
    {"sim/prepare", 5, "one run"},
    {"sim/own_process", 5, "one run"},
    {"sim/threads", 5, "one run"},
    {"sim/inputs", 5, "one run"},
    {"sim/compare", 5, "one run"},
    {"sim/tuning", 5, "one run"},
    {"sim/validate", 5, "one run"},
    {"sim/sweep", 6, "sim/sweep"},
    {"analysis/", 6, "analysis"},
    {"sim/main", 7, "the program"},
    {"sim/commands", 7, "the program"},
    {"sim/progress", 7, "the program"},
};

struct Library {
  std::string name;
  std::vector<std::string> headers;  // how they begin
  std::string home;                  // the only files that include it begin so; "": any .cpp
  bool in_headers;                   // may the headers of its home include it?
};

// Each costs seconds of compiling, or ties what includes it to one engine, format or program.
const std::vector<Library> heavy = {
    {"SimGrid", {"simgrid/", "xbt/", "xbt.h"}, "sim/engines/simgrid/", false},
    {"yaml-cpp", {"yaml-cpp/"}, "sim/core/document.cpp", false},
    {"HDF5", {"hdf5", "H5"}, "traces/hdf5/", false},
    {"libtorch", {"torch/", "ATen/", "c10/"}, "traces/recorder/", true},  // tensors are its values
    {"libonnx", {"onnx/", "google/protobuf/"}, "traces/onnx/", false},
    {"Boost", {"boost/"}, "", false},
    {"nlohmann-json", {"nlohmann/"}, "", false},
    {"CLI11", {"CLI/"}, "", false},
};

struct Include {
  bool quoted = false;  // "ours", not <theirs>
  std::string target;
  int line = 0;
};
struct Source {
  std::string path;  // from the project's folder
  std::vector<Include> includes;
};

bool begins(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }
bool is_header(const std::string& path) { return fs::path(path).extension() == ".hpp"; }

const Room* room_of(const std::string& path) {
  const auto found = std::find_if(rooms.begin(), rooms.end(),
                                  [&](const Room& room) { return begins(path, room.path); });
  return found == rooms.end() ? nullptr : &*found;
}

// Why `from` may not include the project's file `target`; "" if it may.
std::string wrong_arrow(const std::string& from, const std::string& target) {
  const Room* const here = room_of(from);
  const Room* const there = room_of(target);
  if (here == nullptr) return "has no floor: name its room in the table of this test";
  if (there == nullptr) return target + " is no path of a room, from the project's folder";
  if (here->name == there->name) return "";
  // recorder_rule: it may use floors 0 to 2; nobody uses it, so that nobody links libtorch.
  if (there->name == "traces/recorder") return target + ": nobody includes the recorder";
  if (there->floor < here->floor) return "";
  return target + (there->floor == here->floor ? " is next door: " : " is upstairs: ") +
         here->name + " is on floor " + std::to_string(here->floor) + ", " + there->name +
         " on floor " + std::to_string(there->floor);
}

// Why `from` may not include <target>; "" if it may.
std::string wrong_library(const std::string& from, const std::string& target) {
  for (const auto& library : heavy) {
    const bool its = std::any_of(library.headers.begin(), library.headers.end(),
                                 [&](const std::string& start) { return begins(target, start); });
    if (!its) continue;
    if (!begins(from, library.home)) return library.name + " belongs to " + library.home;
    if (is_header(from) && !library.in_headers) return library.name + " stays out of headers";
  }
  return "";
}

std::string wrong(const std::string& from, const Include& include) {
  return include.quoted ? wrong_arrow(from, include.target) : wrong_library(from, include.target);
}

// The include of a line, `  #  include <target>`; its target is empty where there is none.
Include include_of(const std::string& line, int number) {
  std::istringstream words(line);
  char hash = 0;
  std::string word;
  char quote = 0;
  if (!(words >> hash) || hash != '#') return {};
  std::getline(words >> std::ws, word, 'e');  // "includ": what follows the e may touch it
  if (word != "includ" || !(words >> quote) || (quote != '"' && quote != '<')) return {};
  Include include{quote == '"', "", number};
  std::getline(words, include.target, quote == '"' ? '"' : '>');
  return include;
}

Source read_source(const fs::path& project, const fs::path& file) {
  Source source{fs::relative(file, project).generic_string(), {}};
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const Include include = include_of(line, number);
    if (!include.target.empty()) source.includes.push_back(include);
  }
  return source;
}

const fs::path project = UPDRAFT_SOURCE_DIR;

std::vector<Source> all_sources() {
  std::vector<Source> sources;
  for (const char* folder : {"sim", "policies", "platforms", "traces", "analysis"}) {
    for (const auto& entry : fs::recursive_directory_iterator(project / folder)) {
      const auto kind = entry.path().extension();
      if (kind == ".cpp" || kind == ".hpp") sources.push_back(read_source(project, entry.path()));
    }
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

TEST_CASE("every include runs down, and every heavy library stays in its room") {
  std::size_t includes = 0;
  for (const auto& source : all_sources()) {
    CHECK_MESSAGE(room_of(source.path) != nullptr, source.path,
                  " has no floor: name its room in the table of this test");
    for (const auto& include : source.includes) {
      ++includes;
      const std::string why = wrong(source.path, include);
      CHECK_MESSAGE(why.empty(), source.path, ":", include.line, ": ", why);
    }
  }
  CHECK(includes > 100);  // else the test has read nothing
}

TEST_CASE("what is included from the project is there, by its path from the project's folder") {
  for (const auto& source : all_sources()) {
    for (const auto& include : source.includes) {
      if (!include.quoted) continue;
      CHECK_MESSAGE(fs::exists(project / include.target), source.path, ":", include.line, ": ",
                    include.target, " is not there");
    }
  }
}

TEST_CASE("no header includes itself by way of others") {
  std::map<std::string, std::set<std::string>> reached;  // header -> all that it includes
  const auto sources = all_sources();
  for (const auto& source : sources) {
    for (const auto& include : source.includes) {
      if (include.quoted) reached[source.path].insert(include.target);
    }
  }
  for (bool grown = true; grown;) {
    grown = false;
    for (auto& [path, all] : reached) {
      const auto before = all;
      for (const auto& target : before) {
        if (const auto next = reached.find(target); next != reached.end() && target != path)
          all.insert(next->second.begin(), next->second.end());
      }
      grown = grown || all.size() > before.size();
    }
  }
  for (const auto& [path, all] : reached) CHECK_MESSAGE(!all.contains(path), path);
}

TEST_CASE("every folder with a library, and every folder of data, explains itself in a README.md") {
  std::set<fs::path> folders = {"tests"};
  for (const char* data : {"traces/inference", "traces/channels"}) {
    if (fs::exists(project / data)) folders.insert(data);
  }
  for (const char* root : {"sim", "policies", "platforms", "traces", "analysis"}) {
    folders.insert(root);
    for (const auto& entry : fs::recursive_directory_iterator(project / root)) {
      if (entry.path().filename() == "CMakeLists.txt")
        folders.insert(fs::relative(entry.path().parent_path(), project));
    }
  }
  for (const auto& folder : folders)
    CHECK_MESSAGE(fs::exists(project / folder / "README.md"), folder.generic_string(),
                  "/README.md");
}

TEST_CASE("this test would notice: invented includes") {
  struct Invented {
    std::string from;
    Include include;
    bool allowed;
  };
  const auto ours = [](const char* target) { return Include{true, target, 1}; };
  const auto theirs = [](const char* target) { return Include{false, target, 1}; };
  const std::vector<Invented> cases = {
      // up
      {"sim/units/parse.cpp", ours("sim/core/check.hpp"), false},
      {"sim/core/sample.hpp", ours("sim/metrics/summary.hpp"), false},
      {"sim/core/random.cpp", ours("sim/engines/engine.hpp"), false},
      {"policies/routing/threshold.cpp", ours("sim/stations/cloud_server.hpp"), false},
      {"sim/stations/uplink.cpp", ours("sim/engines/simgrid/simgrid_engine.hpp"), false},
      {"sim/stations/journey.hpp", ours("sim/simulation.hpp"), false},
      {"sim/engines/native/calendar.cpp", ours("sim/simulation.hpp"), false},
      {"sim/simulation.cpp", ours("sim/sweep.hpp"), false},
      {"sim/validate.cpp", ours("sim/main.cpp"), false},
      {"analysis/curves.cpp", ours("sim/commands.hpp"), false},
      // sideways
      {"policies/policy.hpp", ours("traces/inference_trace.hpp"), false},
      {"traces/bandwidth_trace.cpp", ours("platforms/platform.hpp"), false},
      {"sim/metrics/manifest.cpp", ours("sim/scenario/scenario.hpp"), false},
      {"sim/metrics/summary.hpp", ours("sim/engines/engine.hpp"), false},
      {"sim/engines/native/engine.cpp", ours("sim/engines/simgrid/engine.hpp"), false},
      {"sim/sweep.cpp", ours("analysis/pareto.hpp"), false},
      {"analysis/pareto.cpp", ours("sim/sweep.hpp"), false},
      // the recorder, and files without a room
      {"traces/inference_reader.cpp", ours("traces/recorder/network.hpp"), false},
      {"sim/main.cpp", ours("traces/recorder/network.hpp"), false},
      {"traces/recorder/training.cpp", ours("sim/stations/journey.hpp"), false},
      {"traces/recorder/training.cpp", ours("sim/simulation.hpp"), false},
      {"traces/layer_profile.cpp", ours("traces/onnx/onnx_import.hpp"), false},
      {"sim/helpers.cpp", ours("sim/core/check.hpp"), false},
      {"sim/engines/choice.cpp", ours("sim/core/check.hpp"), false},
      {"sim/core/section.cpp", ours("section.hpp"), false},
      {"sim/core/section.cpp", ours("../units/parse.hpp"), false},
      // heavy libraries
      {"sim/stations/uplink.cpp", theirs("simgrid/s4u.hpp"), false},
      {"sim/engines/native/calendar.cpp", theirs("xbt/log.h"), false},
      {"sim/engines/simgrid/simgrid_engine.hpp", theirs("simgrid/s4u.hpp"), false},
      {"sim/scenario/read_scenario.cpp", theirs("yaml-cpp/yaml.h"), false},
      {"sim/core/document.hpp", theirs("yaml-cpp/yaml.h"), false},
      {"traces/inference_reader.cpp", theirs("hdf5.h"), false},
      {"traces/hdf5/reading.hpp", theirs("hdf5.h"), false},
      {"analysis/curves.cpp", theirs("H5Cpp.h"), false},
      {"sim/main.cpp", theirs("torch/torch.h"), false},
      {"traces/recorder/record_onnx.cpp", theirs("onnx/onnx_pb.h"), false},
      {"traces/onnx/symbols.hpp", theirs("google/protobuf/message.h"), false},
      {"policies/policy.hpp", theirs("boost/math/distributions/students_t.hpp"), false},
      {"sim/metrics/summary.hpp", theirs("nlohmann/json.hpp"), false},
      {"sim/commands.hpp", theirs("CLI/CLI.hpp"), false},
      // and what is right is not noticed
      {"sim/core/sample.hpp", ours("sim/units/quantity.hpp"), true},
      {"sim/core/section.cpp", ours("sim/core/section.hpp"), true},
      {"policies/routing/threshold.cpp", ours("policies/policy.hpp"), true},
      {"sim/stations/journey.hpp", ours("policies/policy.hpp"), true},
      {"sim/stations/journey.hpp", ours("sim/engines/engine.hpp"), true},
      {"sim/engines/simgrid/simgrid_engine.cpp", ours("sim/engines/engine.hpp"), true},
      {"sim/validate.cpp", ours("sim/simulation.hpp"), true},
      {"sim/main.cpp", ours("analysis/curves.hpp"), true},
      {"traces/recorder/recording.cpp", ours("traces/inference_trace.hpp"), true},
      {"traces/recorder/recording.cpp", ours("traces/recorder/network.hpp"), true},
      {"sim/engines/simgrid/simgrid_engine.cpp", theirs("simgrid/s4u.hpp"), true},
      {"sim/core/document.cpp", theirs("yaml-cpp/yaml.h"), true},
      {"traces/hdf5/reading.cpp", theirs("hdf5.h"), true},
      {"traces/recorder/network.hpp", theirs("torch/torch.h"), true},
      {"traces/recorder/record_onnx.cpp", ours("traces/onnx/onnx_import.hpp"), true},
      {"traces/onnx/shapes.cpp", theirs("onnx/onnx_pb.h"), true},
      {"sim/metrics/replications.cpp", theirs("boost/math/distributions/students_t.hpp"), true},
      {"policies/policy.hpp", theirs("memory"), true},
  };
  for (const auto& invented : cases) {
    const std::string why = wrong(invented.from, invented.include);
    CHECK_MESSAGE(why.empty() == invented.allowed, invented.from, " including ",
                  invented.include.target, ": ", why);
  }
}

TEST_CASE("an include is found however it is spaced, and not in a comment") {
  const fs::path file = fs::temp_directory_path() / "updraft_includes_test.cpp";
  std::ofstream(file) << "#include \"a.hpp\"\n  #  include <b.hpp>  // why\n// #include \"c.hpp\"\n"
                         "const char* d = \"#include\";\n#define e \"e.hpp\"\n#include<f.hpp>\n";
  const Source source = read_source(file.parent_path(), file);
  fs::remove(file);
  REQUIRE(source.includes.size() == 3);
  CHECK(source.includes[0].quoted);
  CHECK(source.includes[0].target == "a.hpp");
  CHECK_FALSE(source.includes[1].quoted);
  CHECK(source.includes[1].target == "b.hpp");
  CHECK(source.includes[1].line == 2);
  CHECK(source.includes[2].target == "f.hpp");
}

}  // namespace
