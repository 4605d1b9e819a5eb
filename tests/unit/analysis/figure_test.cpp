#include "analysis/figure.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/core/document.hpp"
#include "sim/metrics/gnuplot.hpp"
#include "tests/unit/core/temporary_folder.hpp"

using namespace updraft;
namespace fs = std::filesystem;

namespace {

RoutingFigure small_figure() {
  const CurvePoint points[] = {{0, 0.9, 2}, {0.5, 0.95, 0.5}, {1, 0.8, 0}};
  return {"A title: 10 % of q's \"best\" `touch escaped` @x {/Bold y}",
          {"net"},
          {{"q", 0, {std::begin(points), std::end(points)}},
           {"margin", 0, {std::begin(points), std::end(points)}}},
          {0.8, 0.9, 0.15, 0.05},
          {{"it's `touch escaped`", 0.9, 0.85}, {"plain_name", 1, 0.8}}};
}

std::string content(const fs::path& file) { return read_file(file.string(), 1 << 24); }

bool gnuplot_is_here() { return std::system("command -v gnuplot > /dev/null") == 0; }

}  // namespace

TEST_CASE("the figure is drawn as SVG and PNG, and no text of the user's is run or expanded") {
  if (!gnuplot_is_here()) {
    MESSAGE("skipped: gnuplot is not installed");
    return;
  }
  const TemporaryFolder sandbox;
  OutputFolder folder(sandbox.root() / "result");
  CHECK(write_figure(folder, small_figure()) == "");
  const std::string svg = content(folder.path("accuracy_vs_skipping.svg"));
  CHECK(svg.find("</svg>") != std::string::npos);
  CHECK(svg.find("plain_name") != std::string::npos);  // the underscore made no subscript
  CHECK(svg.find("Skipping rate") != std::string::npos);
  const std::string png = content(folder.path("accuracy_vs_skipping.png"));
  REQUIRE(png.size() > 1000);
  CHECK(png.substr(1, 3) == "PNG");
  // IHDR: width and height, four bytes each from byte 16: 1200 = 0x04B0, 800 = 0x0320
  CHECK(png.substr(16, 8) == std::string("\0\0\x04\xB0\0\0\x03\x20", 8));
  CHECK_FALSE(fs::exists(folder.path("escaped")));
}

TEST_CASE("without gnuplot the data and the script are there, and a line says how to draw them") {
  const TemporaryFolder sandbox;
  OutputFolder folder(sandbox.root() / "result");
  const std::string note = write_figure(folder, small_figure(), "no-such-gnuplot");
  CHECK(note ==
        "No figure was drawn: gnuplot is not installed (apt-get install gnuplot-nox). `gnuplot "
        "accuracy_vs_skipping.gp` in the result folder draws it.");
  CHECK(fs::exists(folder.path("accuracy_vs_skipping.csv")));
  CHECK(fs::exists(folder.path("accuracy_vs_skipping.gp")));
  CHECK_FALSE(fs::exists(folder.path("accuracy_vs_skipping.png")));
}

TEST_CASE("a program that fails is said to have failed") {
  const TemporaryFolder sandbox;
  CHECK(run_gnuplot(sandbox.root(), "x.gp", "false").starts_with("gnuplot failed"));
}

TEST_CASE("the data of the figure: a row per point, with its kind and name") {
  const TemporaryFolder sandbox;
  OutputFolder folder(sandbox.root() / "result");
  write_figure(folder, small_figure(), "no-such-gnuplot");
  const std::string csv = content(folder.path("accuracy_vs_skipping.csv"));
  CHECK(csv.starts_with("kind,name,skipping_rate,accuracy,delta\n"));
  CHECK(csv.find("\nscore,q,0.5,0.95,0.5\n") != std::string::npos);
  CHECK(csv.find("\nrandom,random,0,0.9,\n") != std::string::npos);
  CHECK(csv.find("\npolicy,plain_name,1,0.8,\n") != std::string::npos);
  // oracle: knees at B = g = 0.15 (0.8 + 0.15 = 0.95 right) and B = 1 - h = 0.95
  CHECK(csv.find("\noracle,oracle,0.85,0.95,\n") != std::string::npos);
  CHECK(csv.find("\noracle,oracle,0.05,0.95,\n") != std::string::npos);
  // header + 4 oracle + 2 random + 2 * 3 points + 2 policies
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 4 + 2 + 6 + 2);
}

TEST_CASE("a text for gnuplot is one single-quoted string") {
  CHECK(gnuplot_text("plain") == "'plain'");
  CHECK(gnuplot_text("it's") == "'it''s'");
  CHECK(gnuplot_text("a\nb") == "'a b'");
  CHECK(gnuplot_text("`x`") == "'''x'''");
}
