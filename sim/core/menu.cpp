#include "sim/core/menu.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/names_of.hpp"
#include "sim/core/portable_math.hpp"

namespace updraft {
std::vector<std::string> Menu::stage_names() const { return names_of(stages); }
std::vector<std::string> Menu::variant_names() const { return names_of(variants); }
std::vector<std::string> Menu::score_names(StageId stage) const {
  return names_of(stages[static_cast<std::size_t>(stage)].scores);
}

std::vector<std::string> Menu::answering_stage_names() const {
  return names_of(stages, [](const MenuStage& stage) { return stage.answers; });
}

std::vector<std::string> Menu::recorded_variant_names() const {
  return names_of(variants, [&](const MenuVariant& variant) {
    return variant.made_by == no_stage ||
           stages[static_cast<std::size_t>(variant.made_by)].recorded;
  });
}

std::vector<std::string> Menu::direct_variant_names() const {
  return names_of(variants, [](const MenuVariant& variant) { return variant.made_by == no_stage; });
}

std::vector<ScoreColumn> derived_scores(std::span<const float> logits, std::size_t classes) {
  std::vector<ScoreColumn> out{{"msp", {}}, {"margin", {}}, {"entropy", {}}};
  std::vector<double> p(classes);
  for (std::size_t begin = 0; begin + classes <= logits.size(); begin += classes) {
    const auto row = logits.subspan(begin, classes);
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (std::size_t k = 0; k < classes; ++k) sum += p[k] = portable::exp(row[k] - largest);
    const double log_sum = portable::log(sum);
    double p1 = 0;
    double p2 = 0;
    double entropy = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      entropy += p[k] / sum * ((row[k] - largest) - log_sum);  // (3): ln p_k = (l_k - max) - ln sum
      if (p[k] > p1) {
        p2 = p1;
        p1 = p[k];
      } else {
        p2 = std::max(p2, p[k]);
      }
    }
    out[0].values.push_back(p1 / sum);         // (1)
    out[1].values.push_back((p1 - p2) / sum);  // (2)
    out[2].values.push_back(entropy);
  }
  return out;
}

TopClasses top_classes(std::span<const float> logits, std::size_t classes) {
  TopClasses out;
  if (classes < 2) return out;
  for (std::size_t begin = 0; begin + classes <= logits.size(); begin += classes) {
    const auto row = logits.subspan(begin, classes);
    std::size_t first = 0;
    std::size_t second = 1;
    if (row[1] > row[0]) std::swap(first, second);
    for (std::size_t k = 2; k < classes; ++k) {
      if (row[k] > row[first]) {
        second = first;
        first = k;
      } else if (row[k] > row[second]) {
        second = k;
      }
    }
    out.top1.push_back(static_cast<std::int32_t>(first));
    out.top2.push_back(static_cast<std::int32_t>(second));
  }
  return out;
}

}  // namespace updraft
