// Mistakes of a file that has no lines (HDF5): each is blamed at its path inside the file.
#pragma once

#include <string>
#include <string_view>

#include "sim/core/input_error.hpp"

namespace updraft {

struct PathMistakes {
  std::string file;
  Mistakes mistakes;

  // "FILE: /test/label = f32 [4]; expected i32 [N]"
  void add(std::string_view path, std::string_view got, std::string_view expected) {
    mistakes.add({file, 0, 0}, path, got, expected);
  }
  // "FILE: text", for what is too long to be shown as a value.
  void add(std::string_view text) { mistakes.add({file, 0, 0}, text); }
};

}  // namespace updraft
