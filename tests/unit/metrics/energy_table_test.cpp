#include "sim/metrics/energy_table.hpp"

#include <doctest/doctest.h>

#include "sim/metrics/table.hpp"

using namespace updraft;

namespace {

PolicyResult policy(const std::string& name, double tail_J) {
  PolicyResult out{.name = name};
  RunFigures run;
  run.samples = 10;
  run.accuracy = tail_J > 0 ? .9 : .8;
  run.energy_J = .03 + tail_J;
  run.edge_busy_J = .0123;
  run.edge_idle_J = .2;
  run.radio_transfer_J = 4.56e-5;
  run.radio_promotion_J = .1;
  run.radio_tail_J = tail_J;
  run.radio_idle_J = 0;
  run.cloud_busy_J = 150;
  run.cloud_idle_J = 25;
  out.runs = {run};
  return out;
}

}  // namespace

TEST_CASE("each part of the energy stands in a unit of its own") {
  const std::vector policies = {policy("cloud", 9.5), policy("edge", 0)};
  CHECK(energy_table(policies) ==
        "energy per sample  compute   idle  transfer  promotion   tail  radio idle  cloud\n"
        "                        mJ     mJ        uJ         mJ      J          uJ      J\n"
        "cloud                12.30  200.0     45.60      100.0  9.500           0  175.0\n"
        "edge                 12.30  200.0     45.60      100.0  0.000           0  175.0\n");
}

TEST_CASE("parts are means over the replications") {
  std::vector policies = {policy("cloud", 8)};
  policies[0].runs.push_back(policy("cloud", 9).runs[0]);
  CHECK(energy_table(policies).find(" 8.500 ") != std::string::npos);
}

TEST_CASE("without a radio there is no such table, and with one the least energy is marked") {
  std::vector policies = {policy("cloud", 9.5), policy("edge", 0)};
  CHECK(terminal_table(policies, {}).find("energy per sample") != std::string::npos);
  CHECK(terminal_table(policies, {}).find("30.0*") != std::string::npos);  // of edge, in mJ
  CHECK(terminal_table(policies, {}).find("lacks the radio") == std::string::npos);
  for (PolicyResult& without : policies) without.runs[0].radio_tail_J = RunFigures::none;
  CHECK(energy_table(policies).empty());
  CHECK(terminal_table(policies, {}).find("energy per sample") == std::string::npos);
  CHECK(terminal_table(policies, {}).find("lacks the radio") != std::string::npos);
}
