#include "traces/recorder/networks/profile_form.hpp"

namespace updraft {
namespace {

using LayersOf = Layers (*)(const NetworkChoice&, const ImageShape&, int, bool);

ProfileForm of_imagenet(const std::string& graph, const std::string& source, LayersOf layers,
                        const std::string& name) {
  return {{name, source, {1}, "", nullptr, nullptr, layers}, graph, {3, 224, 224}, 1000};
}
ProfileForm of_imagenet(const std::string& graph, const std::string& source, LayersOf layers) {
  return of_imagenet(graph, source, layers, graph);
}

const std::string he = "He, Zhang, Ren, Sun, CVPR 2016, Table 1, in torchvision's form";

std::vector<ProfileForm> all_forms() {
  std::vector<ProfileForm> all;
  for (const auto& form : network_forms()) {
    const bool transformed_mnist = form.name.starts_with("cinet");
    const ImageShape input = transformed_mnist ? ImageShape{1, 100, 100} : ImageShape{3, 32, 32};
    all.push_back({form, form.name, input, 10});
  }
  const std::vector<ProfileForm> others = {
      of_imagenet("alexnet", "Krizhevsky, arXiv:1404.5997, in torchvision's form",
                  imagenet_alexnet),
      of_imagenet("vgg16", "Simonyan, Zisserman, ICLR 2015, configuration D", imagenet_vgg16),
      of_imagenet("resnet18", he, imagenet_resnet18, "imagenet_resnet18"),
      of_imagenet("resnet50", he + " (stride in the 3x3)", imagenet_resnet50),
      of_imagenet("resnet101", he + " (stride in the 3x3)", imagenet_resnet101,
                  "imagenet_resnet101"),
      of_imagenet("mobilenet_v2", "Sandler et al., CVPR 2018, Table 2", imagenet_mobilenet_v2,
                  "imagenet_mobilenet_v2"),
      of_imagenet("googlenet",
                  "Szegedy et al., CVPR 2015, Table 1, in torchvision's form (3x3 for 5x5)",
                  imagenet_googlenet),
      of_imagenet("googlenet_5x5", "Szegedy et al., CVPR 2015, Table 1", imagenet_googlenet_5x5),
      {{"cinet_extractor", "seeds/004, Sec. 4.1", {1}, "", nullptr, nullptr, cinet_extractor},
       "cinet_extractor",
       {1, 100, 100},
       4},
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace

const std::vector<ProfileForm>& profile_forms() {
  static const std::vector<ProfileForm> forms = all_forms();
  return forms;
}

}  // namespace updraft
