#include "traces/arrival_dates.hpp"

#include "tests/unit/traces/scratch.hpp"

namespace updraft {
namespace {

std::string told(const std::string& text, const std::string& column) {
  const Scratch scratch;
  return complaint(scratch.write("dates.csv", text),
                   [&](const std::string& file) { read_dates(file, column); });
}

}  // namespace

TEST_CASE("dates are read in the unit that their column's name ends in") {
  const Scratch scratch;
  const auto ms =
      read_dates(scratch.write("a.csv", "id,arrived_ms\n7,0\n8,20\n9,20\n"), "arrived_ms");
  CHECK(ms.date == std::vector<double>{0, .02, .02});
  CHECK(ms.device.empty());
  const auto s =
      read_dates(scratch.write("b.csv", "seconds, device\r\n0.5, 1\r\n1.5, 0\r\n"), "seconds");
  CHECK(s.date == std::vector<double>{.5, 1.5});
  CHECK(s.device == std::vector<std::uint32_t>{1, 0});
}

TEST_CASE("every mistake in a column of dates is told with its place") {
  CHECK(told("t_s\n1\n0.5\n", "t_s") ==
        "FILE:3:1: t_s = 0.5; expected a date no earlier than the row before's");
  CHECK(told("t_s\n-1\nx\nnan\n", "t_s") ==
        "FILE:2:1: t_s = -1; expected a date in [0, 1e9] s\n"
        "FILE:3:1: t_s = x; expected a date in [0, 1e9] s\n"
        "FILE:4:1: t_s = nan; expected a date in [0, 1e9] s");
  CHECK(told("t_s,device\n1,0\n2,-1\n3\n", "t_s") ==
        "FILE:3:3: device = -1; expected a whole number in [0, 999999]\n"
        "FILE:4:1: line = 3; expected 2 fields, as in the header");
  CHECK(told("arrived_s\n1\n", "arived_s") ==
        "FILE:1:1: column = arived_s; expected arrived_s; did you mean arrived_s?");
  CHECK(told("arrived\n1\n", "arrived") ==
        "FILE:1:1: column = arrived; expected a name that ends in its unit, such as arrived_s or "
        "arrived_ms");
  CHECK(told("t_s\n", "t_s") == "FILE: has a header and no rows; expected at least one");
  CHECK(told("", "t_s") == "FILE: is empty; expected a line per measurement");
}

}  // namespace updraft
