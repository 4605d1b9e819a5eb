// Does a report say what can be had by hand? The network, the machines and their measured times are
// those of tests/golden/cut:
//
//            image   first  second  sum  last       image -> first -> second -> sum -> last
//   edge ms      0      10      15    5    50                  \---------------/
//   cloud ms     0       1     1.5   .5     3
//   sends B   1000    4000    4000  500    40
//
// At 128 kbps = 16 kB/s, both ways, with 5 ms of latency and a reply of 16 B, an offload has
// 2 * 5 + 16 / 16 = 11 ms beside its layers and bytes.
#include "analysis/cut_report.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <cmath>

#include "sim/core/input_error.hpp"

namespace updraft {
namespace {

const std::string files = UPDRAFT_SOURCE_DIR "/tests/golden/cut/";

CutRequest tiny() {
  CutRequest out;
  out.layers = files + "tiny.yaml";
  out.catalog = files + "catalog.yaml";
  out.edge = "board";
  out.cloud = "server";
  out.uplink = "128 kbps";
  out.latency = "5 ms";
  out.edge_times = files + "edge_times.yaml";
  out.cloud_times = files + "cloud_times.yaml";
  out.radio = "wire";
  return out;
}

CutReport report_of(const CutRequest& request) { return report_cuts(read_cut_request(request)); }

doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-9); }

}  // namespace

TEST_CASE("three cuts win somewhere, and what each takes at one rate") {
  const CutReport report = report_of(tiny());
  REQUIRE(report.rows.size() == 3);
  const CutFigures& cloud_only = report.rows[0];
  const CutFigures& sum = report.rows[1];
  const CutFigures& edge_only = report.rows[2];
  CHECK(report.name(cloud_only.cut) == "cloud only");
  CHECK(report.name(sum.cut) == "sum");
  CHECK(report.name(edge_only.cut) == "edge only");
  CHECK(report.layers() == 4);
  CHECK(report.layers_on_edge(cloud_only.cut) == 0);
  CHECK(report.layers_on_edge(sum.cut) == 3);
  CHECK(report.layers_on_edge(edge_only.cut) == 4);

  CHECK(cloud_only.edge.si() == 0);
  CHECK(cloud_only.upload.si() == near(62.5e-3));  // 1000 / 16e3
  CHECK(cloud_only.cloud.si() == near(6e-3));      // 1 + 1.5 + .5 + 3
  CHECK(cloud_only.fixed.si() == near(11e-3));
  CHECK(cloud_only.total.si() == near(79.5e-3));
  CHECK(sum.edge.si() == near(30e-3));       // 10 + 15 + 5
  CHECK(sum.upload.si() == near(31.25e-3));  // 500 / 16e3
  CHECK(sum.cloud.si() == near(3e-3));
  CHECK(sum.total.si() == near(75.25e-3));  // 30 + 31.25 + 3 + 11
  CHECK(edge_only.total.si() == near(80e-3));
  CHECK(edge_only.upload.si() == 0);
  CHECK(edge_only.fixed.si() == 0);
  CHECK(report.chosen == sum.cut);

  // 4 W computing, 1 W waiting; sending 2 W more and 1000 nJ/bit = 8 uJ/B.
  CHECK(cloud_only.energy.si() == near(.2125));    // 3 * .0625 + 8e-6 * 1000 + .011 + .006
  CHECK(sum.energy.si() == near(.23175));          // 4 * .03 + 3 * .03125 + .004 + .011 + .003
  CHECK(edge_only.energy.si() == near(.32));       // 4 * .08
  CHECK(cloud_only.throughput.si() == near(16));   // 1 / 62.5 ms
  CHECK(sum.throughput.si() == near(32));          // 1 / 31.25 ms
  CHECK(edge_only.throughput.si() == near(12.5));  // 1 / 80 ms

  // x = 1 / B: edge only 80; sum 44 + 500 x; cloud only 17 + 1000 x [ms].
  // They meet at 500 x = 36 ms and at 500 x = 27 ms.
  REQUIRE(report.map.size() == 3);
  CHECK(report.map[0].cut == edge_only.cut);
  CHECK(report.map[0].from.si() == 0);
  CHECK(report.map[0].to.si() == near(500 / 36e-3));
  CHECK(report.map[1].cut == sum.cut);
  CHECK(report.map[1].to.si() == near(500 / 27e-3));
  CHECK(report.map[2].cut == cloud_only.cut);
  CHECK(std::isinf(report.map[2].to.si()));
  CHECK(figures_of(report, cloud_only.cut, report.map[2].to).total.si() == near(17e-3));
  CHECK(std::isinf(figures_of(report, cloud_only.cut, BytesPerSecond(0)).total.si()));
  CHECK(figures_of(report, edge_only.cut, BytesPerSecond(0)).total.si() == near(80e-3));
}

TEST_CASE("where two cuts are equally fast the fewer bytes win") {
  CutRequest request = tiny();
  request.downlink = "128 kbps";  // the reply stays 1 ms while the uplink changes
  // sum = edge only at 500 x = 36 ms: 500 / 36e-3 B/s is no double, so a rate on either side.
  request.uplink = "13888.8 B/s";
  CHECK(report_of(request).name(report_of(request).chosen) == "edge only");
  request.uplink = "13889 B/s";
  CHECK(report_of(request).name(report_of(request).chosen) == "sum");
}

TEST_CASE("every objective by hand") {
  const auto chosen = [](const CutRequest& request) {
    const CutReport report = report_of(request);
    return report.name(report.chosen);
  };
  CutRequest request = tiny();
  request.objective = "energy";
  CHECK(chosen(request) == "cloud only");  // .2125 of .2125, .23175, .32
  request.objective = "throughput";
  CHECK(chosen(request) == "sum");  // 32 of 16, 32, 12.5
  request.objective = "weighted";
  request.price = "0.1 s/J";
  CHECK(chosen(request) == "sum");  // 75.25 + 23.175 < 79.5 + 21.25 < 80 + 32
  request.price = "1 s/J";
  CHECK(chosen(request) == "cloud only");  // 79.5 + 212.5 < 75.25 + 231.75
}

TEST_CASE("a budget, the bound on what could be better within it, and one that nothing keeps") {
  CutRequest request = tiny();
  request.objective = "latency_within";
  request.budget = "220 mJ";
  const CutReport report = report_of(request);
  CHECK(report.name(report.chosen) == "cloud only");
  // Between (212.5 mJ, 79.5 ms) and (231.75 mJ, 75.25 ms) at 220 mJ:
  // 79.5 - 7.5 * (79.5 - 75.25) / (231.75 - 212.5) = 77.84416 ms
  REQUIRE(report.at_least);
  CHECK(report.at_least->si() == near(79.5e-3 - 7.5e-3 * 4.25 / 19.25));
  request.budget = "300 mJ";
  CHECK(report_of(request).name(report_of(request).chosen) == "sum");
  request.budget = "100 mJ";
  const CutReport none = report_of(request);
  CHECK(none.name(none.chosen) == "cloud only");  // of least energy
  CHECK(!none.at_least);
}

TEST_CASE("tensors coded as int8 cross four times as fast, the input does not") {
  CutRequest request = tiny();
  request.coding = "int8";
  const CutReport report = report_of(request);
  CHECK(report.name(report.chosen) == "sum");
  CHECK(report.row(report.chosen).upload.si() == near(7.8125e-3));  // 125 / 16e3
  CHECK(report.row(report.cloud_only).upload.si() == near(62.5e-3));
}

TEST_CASE("a sweep finds at each rate what a report at that rate finds") {
  CutRequest request = tiny();
  request.downlink = "128 kbps";
  request.sweep = "10kbps:1Mbps:9";
  const CutReport report = report_of(request);
  REQUIRE(report.sweep.size() == 9);
  for (const SweptRate& at : report.sweep) {
    CAPTURE(at.rate.si());
    CutSetup setup = report.setup;
    setup.uplink = at.rate;
    const CutReport alone = report_cuts(setup);
    CHECK(alone.name(alone.chosen) == report.name(at.best.cut));
    CHECK(at.best.total <= at.edge_only.total);
    CHECK(at.best.total <= at.cloud_only.total);
    CHECK(at.best.total == alone.row(alone.chosen).total);
  }
  CHECK(report.name(report.sweep.front().best.cut) == "edge only");
  CHECK(report.name(report.sweep.back().best.cut) == "cloud only");
}

TEST_CASE("times that are ideal: work over one rate") {
  CutRequest request = tiny();
  request.edge_times = request.cloud_times = "";
  request.times = "ideal";
  const CutReport report = report_of(request);
  // 100.00175 MMAC at 1 GMAC/s, and on a server that takes 10 ms for 1 GMAC
  CHECK(report.row(report.edge_only).edge.si() == near(100.00175e-3));
  CHECK(report.row(report.cloud_only).cloud.si() == near(1.0000175e-3));
  CHECK(report.setup.edge_times == "ideal, 1 GMAC/s for all layers, board's default");
}

TEST_CASE("all mistakes are told at once, those of files among them") {
  CutRequest request = tiny();
  request.uplink = "5";
  request.edge = "bord";
  request.layers = files + "nowhere.yaml";
  request.objective = "latency_within";
  request.radio = "wires";
  try {
    read_cut_request(request);
    FAIL("no mistake");
  } catch (const InputError& error) {
    const std::string text = error.what();
    CAPTURE(text);
    CHECK(text.find("--uplink = 5; expected a rate with its unit") != std::string::npos);
    CHECK(text.find("--edge = bord; expected ") != std::string::npos);
    CHECK(text.find("did you mean board?") != std::string::npos);
    CHECK(text.find("--budget = nothing; expected ") != std::string::npos);
    CHECK(text.find("did you mean wire?") != std::string::npos);
    CHECK(text.find("nowhere.yaml: cannot be read") != std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);  // five lines
  }
}

}  // namespace updraft
