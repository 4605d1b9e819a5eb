// The programs as a user starts them, found in the build folder.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace updraft::written {

inline const std::string program = UPDRAFT_BUILD_DIR "/updraft-record";
inline const std::string simulator = UPDRAFT_BUILD_DIR "/updraft";

inline bool built(const std::string& file = program) {
  if (std::filesystem::exists(file)) return true;
  MESSAGE("skipped: " << file << " is not built");
  return false;
}

// Exit status of a command under a shell; standard output and error go to `log`.
inline int started(const std::string& command, const std::string& log) {
  const int status = std::system(fmt::format("{} > {} 2>&1", command, log).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Of updraft-record.
inline int status_of(const std::string& arguments, const std::string& log) {
  return started(program + " " + arguments, log);
}

inline std::string content(const std::string& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

}  // namespace updraft::written
