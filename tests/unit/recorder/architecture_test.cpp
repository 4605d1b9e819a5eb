// Is a network's cost the sum that one would write down by hand?
#include "traces/recorder/architecture.hpp"

#include <doctest/doctest.h>

using namespace updraft;

TEST_CASE("a ResNet-8 of width 2 costs what its layers add up to") {
  // input 1 x 6 x 6, 3 classes, with a predictor; sides 6 -> 6 -> 6 -> 3 -> 2
  // stem      3*3*1*2 * 36                      =   648    weights   18 + norm  4
  // stage 1   2 x 3*3*2*2 * 36                  = 2 592             72 +       8
  // stage 2   3*3*2*4 * 9 + 3*3*4*4 * 9         = 1 944       72 + 144 +      16
  //           shortcut 2*4 * 9                  =    72              8 +       8
  // stage 3   3*3*4*8 * 4 + 3*3*8*8 * 4         = 3 456      288 + 576 +      32
  //           shortcut 4*8 * 4                  =   128             32 +      16
  // heads     8*3 + 8*1                         =    32        24 + 3 + 8 + 1
  const Cost with = cost(layers_of({"", 2, 1, 1, 0}, {1, 6, 6}, 3, true));
  CHECK(with.macs == 648 + 2592 + 1944 + 72 + 3456 + 128 + 32);
  CHECK(with.params == 18 + 4 + 72 + 8 + 72 + 144 + 16 + 8 + 8 + 288 + 576 + 32 + 32 + 16 + 36);
  // activations: 2 * 36 * 3, 4 * 9 * 3 and 8 * 4 * 3, shortcuts included
  CHECK(with.activations == 216 + 108 + 96);
  // the predictor: 8 MACs and 9 parameters
  const Cost without = cost(layers_of({"", 2, 1, 1, 0}, {1, 6, 6}, 3, false));
  CHECK(with.macs - without.macs == 8);
  CHECK(with.params - without.params == 9);
}

TEST_CASE("the ResNet-8 of MLPerf Tiny costs its published 12.5 MMAC") {
  // Banbury et al., "MLPerf Tiny Benchmark", 2021: 32 x 32 x 3, widths 16, 32, 64, 10 classes
  // 442 368 + 4 718 592 + (3 538 944 + 131 072) + (3 538 944 + 131 072) + 640
  CHECK(cost(layers_of({"", 16, 1, 1, 0}, {3, 32, 32}, 10, false)).macs == 12501632);
}

TEST_CASE("an expansion is a 1x1 convolution that the heads read") {
  // the ResNet-8 above ends in 8 channels of 2 x 2: 8*20 * 4 MACs, 8*20 weights + 40 of its norm;
  // the heads read 20 features instead of 8: 12 * 3 more weights and MACs
  const Cost wide = cost(layers_of({"", 2, 1, 1, 20}, {1, 6, 6}, 3, false));
  const Cost narrow = cost(layers_of({"", 2, 1, 1, 0}, {1, 6, 6}, 3, false));
  CHECK(wide.macs - narrow.macs == 640 + 36);
  CHECK(wide.params - narrow.params == 160 + 40 + 36);
}

TEST_CASE("a stem of stride 2 rounds odd sides up") {
  // 7 -> 4, then 4 -> 2 -> 1; the stem alone: 3*3*1*1 * 4*4
  const Layers layers = layers_of({"", 1, 1, 2, 0}, {1, 7, 7}, 2, false);
  CHECK(layers.stem.out_height == 4);
  CHECK(layers.blocks.back().second.out_width == 1);
  CHECK(layers.features == 4);
}

TEST_CASE("a ResNet-20 has nine blocks, two of which project") {
  const Layers layers = layers_of({"", 16, 3, 1, 0}, {3, 32, 32}, 10, false);
  REQUIRE(layers.blocks.size() == 9);
  int projecting = 0;
  for (const auto& block : layers.blocks) projecting += block.projects ? 1 : 0;
  CHECK(projecting == 2);
  // 442 368 + 6 * 2 359 296 + (1 179 648 + 5 * 2 359 296 + 131 072) twice + 640
  CHECK(cost(layers).macs == 442368 + 6 * 2359296 + 2 * (1179648 + 5 * 2359296 + 131072) + 640);
}
