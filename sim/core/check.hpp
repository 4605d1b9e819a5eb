// Our own promises, checked in every build. Not for the user's mistakes (input_error.hpp) and not
// for what happens in the simulated world (Outcome in sample.hpp).
#pragma once

#include <string>

namespace updraft {

// Prints the broken promise with both values and aborts.
[[noreturn]] void broken_promise(const char* file, int line, const char* promise,
                                 const std::string& values);

}  // namespace updraft

#define UPDRAFT_CHECK(condition, values)                                                 \
  do {                                                                                   \
    if (!(condition)) ::updraft::broken_promise(__FILE__, __LINE__, #condition, values); \
  } while (false)
