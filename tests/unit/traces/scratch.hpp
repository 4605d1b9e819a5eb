// A folder of a test's own that goes when the test ends, and what an error said.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sim/core/input_error.hpp"
#include "tests/unit/core/temporary_folder.hpp"

namespace updraft {

class Scratch : public TemporaryFolder {
 public:
  std::string write(const std::string& name, const std::string& text) const {
    return file(name, text);
  }
};

inline std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What the user is told, with "FILE" for the file's name; "" if nothing is wrong.
template <class Reading>
std::string complaint(const std::string& file, Reading read) {
  try {
    read(file);
  } catch (const InputError& error) {
    std::string text = error.what();
    for (auto at = text.find(file); at != std::string::npos; at = text.find(file))
      text.replace(at, file.size(), "FILE");
    return text;
  }
  return "";
}

// While it lives, files without permissions cannot be read even by a test that root runs.
class WithoutRoot {
 public:
  WithoutRoot() { REQUIRE((!root_ || seteuid(65534) == 0)); }
  ~WithoutRoot() {
    if (root_ && seteuid(0) != 0) std::abort();
  }
  WithoutRoot(const WithoutRoot&) = delete;
  WithoutRoot& operator=(const WithoutRoot&) = delete;

 private:
  bool root_ = geteuid() == 0;
};

// The folder of real recordings, or "" after saying that this test skips without it.
inline std::string real_data() {
  namespace fs = std::filesystem;
  const char* set = std::getenv("UPDRAFT_DATA");
  const fs::path folder =
      set != nullptr ? fs::path(set) : fs::path(UPDRAFT_SOURCE_DIR) / ".." / "shared" / "data";
  if (fs::is_directory(folder / "bandwidth")) return folder.string();
  MESSAGE("skipped: no real traces in ", folder.string(), " (set UPDRAFT_DATA)");
  return "";
}

}  // namespace updraft
