// Is every scenario of the repository sound, and does it say what to expect? Their figures belong to
// analysis/; here each is read, with its recording and its channel, as `updraft check` does.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bad_input/program.hpp"

namespace updraft {
namespace {

const std::filesystem::path source = UPDRAFT_SOURCE_DIR;

std::vector<std::filesystem::path> scenarios() {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::directory_iterator(source / "scenarios")) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string head_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string head;
  for (std::string line; std::getline(in, line) && line.starts_with("#");) head += line + "\n";
  return head;
}

}  // namespace

TEST_CASE("every scenario passes check and its head says what to expect") {
  const auto all = scenarios();
  REQUIRE(all.size() >= 21);
  for (const auto& file : all) {
    CAPTURE(file.filename().string());
    const Said said = run_updraft({"check", file.string()}, source.string());
    CHECK(said.status == 0);
    CHECK(said.err == "");
    CHECK(said.out.find(": ok: ") != std::string::npos);
    CHECK(head_of(file).find("xpect") != std::string::npos);
  }
}

TEST_CASE("recordings stay small enough for a repository") {
  std::uintmax_t sum = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source / "traces/inference")) {
    if (entry.path().extension() != ".h5") continue;
    CAPTURE(entry.path().filename().string());
    const bool sweep = entry.path().stem() == "cinet_digits_fig3";  // 18 networks in one file
    CHECK(entry.file_size() <= (sweep ? 8'000'000 : 6'000'000));
    sum += entry.file_size();
  }
  CHECK(sum <= 40'000'000);
}

}  // namespace updraft
