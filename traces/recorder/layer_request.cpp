#include "traces/recorder/layer_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/input_error.hpp"
#include "sim/units/parse.hpp"
#include "traces/layer_profile.hpp"
#include "traces/recorder/layer_graph.hpp"
#include "traces/recorder/networks/profile_form.hpp"

namespace updraft {
namespace {

constexpr unsigned long long longest_side = 10'000;

InputError wrong(const std::string& option, const std::string& got, const std::string& expected) {
  return InputError(fmt::format("{} = {}; expected {}", option, shown(got), expected));
}

const ProfileForm& form_of(const NetworkChoice& network) {
  const auto& forms = profile_forms();
  const auto found = std::find_if(forms.begin(), forms.end(), [&](const ProfileForm& one) {
    return one.form.name == network.form;
  });
  if (found != forms.end()) return *found;
  std::vector<std::string> names;
  for (const auto& one : forms) names.push_back(one.form.name);
  throw wrong("--network", network.form, one_of(names) + did_you_mean(network.form, names));
}

void check_choice(const NetworkChoice& network, const NetworkForm& form) {
  Mistakes mistakes;
  if (form.depths.empty() ? network.depth != 0 : !form.is_depth(network.depth)) {
    mistakes.add(
        wrong("--depth", network.depth == 0 ? "nothing" : fmt::format("{}", network.depth),
              form.depths.empty() ? fmt::format("none: {} has one only", form.name) : form.depths));
  }
  if (!form.widths.empty() &&
      std::find(form.widths.begin(), form.widths.end(), network.width) == form.widths.end()) {
    mistakes.add(wrong("--width", fmt::format("{}", network.width),
                       fmt::format("{}", fmt::join(form.widths, ", "))));
  }
  if (network.features > 0 && network_form(form.name) == nullptr) {
    mistakes.add(wrong("--features", fmt::format("{}", network.features),
                       fmt::format("none: {} is as it was published", form.name)));
  }
  mistakes.throw_if_any();
}

// A window that finds no room leaves nothing for the layers behind it.
void expect_room(const Layers& layers, const ImageShape& input) {
  for (const Layer& layer : layers.all) {
    if (layer.out.height > 0 && layer.out.width > 0) continue;
    throw wrong("--input", sides_text(input),
                fmt::format("larger images: {} would put out nothing", layer.name));
  }
}

std::string name_of(const NetworkChoice& network, const ProfileForm& known) {
  std::string name = known.graph;
  if (network.depth > 0) name += fmt::format("{}", network.depth);
  if (network.width != 1) name += fmt::format("_x{}", network.width);
  if (network.features > 0) name += fmt::format("_f{}", network.features);
  return name;
}

std::string command_of(const NetworkChoice& network, const ImageShape& input, int classes) {
  std::string command = "updraft-record layers --network " + network.form;
  if (network.depth > 0) command += fmt::format(" --depth {}", network.depth);
  if (network.width != 1) command += fmt::format(" --width {}", network.width);
  if (network.features > 0) command += fmt::format(" --features {}", network.features);
  return command + fmt::format(" --input {} --classes {}", sides_text(input), classes);
}

}  // namespace

LayerRequest layer_request(const Recipe& recipe, const std::string& stage,
                           const ImageShape& input) {
  LayerRequest request;
  request.input = input;
  request.classes = recipe.dataset.classes;
  if (stage == "cloud") {
    request.network = recipe.cloud.network;
  } else if (const StageRecipe* found = recipe.stage(stage)) {
    request.network = found->network;
    request.predictor = found->has_predictor();
  } else {
    std::vector<std::string> names{"cloud"};
    for (const auto& one : recipe.stages) names.push_back(one.name);
    throw wrong("--stage", stage, one_of(names) + did_you_mean(stage, names));
  }
  request.name = recipe.dataset.name + "_" + stage;
  request.command = fmt::format("updraft-record layers --stage {} {} --input {}", stage,
                                recipe.file, sides_text(input));
  return request;
}

LayerGraph layer_graph(const LayerRequest& request) {
  const ProfileForm& known = form_of(request.network);
  check_choice(request.network, known.form);
  const ImageShape input = request.input.value_or(known.input);
  const int classes = request.classes.value_or(known.classes);
  const Layers layers = known.form.layers(request.network, input, classes, request.predictor);
  expect_room(layers, input);
  const std::string source = fmt::format("{}; {} x {} x {}, {} classes", known.form.source,
                                         input.channels, input.height, input.width, classes);
  return layer_graph(layers, request.name.empty() ? name_of(request.network, known) : request.name,
                     source);
}

std::string layer_profile(const LayerRequest& request) {
  const LayerGraph graph = layer_graph(request);
  const ProfileForm& known = form_of(request.network);
  const std::string command = request.command.empty()
                                  ? command_of(request.network, request.input.value_or(known.input),
                                               request.classes.value_or(known.classes))
                                  : request.command;
  return "# " + command + "\n" + to_yaml(graph);
}

std::string sides_text(const ImageShape& shape) {
  return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}

std::optional<ImageShape> parse_sides(const std::string& text) {
  std::vector<int> sides;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('x', at), text.size());
    const auto side = parse_count(text.substr(at, end - at));
    if (!side || *side < 1 || *side > longest_side) return std::nullopt;
    sides.push_back(static_cast<int>(*side));
    at = end + 1;
  }
  if (sides.size() != 3) return std::nullopt;
  return ImageShape{sides[0], sides[1], sides[2]};
}

}  // namespace updraft
