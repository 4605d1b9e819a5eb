#include "traces/recorder/recorded_split.hpp"

#include <algorithm>
#include <iterator>

#include "traces/hdf5/writing.hpp"
#include "traces/recorder/judging.hpp"
#include "traces/recorder/sampler.hpp"
#include "traces/recorder/training.hpp"

namespace updraft {
namespace {

Flops work_of(std::uint64_t macs) { return Flops(2 * static_cast<double>(macs)); }

// `cost`: of the layers that the stage runs and keeps, the whole network's or a part's.
Stage stage_of(const StageRecipe& recipe, const Cost& cost) {
  Stage out;
  out.name = recipe.name;
  out.family = recipe.network.family;
  out.loss = to_string(recipe.loss);
  out.from = recipe.from;
  out.work = work_of(cost.macs);
  out.params = cost.params;
  out.weights = Bytes(4 * static_cast<double>(cost.params));  // float32
  return out;
}

class Splitting {
 public:
  Splitting(const ImageSet& set, const Recipe& recipe, torch::Device device, Split& out)
      : set_(set), recipe_(recipe), device_(device), out_(out) {}

  void add_stage(const StageRecipe& recipe, Member& member) {
    const Layers& layers = member.layers;
    Said said = ask(member.network, set_, member.norm, device_);
    if (recipe.crops()) return add_crop(recipe, layers, std::move(said));
    if (recipe.has_exit()) {
      Stage exit = stage_of(recipe, cost_of(layers, layers.exit));
      exit.name = recipe.exit_name();
      exit.exit_of = recipe.name;
      exit.answers = answers(std::move(said.exit));
      out_.stages.push_back(std::move(exit));
    }
    Stage whole =
        stage_of(recipe, recipe.has_exit() ? cost_of(layers, layers.logits) : cost(layers));
    whole.answers = answers(std::move(said.logits));
    if (!said.q.empty()) whole.scores.push_back({"q", std::move(said.q)});
    out_.stages.push_back(std::move(whole));
  }

  void add_image(Member& cloud) {
    Said said = ask(cloud.network, set_, cloud.norm, device_);
    images_ = image_variants(set_, recipe_.reply, work_of(cost(cloud.layers).macs),
                             recipe_.cloud.network.family, answers(std::move(said.logits)));
  }

  // `member` is null for a lossless codec: what the cloud network says of the image itself.
  void add_codec(const CodecRecipe& recipe, const Codec& codec, Member* member) {
    CodedImages coded = codec.coded(set_);
    Variant variant = images_[0];
    variant.name = recipe.name;
    variant.payload = Bytes();
    variant.payload_bytes = std::move(coded.bytes);
    variant.nonzero = std::move(coded.nonzero);
    variant.encode_work = codec.work(set_.shape);
    if (member != nullptr) {
      Said said = ask(member->network, coded.decoded, member->norm, device_);
      variant.answers = answers(std::move(said.logits));
    }
    codecs_.push_back(std::move(variant));
  }

  // Images first, then crops, then codecs.
  void finish() {
    out_.variants = std::move(images_);
    for (auto* more : {&crops_, &codecs_}) {
      std::move(more->begin(), more->end(), std::back_inserter(out_.variants));
    }
  }

 private:
  Answers answers(std::vector<float> logits) const {
    return judged(std::move(logits), set_.labels, recipe_.half_logits);
  }

  void add_crop(const StageRecipe& recipe, const Layers& layers, Said said) {
    const Cost device = cost_of(layers, layers.theta);
    Stage extractor = stage_of(recipe, device);
    extractor.answers.correct.assign(set_.size(), 0);
    extractor.theta = std::move(said.theta);
    if (recipe_.half_logits) {
      for (float& value : extractor.theta) value = hdf5::nearest_half(value);
    }
    extractor.theta_convention = theta_convention;
    out_.stages.push_back(std::move(extractor));

    Variant crop;
    crop.name = recipe.name;
    const auto side = static_cast<std::size_t>(recipe.network.crop);
    const std::size_t values = side * side * static_cast<std::size_t>(set_.shape.channels);
    crop.payload = Bytes(static_cast<double>(values));
    crop.reply = recipe_.reply;
    crop.cloud_work = work_of(cost_of(layers, layers.logits).macs - device.macs);
    // eq. 3.2: two factors for each of four neighbours
    const auto points = static_cast<std::size_t>(recipe.network.supersample);
    crop.encode_work = work_of(8 * points * points * values);
    crop.family = recipe_.cloud.network.family;
    crop.answers = answers(std::move(said.logits));
    crops_.push_back(std::move(crop));
  }

  const ImageSet& set_;
  const Recipe& recipe_;
  torch::Device device_;
  Split& out_;
  std::vector<Variant> images_;
  std::vector<Variant> crops_;
  std::vector<Variant> codecs_;
};

}  // namespace

Split recorded_split(const std::string& name, const ImageSet& set, const Recipe& recipe,
                     std::vector<Member>& members, const std::vector<Codec>& codecs,
                     torch::Device device) {
  Split out;
  out.name = name;
  out.labels = set.labels;
  Splitting splitting(set, recipe, device, out);
  auto member = members.begin();
  splitting.add_image(*member++);
  for (const auto& stage : recipe.stages) splitting.add_stage(stage, *member++);
  for (std::size_t i = 0; i < codecs.size(); ++i) {
    splitting.add_codec(recipe.codecs[i], codecs[i],
                        recipe.codecs[i].lossy() ? &*member++ : nullptr);
  }
  splitting.finish();
  return out;
}

}  // namespace updraft
