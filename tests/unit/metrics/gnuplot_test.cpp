// Is it said why gnuplot drew nothing? Programs of a line stand for it.
#include "sim/metrics/gnuplot.hpp"

#include <doctest/doctest.h>

#include "tests/unit/core/temporary_folder.hpp"

using namespace updraft;

TEST_CASE("a gnuplot that fails is told by its words, its status or the signal that ended it") {
  const TemporaryFolder folder;
  const auto trouble_of = [&](const std::string& name, const std::string& line) {
    const std::string program = folder.file(name, "#!/bin/sh\n" + line + "\n");
    std::filesystem::permissions(program, std::filesystem::perms(0755));
    return run_gnuplot(folder.root(), "any.gp", program);
  };
  CHECK(trouble_of("good", "exit 0") == "");
  CHECK(trouble_of("talks", "echo no such terminal; exit 1") == "gnuplot failed: no such terminal");
  CHECK(trouble_of("silent", "exit 3") == "gnuplot failed: exit status 3, without a word");
  CHECK(trouble_of("killed", "kill -9 $$") == "gnuplot was ended by signal 9 (Killed)");
}
