#include <doctest/doctest.h>

#include "sim/core/document.hpp"
#include "sim/metrics/figure_columns.hpp"
#include "sim/metrics/output_folder.hpp"

using namespace updraft;

TEST_CASE("analysis/README.md contains the table of the columns as the program knows them") {
  const std::string page = read_file(UPDRAFT_SOURCE_DIR "/analysis/README.md", 1 << 20);
  const std::string made = UPDRAFT_BUILD_DIR "/metric_dictionary.md";
  write_file(made, metric_dictionary());
  INFO("put the table of " << made << " into analysis/README.md");
  CHECK(page.find(metric_dictionary()) != std::string::npos);
}
