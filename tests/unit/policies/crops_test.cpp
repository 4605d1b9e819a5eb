// May policies choose what a stage of the trace makes, and does `codec` take coded images alone?
#include <doctest/doctest.h>

#include "crops.hpp"

namespace updraft {
namespace {

using namespace testing;

// Without the coded image: one variant that no stage makes.
CropWorld crops_and_image() {
  CropWorld world;
  for (Recorded* of : {&world.test, &world.calibration}) {
    of->menu.variants.erase(of->menu.variants.begin() + 2);
    of->truth.cloud_correct.erase(of->truth.cloud_correct.begin() + 2);
  }
  return world;
}

}  // namespace

TEST_CASE(
    "left out, the variant is the only one that no stage makes, however many crops there are") {
  const CropWorld world = crops_and_image();
  for (const std::string rule : {"always_cloud", "random, offload: 1",
                                 "threshold, score: q, delta: 1", "oracle, budget: 1"}) {
    CAPTURE(rule);
    const auto made = make("{policy: " + rule + "}", world.context());
    REQUIRE(made.mistakes == "");
    CHECK(made.plan->reference_variant() == 2);
  }
}

TEST_CASE("every policy that takes a variant takes a crop") {
  const CropWorld world = crops_and_image();
  for (const std::string rule : {"always_cloud", "random, offload: 1",
                                 "threshold, score: q, delta: 2", "oracle, budget: 1"}) {
    CAPTURE(rule);
    const auto made = make("{policy: " + rule + ", variant: crop10}", world.context());
    REQUIRE(made.mistakes == "");
    CHECK(made.plan->reference_variant() == 1);
    for (const Decision& each : decisions(*made.plan, world.test.menu, world.rows))
      CHECK((each.variant == 1 || !each.offloads()));
  }
}

TEST_CASE("always_cloud with a crop runs no stage: the extractor is part of its encoding") {
  const CropWorld world;
  const auto made = make("{policy: always_cloud, variant: crop5}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->for_device(Stream(1, "policy"))->choose_stage({}) == no_stage);
  CHECK(offloads(decisions(*made.plan, world.test.menu, world.rows)) == 10);
}

TEST_CASE("a threshold on a crop is tuned to the cloud's answers to the crop") {
  // From the edge's 5 of 10 to crop10's 7 of 10: half of it is 6 of 10. The cloud is right on rows
  // 0 to 6, the edge on 0 to 4, q is row / 10: right on row 5 as soon as rows up to it are
  // offloaded.
  const CropWorld world;
  const auto made =
      make("{policy: threshold, score: q, variant: crop10, tune: {accuracy_improvement: 50 %}}",
           world.context());
  REQUIRE(made.mistakes == "");
  CHECK(*made.plan->delta() > .5);
  CHECK(*made.plan->delta() < .6);
}

TEST_CASE("what a cut of a network sends is no variant to choose") {
  CropWorld world = crops_and_image();
  for (auto& stage : world.test.menu.stages) stage.recorded = stage.answers;
  CHECK(make("{policy: always_cloud, variant: crop10}", world.context()).mistakes ==
        "p.yaml:1:33: policies[0].variant = crop10; expected image");
  CHECK(make("{policy: crop}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].variant = nothing; expected a workload trace that records an "
        "extractor and what it sends");
}

TEST_CASE("of several that no stage makes one must be named, crops are offered, too") {
  const CropWorld world;
  CHECK(make("{policy: always_cloud}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].variant = nothing; expected crop5, crop10, jpeg or image");
}

TEST_CASE("crop runs the extractor of its variant, and must name one of several") {
  const CropWorld world;
  const auto made = make("{policy: crop, variant: crop10}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->for_device(Stream(1, "policy"))->choose_stage({}) == 2);
  CHECK(made.plan->reference_stage() == 0);
  CHECK(make("{policy: crop}", world.context()).mistakes ==
        "p.yaml:1:1: policies[0].variant = nothing; expected crop5 or crop10");
  CHECK(make("{policy: crop, variant: image}", world.context()).mistakes ==
        "p.yaml:1:25: policies[0].variant = image; expected crop5 or crop10");
}

TEST_CASE("codec runs no stage and sends every sample coded; of one codec it needs no name") {
  const CropWorld world;
  const auto made = make("{policy: codec}", world.context());
  REQUIRE(made.mistakes == "");
  CHECK(made.plan->for_device(Stream(1, "policy"))->choose_stage({}) == no_stage);
  for (const Decision& each : decisions(*made.plan, world.test.menu, world.rows))
    CHECK(each.variant == 2);
  CHECK(made.plan->reference_stage() == 0);
  CHECK(made.plan->reference_variant() == 2);
  CHECK_FALSE(made.plan->hears_of_replies());
}

TEST_CASE("codec takes neither an image as it is nor a crop, and wants a trace with codecs") {
  CropWorld world;
  world.test.menu.variants[1].encode_work = Flops(1600);  // its sampling: a crop all the same
  CHECK(make("{policy: codec, variant: image}", world.context()).mistakes ==
        "p.yaml:1:26: policies[0].variant = image; expected jpeg");
  CHECK(make("{policy: codec, variant: crop10}", world.context()).mistakes ==
        "p.yaml:1:26: policies[0].variant = crop10; expected jpeg");
  CHECK(make("{policy: codec}", crops_and_image().context()).mistakes ==
        "p.yaml:1:1: policies[0].variant = nothing; expected a workload trace with a variant that "
        "is encoded (encode_macs)");
}

}  // namespace updraft
