// Is a recipe read as written, each mistake named, and the learning rate what its decay says?
#include "traces/recorder/recipe.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <numbers>

using namespace updraft;

TEST_CASE("every shipped recipe is good") {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("traces/recorder/recipes")) {
    INFO(entry.path().string());
    ++found;
    const Recipe recipe = read_recipe(read_document(entry.path().string()));
    CHECK(recipe.dataset.classes == 10);
    CHECK(recipe.cloud.training.weight_decay == 5e-4);  // seeds/002, Sec. 4
    bool jointly = false;                               // with a predictor, two exits, or a crop
    for (const auto& stage : recipe.stages) {
      if (stage.crops()) jointly = true;
      jointly = jointly || stage.loss == StageLoss::white_box || stage.has_exit();
      if (stage.has_exit()) CHECK(stage.alpha == 0.5);  // seeds/001, Sec. IV-C
      if (!stage.has_predictor()) continue;
      CHECK(stage.rule.target == 0.5);  // seeds/002, App. B.2
      CHECK(recipe.stage(stage.from) != nullptr);
    }
    CHECK(jointly);
    // all four files that MNIST has, too; an image folder's are too many to name
    CHECK(recipe.dataset.sha1.size() == (recipe.dataset.kind == DatasetKind::idx ? 4 : 0));
  }
  CHECK(found == 11);
}

TEST_CASE("a stage that begins with another has its network, and needs a plain one above it") {
  const char* text = R"(
seed: 1
dataset: {name: d, kind: idx, classes: 2, calibration: 10, source: s, licence: l}
cloud: {network: {form: resnet18}, training: {epochs: 2, rate: 0.1}}
stages:
  small: {network: {form: resnet, depth: 8, width: 0.5}, training: {epochs: 2, rate: 0.1}}
  two: {from: small, loss: white_box, training: {epochs: 3, rate: 0.01}, beta: 0.2, target: 0.4}
  odd: {from: two, loss: black_box, training: {epochs: 3, rate: 0.01}}
)";
  try {
    read_recipe(parse_document(text, "r.yaml"));
    FAIL("taken");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()) == "r.yaml:8:15: stages.odd.from = two; expected small");
  }
  Document document = parse_document(text, "r.yaml");
  set_in_document(document, "stages.odd.from", "small");
  const Recipe recipe = read_recipe(document);
  const StageRecipe& two = *recipe.stage("two");
  CHECK(two.network.depth == 8);
  CHECK(two.network.width == 0.5);
  CHECK(two.beta == 0.2);
  CHECK(two.rule.target == 0.4);
  CHECK(two.loss == StageLoss::white_box);
  CHECK(recipe.stage("odd")->loss == StageLoss::black_box);
  CHECK(recipe.stage("nobody") == nullptr);
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
      "cloud:\n"
      "  network: {form: resnet, width: 0, depth: 9}\n"
      "  training: {epochs: 2, rate: -1}\n"
      "stages:\n"
      "  plain:\n"
      "    network: {form: shufflenet, width: 0.5}\n"
      "    training: {epochs: 2, rate: 0.1, warm_up: 2}\n"
      "  mobile:\n"
      "    network: {form: shufflenet_v2, width: 0.7, depth: 3}\n"
      "    training: {epochs: 2, rate: 0.1}\n"
      "  joint:\n"
      "    from: plain\n"
      "    loss: white_box\n"
      "    training: {epochs: 2, rate: 0.1}\n"
      "    bta: 0.1\n"
      "  Bad name: {network: {form: nin}, training: {epochs: 1, rate: 1}}\n"
      "reply: 16\n";
  try {
    read_recipe(parse_document(text, "r.yaml"));
    FAIL("taken");
  } catch (const InputError& error) {
    const std::string lines = error.what();
    INFO(lines);
    for (const char* part :
         {"r.yaml:2:", "dataset.kind = idy", "dataset.classes = 1", "cloud.network.width = 0",
          "cloud.network.depth = 9; expected 6 n + 2", "cloud.training.rate = -1",
          "stages.plain.network.form = shufflenet; expected", "did you mean shufflenet_v2?",
          "stages.plain.training.warm_up = 2",
          "stages.mobile.network.width = 0.7; expected one of 0.5, 1, 1.5, 2",
          "stages.mobile.network.depth", "r.yaml:17:5: stages.joint.bta", "did you mean beta",
          "stages.Bad name", "reply = 16"}) {
      INFO(part);
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
  Recipe recipe = read_recipe(read_document("traces/recorder/recipes/cifar10.yaml"));
  const auto print = [&](const char* name, std::uint64_t dataset = 1) {
    return fingerprint_of_stage(recipe, *recipe.stage(name), dataset);
  };
  const auto stage = [&](const char* name) -> StageRecipe& {
    return const_cast<StageRecipe&>(*recipe.stage(name));
  };
  const std::string plain = print("resnet8");
  const std::string white = print("resnet8_white");
  const std::string black = print("resnet8_black");
  const std::string cloud = fingerprint_of_cloud(recipe, 1);
  CHECK(print("resnet8", 2) != plain);
  recipe.dataset.licence = "other";
  recipe.dataset.sha1 = {{"a.gz", "5edda96c6d8c36ff915115a0e8136d370a021576"}};
  recipe.reply = Bytes(99);
  recipe.half_logits = false;
  stage("resnet8").network.family = "other";
  CHECK(print("resnet8_white") == white);
  stage("resnet8_white").beta = 0.7;
  CHECK(print("resnet8") == plain);
  CHECK(print("resnet8_white") != white);
  recipe.cloud.training.rate = 0.3;  // the black box never sees the cloud
  CHECK(print("resnet8") == plain);
  CHECK(print("resnet8_black") == black);
  CHECK(fingerprint_of_cloud(recipe, 1) != cloud);
  stage("resnet8").training.epochs = 3;  // where it began
  CHECK(print("resnet8_black") != black);
}

TEST_CASE("recipes that say so share checkpoints: the same network, data and seed") {
  const auto recipe = [](const std::string& name) {
    return read_recipe(read_document("traces/recorder/recipes/" + name));
  };
  const auto same_cloud = [&](const std::string& a, const std::string& b) {
    return fingerprint_of_cloud(recipe(a), 7) == fingerprint_of_cloud(recipe(b), 7);
  };
  CHECK(same_cloud("cifar10_ao.yaml", "cifar10.yaml"));
  CHECK(same_cloud("cinet_digits_fig3.yaml", "cinet_digits.yaml"));
  const Recipe fig3 = recipe("cinet_digits_fig3.yaml");
  const Recipe digits = recipe("cinet_digits.yaml");
  const auto same_stage = [&](const char* name) {
    return fingerprint_of_stage(fig3, *fig3.stage(name), 7) ==
           fingerprint_of_stage(digits, *digits.stage(name), 7);
  };
  CHECK(same_stage("resnet8"));
  CHECK(same_stage("crop10"));
  CHECK_FALSE(same_stage("crop5"));  // 4 epochs, not 2
}

namespace {

const char* const exits = R"(
seed: 1
dataset: {name: d, kind: idx, classes: 2, calibration: 10, source: s, licence: l}
cloud: {network: {form: resnet18}, training: {epochs: 2, rate: 0.1}}
stages:
  small: {network: {form: resnet, depth: 14}, training: {epochs: 2, rate: 0.1}}
  two: {network: {form: wide_resnet, depth: 16}, loss: two_exits, exit: 8, training: {epochs: 3, rate: 0.01}}
  warm: {from: small, loss: two_exits, exit: 6, alpha: 0.25, update: layer_wise, training: {epochs: 3, rate: 0.01}}
)";

}  // namespace

TEST_CASE("a stage with two exits says where, with its own network or one that it is from") {
  const Recipe recipe = read_recipe(parse_document(exits, "r.yaml"));
  const StageRecipe& two = *recipe.stage("two");
  CHECK(two.has_exit());
  CHECK_FALSE(two.has_predictor());
  CHECK(two.network.exit == 8);
  CHECK(two.alpha == 0.5);
  CHECK(two.update == ExitUpdate::weighted);
  CHECK(two.exit_name() == "two_exit");
  const StageRecipe& warm = *recipe.stage("warm");
  CHECK(warm.from == "small");
  CHECK(warm.network.depth == 14);
  CHECK(warm.network.exit == 6);
  CHECK(warm.alpha == 0.25);
  CHECK(warm.update == ExitUpdate::layer_wise);
  CHECK(recipe.stage("small")->network.exit == 0);
}

TEST_CASE("an exit that is not there, or is nobody's, is a mistake") {
  const auto refusal = [](const std::string& key, const std::string& value) -> std::string {
    Document document = parse_document(exits, "r.yaml");
    set_in_document(document, key, value);
    try {
      read_recipe(document);
    } catch (const InputError& error) {
      return error.what();
    }
    return "taken";
  };
  CHECK(refusal("stages.two.exit", "5") ==
        "--set: stages.two.exit = 5; expected one of 4, 6, 8, 10, 12 layers of the wide_resnet");
  CHECK(refusal("stages.two.exit", "14").find("two.exit = 14; expected one of") !=
        std::string::npos);
  CHECK(refusal("stages.two.exit", "12") == "taken");
  CHECK(refusal("stages.two.network", "{form: resnet, depth: 32}") == "taken");
  CHECK(refusal("stages.two.network", "{form: resnet, depth: 8}")
            .find("stages.two.exit = 8; expected one of 4, 6 layers of the resnet") !=
        std::string::npos);
  CHECK(refusal("stages.two.network", "{form: nin}")
            .find("stages.two.exit = 8; expected one of 3, 6 layers of the nin") !=
        std::string::npos);
  CHECK(refusal("stages.two.network", "{form: mobilenet_v2}")
            .find("stages.two.exit = 8; expected none: mobilenet_v2 has no early exit; resnet, "
                  "resnet18, wide_resnet, nin have") != std::string::npos);
  CHECK(refusal("stages.two.alpha", "1") ==
        "--set: stages.two.alpha = 1; expected a number above 0 and below 1");
  CHECK(refusal("stages.two.alpha", "0").find("stages.two.alpha = 0; expected") !=
        std::string::npos);
  CHECK(refusal("stages.two.update", "layerwise").find("did you mean layer_wise?") !=
        std::string::npos);
  CHECK(refusal("stages.two.loss", "plain").find("stages.two.exit = 8; expected a known key") !=
        std::string::npos);
  CHECK(refusal("stages.two_exit", "{network: {form: nin}, training: {epochs: 1, rate: 1}}")
            .find("expected another name: it is the one of two's early exit") != std::string::npos);
}

namespace {

const char* const crops = R"(
seed: 1
dataset:
  {name: d, kind: idx, classes: 2, calibration: 10, source: s, licence: l,
   transform: {side: 50, waves: 10, amplitude: 100}}
cloud: {network: {form: resnet18}, training: {epochs: 2, rate: 0.1}}
stages:
  crop10: {network: {form: cinet}, loss: crop, training: {epochs: 2, rate: 0.1}}
  crop5: {network: {form: cinet, crop: 5, first_scale: 1}, loss: crop, penalty: 0, training: {epochs: 2, rate: 0.1}}
codecs:
  high: {kind: jpeg, quality: 50}
  low: {kind: deepn_jpeg, quality: 0.15, tables: known, from: cloud, training: {epochs: 1, rate: 0.01}}
  patch: {kind: jpeg, quality: 2, tables: known, huffman: fitted}
  png: {kind: png}
)";

std::string refusal_of_crops(const std::string& key, const std::string& value) {
  Document document = parse_document(crops, "r.yaml");
  set_in_document(document, key, value);
  try {
    read_recipe(document);
  } catch (const InputError& error) {
    return error.what();
  }
  return "taken";
}

}  // namespace

TEST_CASE("a transform, extractors and codecs are read as written, the rest as the paper has it") {
  const Recipe recipe = read_recipe(parse_document(crops, "r.yaml"));
  REQUIRE(recipe.dataset.transform);
  CHECK(recipe.dataset.transform->side == 50);
  CHECK(recipe.dataset.transform->amplitude == 100);
  CHECK(recipe.dataset.transform->frequency_mean == 5);       // seeds/004, Sec. 4.1
  CHECK(recipe.dataset.transform->frequency_deviation == 5);  // the same
  CHECK(recipe.stage("crop10")->crops());
  CHECK(recipe.stage("crop10")->network.crop == 10);
  CHECK(recipe.stage("crop10")->penalty == 0.1);                  // Sec. 4.1
  CHECK(recipe.stage("crop10")->network.theta_deviation == 0.2);  // Sec. 3.5
  CHECK(recipe.stage("crop5")->network.crop == 5);
  CHECK(recipe.stage("crop5")->penalty == 0);
  REQUIRE(recipe.codecs.size() == 4);
  CHECK(recipe.codecs[0].kind == CodecKind::jpeg);
  CHECK(recipe.codecs[0].tables == JpegTables::in_file);
  CHECK(recipe.codecs[0].training.epochs == 2);  // the cloud's
  CHECK(recipe.codecs[1].kind == CodecKind::deepn_jpeg);
  CHECK(recipe.codecs[1].quality == 0.15);
  CHECK(recipe.codecs[1].tables == JpegTables::known);
  CHECK(recipe.codecs[1].from_cloud);
  CHECK(recipe.codecs[1].training.rate == 0.01);
  CHECK(recipe.codecs[1].huffman == JpegHuffman::annex_k);
  CHECK(recipe.codecs[2].huffman == JpegHuffman::fitted);
  CHECK_FALSE(recipe.codecs[3].lossy());
  CHECK(recipe.network_names() ==
        std::vector<std::string>{"cloud", "crop10", "crop5", "high", "low", "patch"});
}

TEST_CASE("mistakes about transforms, crops and codecs are explained") {
  CHECK(refusal_of_crops("dataset.transform.scale_most", "0.2") ==
        "--set: dataset.transform.scale_most = 0.2; expected at least scale_least, 1");
  CHECK(refusal_of_crops("dataset.transform.wave", "3").find("did you mean waves?") !=
        std::string::npos);
  CHECK(refusal_of_crops("stages.crop10.loss", "plain") ==
        "--set: stages.crop10.loss = plain; expected crop: a cinet learns by nothing else");
  CHECK(refusal_of_crops("stages.crop10.network", "{form: nin}") ==
        "r.yaml:8:42: stages.crop10.loss = crop; expected another: only the form cinet learns to "
        "crop");
  CHECK(refusal_of_crops("stages.crop10.network.crop", "0").find("network.crop = 0; expected") !=
        std::string::npos);
  CHECK(refusal_of_crops("cloud.network", "{form: cinet}").find("a cinet is no cloud network") !=
        std::string::npos);
  CHECK(refusal_of_crops("codecs.high.quality", "0").find("codecs.high.quality = 0; expected") !=
        std::string::npos);
  CHECK(refusal_of_crops("codecs.high.kind", "jpg").find("did you mean jpeg?") !=
        std::string::npos);
  // `high` has its tables in the file
  CHECK(
      refusal_of_crops("codecs.high.huffman", "fitted") ==
      "--set: codecs.high.huffman = fitted; expected annex_k beside tables: in_file; fitted codes "
      "want tables: known");
  CHECK(refusal_of_crops("codecs.low.huffman", "fitted") == "taken");
  CHECK(refusal_of_crops("codecs.low.huffman", "fited").find("did you mean fitted?") !=
        std::string::npos);
  CHECK(refusal_of_crops("codecs.png.quality", "5").find("codecs.png.quality = 5; expected a") !=
        std::string::npos);
  for (const char* name : {"image", "jpeg", "cloud", "crop5"}) {
    CHECK(refusal_of_crops(std::string("codecs.") + name, "{kind: png}")
              .find("other than cloud, image, jpeg and the stages'") != std::string::npos);
  }
  CHECK(refusal_of_crops("stages.image",
                         "{network: {form: cinet}, loss: crop, training: {epochs: 1, rate: 1}}")
            .find("stages.image") != std::string::npos);
}

TEST_CASE("fingerprints of extractors and codecs move with their keys") {
  Recipe recipe = read_recipe(parse_document(crops, "r.yaml"));
  const auto crop = [&] { return fingerprint_of_stage(recipe, recipe.stages[0], 7); };
  const auto codec = [&](std::size_t i) {
    return fingerprint_of_codec(recipe, recipe.codecs[i], 7);
  };
  const std::string before = crop();
  recipe.stages[0].penalty = 0.2;
  CHECK(crop() != before);
  recipe.stages[0].penalty = 0.1;
  recipe.stages[0].network.crop = 11;
  CHECK(crop() != before);
  recipe.stages[0].network.crop = 10;
  CHECK(crop() == before);
  const std::string high = codec(0);
  const std::string low = codec(1);
  recipe.codecs[1].tables = JpegTables::in_file;  // what the cloud sees is not moved
  CHECK(codec(1) == low);
  recipe.codecs[1].huffman = JpegHuffman::fitted;  // nor by these
  CHECK(codec(1) == low);
  recipe.cloud.training.rate = 0.2;  // `low` begins with the cloud's weights
  CHECK(codec(0) == high);
  CHECK(codec(1) != low);
  recipe.codecs[0].quality = 51;
  CHECK(codec(0) != high);
}

TEST_CASE("checkpoints made before there were exits stay of use: their fingerprints are the same") {
  Recipe recipe = read_recipe(parse_document(exits, "r.yaml"));
  // as written into files by the program before it knew of exits
  const std::string head =
      "dataset 0000000000000007 classes 2 calibration 10 seed 1 pad 0 flip false\n";
  const std::string training =
      "epochs 2 batch 128 rate 0.1 momentum 0.9 weight_decay 0.0005 warm_up 0 decay 0\n";
  CHECK(fingerprint_of_cloud(recipe, 7) ==
        head + "cloud resnet18 depth 0 width 1 stem_stride 1 features 0 " + training);
  CHECK(fingerprint_of_stage(recipe, recipe.stages[0], 7) ==
        head + "small plain resnet depth 14 width 1 stem_stride 1 features 0 " + training);
}

TEST_CASE("the fingerprint of a network with two exits moves with each of its keys") {
  Recipe recipe = read_recipe(parse_document(exits, "r.yaml"));
  StageRecipe& warm = recipe.stages[2];
  const auto print = [&] { return fingerprint_of_stage(recipe, warm, 7); };
  const std::string before = print();
  warm.network.exit = 8;
  CHECK(print() != before);
  warm.network.exit = 6;
  warm.alpha = 0.5;
  CHECK(print() != before);
  warm.alpha = 0.25;
  warm.update = ExitUpdate::weighted;
  CHECK(print() != before);
  warm.update = ExitUpdate::layer_wise;
  CHECK(print() == before);
  recipe.cloud.training.rate = 0.3;  // it never sees the cloud
  CHECK(print() == before);
  recipe.stages[0].training.epochs = 3;  // where it began
  CHECK(print() != before);
}

TEST_CASE("the rate of averaging follows the last of training") {
  Training training;
  training.epochs = 10;
  training.rate = 0.4;
  training.average = {4, 0.05};
  CHECK(training.all_epochs() == 14);
  CHECK(learning_rate(training, 5) == doctest::Approx(0.2));  // the cosine ends at 10, not at 14
  CHECK(learning_rate(training, 10) == 0.05);
  CHECK(learning_rate(training, 13.9) == 0.05);
}
