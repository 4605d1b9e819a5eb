// What the devices draw, judged by SimGrid's host_energy plugin: a scenario runs on the simgrid
// engine, whose stages and encodes are Execs of SimGrid, with the plugin switched on and every
// device's host given the scenario's watts. The plugin integrates the power of each host over
// SimGrid's own clock; we multiply watts by seconds that the stations have counted. To 1e-9, device
// by device and together.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <simgrid/plugins/energy.h>

#include <cmath>
#include <cstring>
#include <map>
#include <simgrid/s4u.hpp>

#include "sim/own_process.hpp"
#include "sim/simulation.hpp"

namespace updraft {
namespace {

namespace s4u = simgrid::s4u;

constexpr double idle_W = 2.7;
constexpr double busy_W = 6.4;
constexpr std::uint32_t servers = 2;
constexpr std::uint32_t devices = 3;

const std::string scenario = fmt::format(R"(
workload: {{trace: none, payload: 20 kB, reply: 1 kB, samples: 300, arrivals: {{poisson: 12 Hz}}}}
device: {{count: {}, stage_time: {{exponential: 30 ms}}, encode_time: 12 ms, idle: {} W, busy: {} W}}
channel: {{uplink: {{rate: 20 Mbps, sharing: fair}}, downlink: 20 Mbps, latency: 10 ms, radio: lte}}
cloud: {{service: 20 ms, servers: {}}}
policies: [{{policy: random, offload: 60 %}}]
)",
                                         devices, idle_W, busy_W, servers);

struct Found {
  double total_J[devices];   // by the plugin
  double clock_s;            // of SimGrid when it ended
  double device_s[devices];  // in stages and encodes, from the samples' stamps
  double edge_busy_J;        // our figures
  double edge_idle_J;
  double horizon_s;
};

// In a process of its own: SimGrid's plugins are process-wide, and only one engine may be made.
Found run_with_plugin() {
  const auto prepared = prepare_text(scenario, "test");
  // Hosts are numbered as the journey adds them: servers first. Whatever else is there (ports of
  // links) draws nothing.
  s4u::Host::on_creation_cb([](s4u::Host& host) {
    const std::string name = host.get_name();
    const bool device = name.starts_with("host") && std::stoul(name.substr(4)) >= servers;
    host.set_property("wattage_per_state",
                      device ? fmt::format("{}:{}:{}", idle_W, busy_W, busy_W) : "0:0:0");
  });
  sg_host_energy_plugin_init();
  Found found{};
  s4u::Engine::on_simulation_end_cb([&] {
    found.clock_s = s4u::Engine::get_clock();
    for (std::uint32_t d = 0; d < devices; ++d) {
      const auto* host = s4u::Host::by_name(fmt::format("host{}", servers + d));
      found.total_J[d] = sg_host_get_consumed_energy(host);
    }
  });
  const Run run = simulate_here(*prepared, 0, 0, EngineKind::simgrid);
  const Stamps& stamps = run.samples.stamps;
  for (SampleId s = 0; s < run.samples.size(); ++s) {
    const SimTime free = run.samples.variant[s] < 0 ? stamps.decided[s] : stamps.encoded[s];
    found.device_s[run.samples.device[s]] += (free - stamps.started[s]).si();
  }
  const RunFigures figures = figures_of(*prepared, 0, 0, run);
  found.edge_busy_J = figures.edge_busy_J * figures.samples;
  found.edge_idle_J = figures.edge_idle_J * figures.samples;
  found.horizon_s = figures.horizon_s;
  return found;
}

bool near(double a, double b) { return std::abs(a - b) <= 1e-9 * std::abs(b); }

TEST_CASE("devices draw what SimGrid's host_energy plugin says") {
  Found found{};
  in_own_processes(
      1, 1,
      [](std::size_t) {
        const Found its = run_with_plugin();
        return std::string(reinterpret_cast<const char*>(&its), sizeof its);
      },
      [&](std::size_t, const std::string& bytes) {
        REQUIRE(bytes.size() == sizeof found);
        std::memcpy(&found, bytes.data(), sizeof found);
      });
  // The last thing that happened was the end of a sample: both integrate over the same time.
  CHECK(near(found.clock_s, found.horizon_s));
  double all_J = 0;
  for (std::uint32_t d = 0; d < devices; ++d) {
    CAPTURE(d);
    CHECK(found.device_s[d] > 1);
    CHECK(near(found.total_J[d],
               busy_W * found.device_s[d] + idle_W * (found.horizon_s - found.device_s[d])));
    all_J += found.total_J[d];
  }
  CHECK(near(found.edge_busy_J + found.edge_idle_J, all_J));
  MESSAGE("plugin ", all_J, " J, edge_busy_J + edge_idle_J ", found.edge_busy_J + found.edge_idle_J,
          " J over all samples");
}

}  // namespace
}  // namespace updraft
