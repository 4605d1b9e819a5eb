#include "policies/ao/ao_thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

struct Margins {
  std::vector<double> right;
  std::vector<double> wrong;

  void add(double margin, bool correct) { (correct ? right : wrong).push_back(margin); }
  bool speaks(const AoRules& rules) const {  // (2)
    return right.size() + wrong.size() >= rules.least_samples &&
           (wrong.empty() || right.empty() || wrong.size() >= rules.least_errors);
  }
};

template <class Key>
std::map<Key, LastCrossing> speaking(const std::map<Key, Margins>& groups, const AoRules& rules) {
  std::map<Key, LastCrossing> out;
  for (const auto& [key, margins] : groups) {
    if (margins.speaks(rules))
      out.emplace(key, LastCrossing(margins.right, margins.wrong, rules.bandwidth));  // (1)
  }
  return out;
}

template <class Key>
const double* found(const std::vector<std::pair<Key, double>>& all, const Key& key) {
  const auto at = std::ranges::lower_bound(all, key, {}, &std::pair<Key, double>::first);
  return at != all.end() && at->first == key ? &at->second : nullptr;
}

}  // namespace

std::string_view name_of(AoGroups groups) {
  switch (groups) {
    case AoGroups::pairwise:
      return "pairwise";
    case AoGroups::by_class:
      return "class";
    default:
      return "global";
  }
}

double AoThresholds::of(std::int32_t first, std::int32_t second) const {
  if (const double* own = found(pairs_, {first, second})) return *own;
  if (const double* own = found(classes_, first)) return *own;  // (2)
  return global_;                                               // (2)
}

AoOrigins AoThresholds::origins(std::size_t classes) const {
  AoOrigins out;
  const std::uint64_t partners = groups_ == AoGroups::pairwise ? classes - 1 : 1;
  out.all = groups_ == AoGroups::global ? 1 : classes * partners;
  std::map<std::int32_t, std::uint64_t> own;  // pairs of a class that speak for themselves
  for (const auto& [pair, threshold] : pairs_) {
    ++own[pair.first];
    out.never += std::isinf(threshold) ? 1 : 0;
  }
  out.own = pairs_.size();
  for (const auto& [first, threshold] : classes_) {
    const std::uint64_t others = partners - own[first];
    (groups_ == AoGroups::pairwise ? out.by_class : out.own) += others;
    out.never += std::isinf(threshold) ? others : 0;
  }
  out.global = out.all - out.own - out.by_class;
  out.never += std::isinf(global_) ? out.global : 0;
  return out;
}

AoCalibration::AoCalibration(const AoRows& rows, const AoRules& rules, AoGroups finest) {
  const std::size_t n = rows.margin.size();
  UPDRAFT_CHECK(
      n > 0 && rows.first.size() == n && rows.second.size() == n && rows.correct.size() == n,
      std::to_string(n));
  std::map<AoThresholds::Pair, Margins> pairs;
  std::map<std::int32_t, Margins> classes;
  Margins all;
  for (std::size_t i = 0; i < n; ++i) {
    const bool correct = rows.correct[i] != 0;
    if (finest == AoGroups::pairwise)
      pairs[{rows.first[i], rows.second[i]}].add(rows.margin[i], correct);
    if (finest != AoGroups::global) classes[rows.first[i]].add(rows.margin[i], correct);
    all.add(rows.margin[i], correct);
  }
  pairs_ = speaking(pairs, rules);
  classes_ = speaking(classes, rules);
  global_.emplace(all.right, all.wrong, rules.bandwidth);  // (1)
}

AoThresholds AoCalibration::thresholds(AoGroups groups, double lambda) const {
  AoThresholds out;
  out.groups_ = groups;
  if (groups == AoGroups::pairwise) {
    for (const auto& [pair, crossing] : pairs_) out.pairs_.emplace_back(pair, crossing.at(lambda));
  }
  if (groups != AoGroups::global) {
    for (const auto& [first, crossing] : classes_)
      out.classes_.emplace_back(first, crossing.at(lambda));
  }
  out.global_ = global_->at(lambda);
  return out;
}

}  // namespace updraft
