// Is each mistake explained? One file a mistake: cases/NAME.yaml, whose first comments are what the
// program must say, word for word, and nothing else. A line `# $ run X -o out` among them is the
// command line, where it is not `run NAME.yaml -o out`. Beside the cases lie files/ and what cannot
// be kept as text, made below.
//
// UPDRAFT_RENEW_BAD_INPUT=1 writes what the program says now into the cases: read every line of
// that diff as the person who made the mistake.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/bad_input/program.hpp"
#include "tests/unit/traces/scratch.hpp"
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;
const fs::path here = fs::path(UPDRAFT_SOURCE_DIR) / "tests" / "bad_input";
constexpr std::string_view command_mark = "# $ ";

struct Case {
  std::string name;
  std::vector<std::string> command;
  std::string command_line;  // as it stands in the file; "" for the usual one
  std::string expected;      // all of standard error
  std::string rest;          // of the file, after its first comments
};

Case read_case(const fs::path& file) {
  Case out;
  out.name = file.stem().string();
  out.command = {"run", file.filename().string(), "-o", "out"};
  std::istringstream in(bytes_of(file.string()));
  std::string line;
  bool head = true;
  while (std::getline(in, line)) {
    head = head && line.starts_with("#");
    if (!head) {
      out.rest += line + "\n";
    } else if (line.starts_with(command_mark) || line + " " == command_mark) {
      out.command_line = line;
      std::istringstream words(line.size() > 4 ? line.substr(4) : "");
      out.command.clear();
      for (std::string word; words >> word;) out.command.push_back(word);
    } else {
      out.expected += (line.size() > 2 ? line.substr(2) : "") + "\n";
    }
  }
  return out;
}

std::vector<fs::path> case_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(here / "cases")) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Three classes, 30 rows; the cloud is always right, the edge on every second row (`edge_better`:
// the other way round). q is 0.9 where the edge is right and 0.1 where it is not.
InferenceTrace trace(bool calibration, bool edge_better) {
  InferenceTrace out;
  out.dataset = "made for bad_input";
  out.classes = 3;
  for (const char* name : {"calibration", "test"}) {
    if (!calibration && std::string_view(name) == "calibration") continue;
    Split split;
    split.name = name;
    Stage stage;
    stage.name = "edge";
    stage.work = Flops(2e7);
    Variant variant;
    variant.name = "cloud";
    variant.payload = Bytes(3000);
    variant.reply = Bytes(10);
    variant.cloud_work = Flops(2e9);
    Score q{"q", {}};
    const auto answer = [](Answers& answers, int label, bool right) {
      for (int c = 0; c < 3; ++c)
        answers.logits.push_back((c == label) == right ? 2.F : static_cast<float>(-c));
    };
    for (int i = 0; i < 30; ++i) {
      const bool half = i % 2 == 0;
      split.labels.push_back(i % 3);
      answer(stage.answers, i % 3, edge_better || half);
      answer(variant.answers, i % 3, !edge_better || half);
      q.values.push_back(half ? .9F : .1F);
    }
    stage.scores.push_back(q);
    split.stages.push_back(stage);
    split.variants.push_back(variant);
    out.splits.push_back(split);
  }
  return out;
}

void make_sparse(const std::string& file) {
  std::ofstream(file, std::ios::binary) << "0.5 4\n";
  REQUIRE(::truncate(file.c_str(), off_t{1} << 30) == 0);
}

// All that the cases name, in a folder of their own.
void lay_out(const Scratch& folder) {
  for (const auto& file : case_files()) fs::copy_file(file, folder.path(file.filename()));
  for (const auto& entry : fs::directory_iterator(here / "files"))
    fs::copy_file(entry.path(), folder.path(entry.path().filename()));
  fs::copy(here.parent_path() / "data" / "traces" / "bad_inference", folder.path("bad_inference"));
  write_inference_trace(trace(true, false), folder.path("good.h5"));
  write_inference_trace(trace(false, false), folder.path("no_calibration.h5"));
  write_inference_trace(trace(true, true), folder.path("edge_better.h5"));
  fs::create_directory(folder.path("folder.h5"));
  for (const char* secret : {"secret.h5", "secret.yaml"}) {
    folder.write(secret, "nobody reads this\n");
    fs::permissions(folder.path(secret), fs::perms::none);
  }
  make_sparse(folder.path("sparse.h5"));
  make_sparse(folder.path("sparse.txt"));
  std::string bytes;
  for (int i = 0; i < 4096; ++i) bytes += static_cast<char>((i * 131 + i / 7) % 256);
  folder.write("picture.txt", "\x89PNG\r\n\x1a\n" + bytes);
  folder.write("garbage.yaml", bytes);
  fs::create_directory(folder.path("precious"));
  folder.write("precious/thesis.txt", "all my work\n");
}

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    names.insert(entry.path().string());
  return names;
}

// As many comment lines at the top as `text` has, so that the places in it stay true.
std::string with_head(const Case& from, const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    out += line.empty() ? "#\n" : "# " + line + "\n";
  if (!from.command_line.empty()) out += from.command_line + "\n";
  return out + from.rest;
}

void renew(const Scratch& folder) {
  for (const auto& file : case_files()) {
    const Case one = read_case(file);
    const std::string copy = folder.path(file.filename());
    std::string said = "what it says\n";
    for (int pass = 0; pass < 3; ++pass) {  // the first lengthens the head, the second is true
      std::ofstream(copy, std::ios::binary) << with_head(one, said);
      const WithoutRoot user;
      said = run_updraft(one.command, folder.path("")).err;
    }
    if (said != one.expected) MESSAGE(one.name, " says\n", said, "instead of\n", one.expected);
    std::ofstream(file, std::ios::binary) << with_head(one, said);
  }
}

TEST_CASE("every mistake is explained, word for word, with exit status 2 and nothing left behind") {
  const Scratch folder;
  lay_out(folder);
  fs::permissions(folder.path(""), fs::perms::all);  // results could be written, were there any
  if (std::getenv("UPDRAFT_RENEW_BAD_INPUT") != nullptr) renew(folder);
  const auto before = names_in(folder.path(""));
  const auto files = case_files();
  CHECK(files.size() >= 40);
  for (const auto& file : files) {
    const Case one = read_case(file);
    CAPTURE(one.name);
    const Said said = [&] {
      const WithoutRoot user;
      return run_updraft(one.command, folder.path(""));
    }();
    CHECK(said.status == 2);
    CHECK(said.err == one.expected);
    CHECK(said.out == "");
    CHECK(said.cpu_s < 2);
    CHECK(one.expected != "");
  }
  CHECK(names_in(folder.path("")) == before);
}

TEST_CASE("what the cases spoil is sound before: good.yaml runs") {
  const Scratch folder;
  lay_out(folder);
  const Said said = run_updraft({"run", "good.yaml", "-o", "out", "--quiet"}, folder.path(""));
  CHECK(said.status == 0);
  CHECK(said.err == "");
  CHECK(fs::exists(folder.path("out/summary.csv")));
}

}  // namespace
}  // namespace updraft
