// Is a recipe read as written, each mistake named, and the learning rate what its decay says?
#include "traces/recorder/recipe.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>

using namespace updraft;

TEST_CASE("every shipped recipe is good") {
  for (const char* name : {"fashion_mnist", "cifar10"}) {
    const Recipe recipe =
        read_recipe(read_document(std::string("traces/recorder/recipes/") + name + ".yaml"));
    CHECK(recipe.dataset.classes == 10);
    CHECK(recipe.appealnet.rule.target == 0.5);  // seeds/002, App. B.2
    CHECK(recipe.cloud.training.weight_decay == 5e-4);
    // all four files that MNIST has, too; an image folder's are too many to name
    CHECK(recipe.dataset.sha1.size() == (recipe.dataset.kind == DatasetKind::idx ? 4 : 0));
  }
}

TEST_CASE("hashes are 40 lower-case hexadecimal digits each, under the files' names") {
  const auto with = [](const std::string& sha1) {
    Document document = read_document("traces/recorder/recipes/cifar10.yaml");
    set_in_document(document, "dataset.sha1", sha1);
    return read_recipe(document).dataset.sha1;
  };
  const auto refusal = [&](const std::string& sha1) -> std::string {
    try {
      with(sha1);
    } catch (const InputError& error) {
      return error.what();
    }
    return "taken";
  };
  const auto sha1 = with("{a.gz: 5edda96c6d8c36ff915115a0e8136d370a021576}");
  REQUIRE(sha1.size() == 1);
  CHECK(sha1[0].first == "a.gz");
  CHECK(sha1[0].second == "5edda96c6d8c36ff915115a0e8136d370a021576");
  CHECK(with("{}").empty());
  // one digit short, one too many, a capital, no digit
  for (const char* hash :
       {"5edda96c6d8c36ff915115a0e8136d370a02157", "5edda96c6d8c36ff915115a0e8136d370a0215760",
        "5Edda96c6d8c36ff915115a0e8136d370a021576", "5gdda96c6d8c36ff915115a0e8136d370a021576"}) {
    CHECK(refusal(fmt::format("{{a.gz: {}}}", hash)) ==
          fmt::format("--set: dataset.sha1.a.gz = {}; expected 40 lower-case hexadecimal digits, "
                      "as sha1sum prints them",
                      hash));
  }
  CHECK(refusal("{a.gz: [1]}") == "--set: dataset.sha1.a.gz = [1]; expected a word");  // once
  CHECK(refusal("abc") == "--set: dataset.sha1 = abc; expected keys and values");
}

TEST_CASE("all mistakes of a recipe are reported at once, each with its place") {
  const char* text =
      "seed: 1\n"
      "dataset: {name: d, kind: idy, classes: 1, calibration: 10, source: s, licence: l}\n"
      "edge:\n"
      "  network: {family: f, width: 4, blocks: 1}\n"
      "  training: {epochs: 2, rate: 0.1, warm_up: 2}\n"
      "cloud:\n"
      "  network: {family: f, width: 0, blocks: 1}\n"
      "  training: {epochs: 2, rate: -1}\n"
      "appealnet:\n"
      "  training: {epochs: 2, rate: 0.1}\n"
      "  bta: 0.1\n"
      "reply: 16\n";
  try {
    read_recipe(parse_document(text, "r.yaml"));
    FAIL("taken");
  } catch (const InputError& error) {
    const std::string lines = error.what();
    INFO(lines);
    for (const char* part :
         {"r.yaml:2:", "dataset.kind = idy", "dataset.classes = 1", "edge.training.warm_up = 2",
          "cloud.network.width = 0", "cloud.training.rate = -1", "r.yaml:11:3: appealnet.bta",
          "did you mean beta", "reply = 16"}) {
      CHECK(lines.find(part) != std::string::npos);
    }
  }
}

TEST_CASE("the learning rate climbs through the warm-up and falls along half a cosine") {
  Training training;
  training.epochs = 10;
  training.rate = 0.4;
  training.warm_up = 2;
  CHECK(learning_rate(training, 0) == 0);
  CHECK(learning_rate(training, 1) == doctest::Approx(0.2));  // 0.4 * 1 / 2
  CHECK(learning_rate(training, 2) == doctest::Approx(0.4));  // u = 0
  CHECK(learning_rate(training, 6) == doctest::Approx(0.2));  // u = 4 / 8: cos = 0
  CHECK(learning_rate(training, 4) ==                         // u = 2 / 8
        doctest::Approx(0.2 * (1 + std::cos(std::numbers::pi / 4))));
  CHECK(learning_rate(training, 10) == doctest::Approx(0));
}

TEST_CASE("the learning rate falls by 0.2 at 30, 60 and 80 % of the epochs") {
  Training training;
  training.epochs = 10;
  training.rate = 1;
  training.decay = Decay::step;
  CHECK(learning_rate(training, 2.99) == 1);
  CHECK(learning_rate(training, 3) == doctest::Approx(0.2));
  CHECK(learning_rate(training, 6) == doctest::Approx(0.04));
  CHECK(learning_rate(training, 8) == doctest::Approx(0.008));
}

TEST_CASE("a network's fingerprint moves with what it depends on, and with nothing else") {
  Recipe recipe;
  const std::string plain = fingerprint_of_plain(recipe, 1);
  const std::string cloud = fingerprint_of_cloud(recipe, 1);
  const std::string joint = fingerprint_of_appealnet(recipe, 1);
  CHECK(fingerprint_of_plain(recipe, 2) != plain);
  recipe.dataset.licence = "other";
  recipe.dataset.sha1 = {{"a.gz", "5edda96c6d8c36ff915115a0e8136d370a021576"}};
  recipe.reply = Bytes(99);
  CHECK(fingerprint_of_appealnet(recipe, 1) == joint);
  recipe.appealnet.beta = 0.7;
  CHECK(fingerprint_of_plain(recipe, 1) == plain);
  CHECK(fingerprint_of_appealnet(recipe, 1) != joint);
  recipe.cloud.training.rate = 0.3;
  CHECK(fingerprint_of_plain(recipe, 1) == plain);
  CHECK(fingerprint_of_cloud(recipe, 1) != cloud);
}
