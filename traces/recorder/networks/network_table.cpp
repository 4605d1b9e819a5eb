#include "traces/recorder/networks/network_table.hpp"

#include <fmt/format.h>

#include "traces/recorder/networks/network_form.hpp"

namespace updraft {
namespace {

struct Example {
  const char* form;
  int depth;
  double width;
};

// On 100 x 100 gray images.
constexpr Example of_cinet[] = {{"cinet_digits_cnn", 1, 1},  {"cinet_digits_cnn", 4, 1},
                                {"cinet_digits_cnn", 5, 1},  {"cinet_digits_cnn", 7, 1},
                                {"cinet_fashion_cnn", 1, 1}, {"cinet_fashion_cnn", 4, 1},
                                {"cinet_fashion_cnn", 5, 1}, {"cinet", 0, 1}};

constexpr Example examples[] = {
    {"resnet", 8, 1},          {"resnet", 20, 1},       {"resnet", 32, 1},
    {"resnet18", 0, 1},        {"resnet101", 0, 1},     {"wide_resnet", 16, 1},
    {"wide_resnet", 16, 8},    {"mobilenet_v2", 0, 1},  {"efficientnet_b0", 0, 1},
    {"shufflenet_v2", 0, 0.5}, {"shufflenet_v2", 0, 1}, {"nin", 0, 1}};

NetworkChoice choice_of(const Example& example) {
  NetworkChoice choice;
  choice.form = example.form;
  choice.depth = example.depth;
  choice.width = example.width;
  return choice;
}

std::string row(const Example& example, const ImageShape& images) {
  const NetworkChoice choice = choice_of(example);
  const Cost sum = cost(layers_of(choice, images, 10, false));
  return fmt::format("{:<17} {:>5} {:>5} {:>9.2f} {:>11.2f} {:>9.3f}  {}\n", choice.form,
                     choice.depth > 0 ? fmt::format("{}", choice.depth) : "", choice.width,
                     static_cast<double>(sum.macs) / 1e6,
                     static_cast<double>(sum.macs_with_norms) / 1e6,
                     static_cast<double>(sum.params) / 1e6, network_form(choice.form)->source);
}

// "resnet 32: 10 28 %, 14 40 %": what an early exit runs of the whole network's MACs.
std::string exits_text(const Example& example, const std::vector<int>& exits) {
  NetworkChoice choice = choice_of(example);
  std::string text;
  for (const int exit : exits) {
    choice.exit = exit;
    const Layers layers = layers_of(choice, {3, 32, 32}, 10, false);
    const double share = static_cast<double>(cost_of(layers, layers.exit).macs) /
                         static_cast<double>(cost_of(layers, layers.logits).macs);
    text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", exit, 100 * share);
  }
  const std::string depth = choice.depth > 0 ? fmt::format(" {}", choice.depth) : "";
  return fmt::format("  {}{}: {}\n", choice.form, depth, text);
}

}  // namespace

std::string network_table() {
  std::string text = fmt::format("{:<17} {:>5} {:>5} {:>9} {:>11} {:>9}  {}\n", "form", "depth",
                                 "width", "MMAC", "with norm", "M params", "source");
  for (const auto& example : examples) text += row(example, {3, 32, 32});
  text +=
      "On 100 x 100 gray images (seeds/004; the extractor of cinet has 1.125 MMAC of its sum):\n";
  for (const auto& example : of_cinet) text += row(example, {1, 100, 100});
  return text +
         "Else on 32 x 32 colour images of 10 classes, without a predictor head. with norm: MMAC and "
         "2 for\n"
         "each value that a batch norm puts out, as the AppealNet papers count. Depths: resnet 6 n "
         "+ 2,\n"
         "wide_resnet 6 n + 4. Widths multiply the channels: any above 0, for shufflenet_v2 0.5, "
         "1, 1.5, 2.\nEarly exits (loss: two_exits), in layers from the input, and their share of "
         "the MACs:\n" +
         exits_text({"resnet", 32, 1}, {10, 14, 16, 22}) +
         exits_text({"resnet18", 0, 1}, {10, 12, 14}) +
         exits_text({"wide_resnet", 16, 1}, {6, 8, 10}) + exits_text({"nin", 0, 1}, {3, 6});
}

}  // namespace updraft
