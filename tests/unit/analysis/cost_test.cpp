// What does a share of offloads cost in MACs, by eq. 15?
#include "analysis/recording/cost.hpp"

#include <doctest/doctest.h>

using namespace updraft;

TEST_CASE("an offloaded crop costs its extractor beside the cloud; an image does not") {
  Split split;
  Stage edge;
  edge.name = "edge";
  edge.work = Flops(2 * 5e6);
  Stage extractor;
  extractor.name = "crop10";
  extractor.work = Flops(2 * 1e6);
  extractor.theta = {0, 0, 1, 1};
  split.stages = {edge, extractor};
  Variant image;
  image.name = "image";
  image.cloud_work = Flops(2 * 30e6);
  Variant crop = image;
  crop.name = "crop10";
  crop.encode_work = Flops(2 * 800);
  split.variants = {image, crop};
  // a quarter is offloaded: 0.75 * 5 M + 0.25 * 30 M, and with the edge 5 M + 0.25 * 30 M
  CHECK(cost_of(split, edge, image).at(0.25) == doctest::Approx(11.25e6));
  CHECK(cost_of(split, edge, image).with_edge(0.25) == doctest::Approx(12.5e6));
  // the crop: 1 M more a sample that is offloaded; 800 MACs of cropping where all is counted
  CHECK(cost_of(split, edge, crop).at(0.25) == doctest::Approx(11.5e6));
  CHECK(cost_of(split, edge, crop).with_edge(0.25) == doctest::Approx(12.75e6 + 200));
}
