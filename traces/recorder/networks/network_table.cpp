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

constexpr Example examples[] = {
    {"resnet", 8, 1},          {"resnet", 20, 1},       {"resnet", 32, 1},
    {"resnet18", 0, 1},        {"resnet101", 0, 1},     {"wide_resnet", 16, 1},
    {"wide_resnet", 16, 8},    {"mobilenet_v2", 0, 1},  {"efficientnet_b0", 0, 1},
    {"shufflenet_v2", 0, 0.5}, {"shufflenet_v2", 0, 1}, {"nin", 0, 1}};

}  // namespace

std::string network_table() {
  std::string text = fmt::format("{:<16} {:>5} {:>5} {:>9} {:>11} {:>9}  {}\n", "form", "depth",
                                 "width", "MMAC", "with norm", "M params", "source");
  for (const auto& example : examples) {
    NetworkChoice choice;
    choice.form = example.form;
    choice.depth = example.depth;
    choice.width = example.width;
    const Cost sum = cost(layers_of(choice, {3, 32, 32}, 10, false));
    text += fmt::format("{:<16} {:>5} {:>5} {:>9.2f} {:>11.2f} {:>9.3f}  {}\n", choice.form,
                        choice.depth > 0 ? fmt::format("{}", choice.depth) : "", choice.width,
                        static_cast<double>(sum.macs) / 1e6,
                        static_cast<double>(sum.macs_with_norms) / 1e6,
                        static_cast<double>(sum.params) / 1e6, network_form(choice.form)->source);
  }
  return text +
         "On 32 x 32 colour images of 10 classes, without a predictor head. with norm: MMAC and 2 "
         "for\n"
         "each value that a batch norm puts out, as the AppealNet papers count. Depths: resnet 6 n "
         "+ 2,\n"
         "wide_resnet 6 n + 4. Widths multiply the channels: any above 0, for shufflenet_v2 0.5, "
         "1, 1.5, 2.\n";
}

}  // namespace updraft
