// The networks of seeds/004 (CiNet), for 100 x 100 gray images of 10 classes.
//   cinet_digits_cnn, cinet_fashion_cnn  Table 1: 5x5 convolutions, a 2x2 pool after each, two
//   hidden
//              linear layers of 100 and 50. Depth 1 to 7 and 1 to 5 is the table's CNN number. The
//              third fashion network's fourth filter count is printed as 28; 128 is meant: it alone
//              gives the 122 M of Table 4
//   cinet_extractor   Sec. 4.1: 2 and 4 filters, 50 hidden neurons, the four numbers theta out
// Not said and taken: convolutions keep the sides ('same'), pools round them up (the 43,200 values
// of Table 6 are 13 x 13 x 256 = 43,264); that fits all costs of Tables 3, 4 and 6, which count
// convolutions alone. Ours count the linear layers, too. No dropout: a recording is to be the same
// again. A predictor reads the means of the last maps. CiNet itself, which is trained as one, is in
// cropping.cpp.
#include <fmt/format.h>

#include "traces/recorder/layer_builder.hpp"
#include "traces/recorder/networks/profile_form.hpp"

namespace updraft {
namespace {

using Filters = std::vector<int>;

Layers plain(const Filters& filters, const Filters& hidden, const char* last_name, int out,
             const ImageShape& input, bool predictor) {
  LayerBuilder builder(input);
  auto x = builder.input();
  int layer = 0;
  for (const int channels : filters) {
    ++layer;
    x = builder.convolution(fmt::format("conv{}", layer), x,
                            {.out = channels, .kernel = 5, .bias = true, .norm = false});
    x = builder.pool(fmt::format("pool{}", layer), x, {.ceils = true});
  }
  const auto maps = x;
  layer = 0;
  for (const int neurons : hidden) {
    x = builder.linear(fmt::format("fc{}", ++layer), x, neurons, Activation::relu);
  }
  return builder.with_heads(maps, builder.linear(last_name, x, out), {}, predictor);
}

Layers numbered(const std::vector<Filters>& table, const NetworkChoice& choice,
                const ImageShape& input, int classes, bool predictor) {
  return plain(table.at(static_cast<std::size_t>(choice.depth) - 1), {100, 50}, "classes", classes,
               input, predictor);
}

}  // namespace

Layers cinet_digits_cnn(const NetworkChoice& choice, const ImageShape& input, int classes,
                        bool predictor) {
  static const std::vector<Filters> table = {{128, 256, 256}, {64, 128, 256}, {32, 64, 128},
                                             {8, 64, 128},    {8, 16, 64},    {4, 8, 32},
                                             {4, 8, 16}};
  return numbered(table, choice, input, classes, predictor);
}

Layers cinet_fashion_cnn(const NetworkChoice& choice, const ImageShape& input, int classes,
                         bool predictor) {
  static const std::vector<Filters> table = {{64, 128, 128, 256, 256},
                                             {32, 64, 128, 256, 256},
                                             {16, 32, 64, 128, 128},
                                             {4, 16, 32, 64},
                                             {2, 8, 8, 128}};
  return numbered(table, choice, input, classes, predictor);
}

Layers cinet_extractor(const NetworkChoice&, const ImageShape& input, int numbers, bool) {
  return plain({2, 4}, {50}, "theta", numbers, input, false);
}

}  // namespace updraft
