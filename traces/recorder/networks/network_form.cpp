#include "traces/recorder/networks/network_form.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

// After each of `blocks` residual blocks of two layers but the last, where the network itself ends.
std::vector<int> exits_between(int blocks) {
  std::vector<int> exits;
  for (int block = 1; block < blocks; ++block) exits.push_back(2 * block + 2);
  return exits;
}

}  // namespace

const std::vector<NetworkForm>& network_forms() {
  static const std::vector<NetworkForm> forms = {
      {"resnet",
       "He, Zhang, Ren, Sun, CVPR 2016, Sec. 4.2 (CIFAR-10)",
       {},
       "6 n + 2",
       [](int depth) { return depth >= 8 && depth % 6 == 2; },
       [](int depth) { return exits_between((depth - 2) / 2); },
       resnet},
      {"resnet18",
       "He, Zhang, Ren, Sun, CVPR 2016, Table 1",
       {},
       "",
       nullptr,
       [](int) { return exits_between(8); },
       resnet18},
      {"resnet101", "He, Zhang, Ren, Sun, CVPR 2016, Table 1", {}, "", nullptr, nullptr, resnet101},
      {"wide_resnet",
       "Zagoruyko, Komodakis, BMVC 2016",
       {},
       "6 n + 4",
       [](int depth) { return depth >= 10 && depth % 6 == 4; },
       [](int depth) { return exits_between((depth - 4) / 2); },
       wide_resnet},
      {"mobilenet_v2", "Sandler et al., CVPR 2018", {}, "", nullptr, nullptr, mobilenet_v2},
      {"efficientnet_b0",
       "Tan, Le, ICML 2019, without the 1280 head",
       {},
       "",
       nullptr,
       nullptr,
       efficientnet_b0},
      {"shufflenet_v2",
       "Ma, Zhang, Zheng, Sun, ECCV 2018",
       {0.5, 1, 1.5, 2},
       "",
       nullptr,
       nullptr,
       shufflenet_v2},
      {"nin",
       "Lin, Chen, Yan, ICLR 2014, batch norm for dropout",
       {},
       "",
       nullptr,
       [](int) {
         return std::vector<int>{3, 6};
       },
       nin},
      {"cinet_digits_cnn",
       "seeds/004, Table 1 (left)",
       {1},
       "1 to 7",
       [](int depth) { return depth >= 1 && depth <= 7; },
       nullptr,
       cinet_digits_cnn},
      {"cinet_fashion_cnn",
       "seeds/004, Table 1 (right)",
       {1},
       "1 to 5",
       [](int depth) { return depth >= 1 && depth <= 5; },
       nullptr,
       cinet_fashion_cnn},
      {"cinet", "seeds/004, Sec. 3 and 4.1", {}, "", nullptr, nullptr, cinet},
  };
  return forms;
}

const NetworkForm* network_form(const std::string& name) {
  const auto& forms = network_forms();
  const auto found = std::find_if(forms.begin(), forms.end(),
                                  [&](const NetworkForm& form) { return form.name == name; });
  return found == forms.end() ? nullptr : &*found;
}

Layers layers_of(const NetworkChoice& choice, const ImageShape& input, int classes,
                 bool predictor) {
  const NetworkForm* form = network_form(choice.form);
  UPDRAFT_CHECK(form != nullptr, choice.form);
  return form->layers(choice, input, classes, predictor);
}

int scaled(double width, int channels, int unit) {
  return std::max(unit, unit * static_cast<int>(std::lround(width * channels / unit)));
}

}  // namespace updraft
