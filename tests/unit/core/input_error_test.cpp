// How mistakes are collected, ordered and worded.
#include "sim/core/input_error.hpp"

#include <doctest/doctest.h>

namespace updraft {
namespace {

std::string lines_of(const Mistakes& mistakes) {
  try {
    mistakes.throw_if_any();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("no mistake, no throw") {
  const Mistakes mistakes;
  CHECK(mistakes.none());
  CHECK_NOTHROW(mistakes.throw_if_any());
}

TEST_CASE("a mistake is one line: place, key, what was found, what was expected") {
  Mistakes mistakes;
  mistakes.add({"scenarios/lte.yaml", 12, 13}, "delta", "1.7", "a number in [0, 1]");
  CHECK_FALSE(mistakes.none());
  CHECK(lines_of(mistakes) == "scenarios/lte.yaml:12:13: delta = 1.7; expected a number in [0, 1]");
}

TEST_CASE("mistakes come out by line and column, whatever the order in which they were found") {
  Mistakes mistakes;
  mistakes.add({"a", 9, 1}, "third");
  mistakes.add({"a", 2, 7}, "second");
  mistakes.add({"a", 2, 3}, "first");
  CHECK(lines_of(mistakes) == "a:2:3: first\na:2:7: second\na:9:1: third");
}

TEST_CASE("files stay in the order of reading, each in its own order, however they are mixed") {
  Mistakes mistakes;
  mistakes.add({"z", 5, 1}, "z5");
  mistakes.add({"a", 7, 1}, "a7");
  mistakes.add({"z", 1, 1}, "z1");
  mistakes.add({"a", 2, 1}, "a2");
  mistakes.add({"z", 3, 1}, "z3");
  CHECK(lines_of(mistakes) == "z:1:1: z1\nz:3:1: z3\nz:5:1: z5\na:2:1: a2\na:7:1: a7");
}

TEST_CASE("the same line is said once") {
  Mistakes mistakes;
  mistakes.add({"a", 1, 1}, "twice");
  mistakes.add({"a", 1, 1}, "twice");
  CHECK(lines_of(mistakes) == "a:1:1: twice");
}

TEST_CASE("what another reading found is taken over") {
  Mistakes mistakes;
  mistakes.add(InputError(std::vector<std::string>{"one: 1", "two: 2"}));
  CHECK(lines_of(mistakes) == "one: 1\ntwo: 2");
}

TEST_CASE("a place shows the parts that are known") {
  CHECK(to_string(Place{"f", 12, 13}) == "f:12:13");
  CHECK(to_string(Place{"f", 12, 0}) == "f:12");
  CHECK(to_string(Place{"f", 0, 0}) == "f");
}

TEST_CASE("control bytes are escaped, so that a mistake stays one line") {
  CHECK(shown("a\nb\tc") == "a\\x0ab\\x09c");
  CHECK(shown("\x1b[31mred\x7f") == "\\x1b[31mred\\x7f");
  CHECK(shown("µs") == "µs");
  Mistakes mistakes;
  mistakes.add({"f", 1, 1}, "two\nlines", "a\nb", "one");
  CHECK(lines_of(mistakes) == "f:1:1: two\\x0alines = a\\x0ab; expected one");
}

TEST_CASE("long text is cut after 60 bytes, 60 itself stands") {
  CHECK(shown(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(shown(std::string(61, 'x')) == std::string(60, 'x') + "...");
}

TEST_CASE("a cut never falls inside a character") {
  // 59 letters, then a two-byte character over bytes 59 and 60: it goes as a whole
  CHECK(shown(std::string(59, 'x') + "µ" + "yyy") == std::string(59, 'x') + "...");
}

TEST_CASE("the nearest name is offered, if it is near") {
  const std::vector<std::string> names{"margin", "entropy", "msp", "q"};
  CHECK(nearest("margn", names) == "margin");      // one letter is missing
  CHECK(nearest("entropie", names) == "entropy");  // two changes
  CHECK(nearest("mragin", names) == "margin");     // two letters are swapped
  CHECK(nearest("latency", names) == "");
  CHECK(nearest(std::string(1'000'000, 'm'), names) == "");  // at once
  CHECK(nearest("x", names) == "");  // q is one change away, but that is all of it
  CHECK(nearest("margin", {}) == "");
  CHECK(did_you_mean("margn", names) == "; did you mean margin?");
  CHECK(did_you_mean("latency", names) == "");
}

TEST_CASE("of two near names the nearer is offered, of two alike the first") {
  CHECK(nearest("uplinkk", {"downlink", "uplink"}) == "uplink");
  CHECK(nearest("rat", {"rate", "rats"}) == "rate");
  CHECK(nearest("fiar", {"fifo", "fair"}) == "fair");  // one swap against two replacements
}

TEST_CASE("alternatives read as a sentence") {
  CHECK(one_of({"a", "b", "c"}) == "a, b or c");
  CHECK(one_of({"a", "b"}) == "a or b");
  CHECK(one_of({"a"}) == "a");
  CHECK(one_of({}) == "nothing");
}

}  // namespace
}  // namespace updraft
