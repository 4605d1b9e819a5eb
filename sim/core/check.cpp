#include "sim/core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace updraft {

void broken_promise(const char* file, int line, const char* promise, const std::string& values) {
  std::fprintf(stderr, "updraft: this is our fault, please report it: %s:%d: not (%s): %s\n", file,
               line, promise, values.c_str());
  std::abort();
}

}  // namespace updraft
