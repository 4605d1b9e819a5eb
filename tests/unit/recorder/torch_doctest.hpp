// torch and doctest in one test: Debian's torch logs by a library with a macro CHECK of its own,
// which aborts; doctest's has the last word. Included first.
#pragma once

#include <torch/types.h>

#undef CHECK

#include <doctest/doctest.h>
