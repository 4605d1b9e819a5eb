#include "traces/inference_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/names_of.hpp"

namespace updraft {
namespace {

// What stands at the first value that is outside, "nan at row 3"; "" if all are inside.
template <class T, class Outside>
std::string first_outside(const std::vector<T>& values, std::size_t columns, Outside outside) {
  const auto first = std::find_if(values.begin(), values.end(), outside);
  if (first == values.end()) return "";
  const auto index = static_cast<std::size_t>(first - values.begin());
  return fmt::format("{} at row {}", *first, index / columns);
}

// The same, and how many more there are: "nan at row 3 and 2 more".
template <class T, class Outside>
std::string all_outside(const std::vector<T>& values, std::size_t columns, Outside outside) {
  const auto count = std::count_if(values.begin(), values.end(), outside);
  const std::string more = count > 1 ? fmt::format(" and {} more", count - 1) : "";
  return first_outside(values, columns, outside) + more;
}

template <class Named>
std::string names_text(const std::vector<Named>& all) {
  std::vector<std::string> names = names_of(all);
  std::sort(names.begin(), names.end());
  return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
}

// Puts `others` into the order of `firsts`; both hold the same names.
template <class Named>
void in_order_of(const std::vector<Named>& firsts, std::vector<Named>& others) {
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    const auto same = [&](const Named& other) { return other.name == firsts[i].name; };
    std::swap(others[i], *std::find_if(others.begin(), others.end(), same));
  }
}

}  // namespace

bool check_finite(const std::vector<float>& values, std::size_t columns, const std::string& path,
                  PathMistakes& mistakes) {
  const auto got = all_outside(values, columns, [](float v) { return !std::isfinite(v); });
  if (!got.empty()) mistakes.add(path, got, "finite numbers");
  return got.empty();
}

std::vector<std::int32_t> checked_labels(const std::vector<std::int64_t>& found,
                                         std::int32_t classes, const std::string& path,
                                         PathMistakes& mistakes) {
  const std::int64_t end = classes > 0 ? classes : std::int64_t{1} << 31;
  const std::int64_t begin = classes > 0 ? 0 : -(std::int64_t{1} << 31);
  const auto outside = [&](std::int64_t v) { return v < begin || v >= end; };
  const auto got = all_outside(found, 1, outside);
  if (!got.empty()) mistakes.add(path, got, fmt::format("classes in [{}, {}]", begin, end - 1));
  std::vector<std::int32_t> out(found.size());
  std::transform(found.begin(), found.end(), out.begin(),
                 [&](std::int64_t v) { return outside(v) ? 0 : static_cast<std::int32_t>(v); });
  return out;
}

bool check_correct(const std::vector<std::int64_t>& found, const std::string& path,
                   PathMistakes& mistakes) {
  const auto got = first_outside(found, 1, [](std::int64_t v) { return v != 0 && v != 1; });
  if (!got.empty()) mistakes.add(path, got, "0 or 1");
  return got.empty();
}

std::vector<std::uint32_t> checked_sizes(const std::vector<std::int64_t>& found,
                                         const std::string& path, PathMistakes& mistakes) {
  const auto got = first_outside(found, 1, [](std::int64_t v) {
    return v < 0 || v > std::numeric_limits<std::uint32_t>::max();
  });
  if (!got.empty()) {
    mistakes.add(path, got, "sizes in [0, 4294967295]");
    return {};
  }
  std::vector<std::uint32_t> out(found.size());
  std::transform(found.begin(), found.end(), out.begin(),
                 [](std::int64_t v) { return static_cast<std::uint32_t>(v); });
  return out;
}

void judge(Answers& answers, const std::vector<std::int32_t>& labels, std::size_t classes,
           bool judged_by_file, const std::string& path, PathMistakes& mistakes) {
  std::size_t disagreeing = 0;
  std::string first;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const float* logits = answers.logits.data() + row * classes;
    const float largest = *std::max_element(logits, logits + classes);
    const auto predicted = std::find(logits, logits + classes, largest) - logits;
    answers.predicted.push_back(static_cast<std::int32_t>(predicted));
    const auto label = static_cast<std::size_t>(labels[row]);
    const std::uint8_t right = predicted == labels[row] ? 1 : 0;
    if (!judged_by_file) {
      answers.correct.push_back(right);
      continue;
    }
    const bool tie = logits[label] == largest && std::count(logits, logits + classes, largest) > 1;
    if (answers.correct[row] == right || tie) continue;
    if (disagreeing++ == 0) {
      first = fmt::format("{} at row {} (largest logit: class {}, label {})", answers.correct[row],
                          row, predicted, label);
    }
  }
  if (disagreeing == 0) return;
  if (disagreeing > 1) first += fmt::format(" and {} more", disagreeing - 1);
  mistakes.add(fmt::format("{}/correct = {}; expected what logits and label say", path, first));
}

void compare_splits(const Split& first, Split& other, PathMistakes& mistakes) {
  const auto same = [&](const std::string& path, const auto& a, const auto& b) {
    if (names_text(a) == names_text(b)) return true;
    mistakes.add("/" + other.name + path, names_text(b),
                 fmt::format("the same as /{}{}: {}", first.name, path, names_text(a)));
    return false;
  };
  if (same("/offload", first.variants, other.variants)) in_order_of(first.variants, other.variants);
  if (!same("/edge", first.stages, other.stages)) return;
  in_order_of(first.stages, other.stages);
  for (std::size_t i = 0; i < first.stages.size(); ++i) {
    const auto& a = first.stages[i];
    auto& b = other.stages[i];
    if (same("/edge/" + a.name + "/scores", a.scores, b.scores)) in_order_of(a.scores, b.scores);
  }
}

}  // namespace updraft
