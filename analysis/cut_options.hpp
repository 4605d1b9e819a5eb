// The options of `updraft cut` that are texts of a form of their own, and how options are read: one
// by one, mistakes kept, so that all can be told at once. For cut_setup.cpp and its tests.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/partition/cut_keys.hpp"
#include "policies/partition/rate_map.hpp"
#include "sim/core/input_error.hpp"
#include "sim/core/section.hpp"

namespace updraft {

// The options, one by one: what is wrong with one is kept, and a harmless value goes on.
class OptionReader {
 public:
  explicit OptionReader(Mistakes& mistakes) : mistakes_(mistakes) {}

  void wrong(std::string_view option, std::string_view got, std::string_view expected) {
    mistakes_.add(InputError(fmt::format("{} = {}; expected {}", option, shown(got), expected)));
  }
  template <class Q>
  Q quantity(std::string_view option, const std::string& text, Range range) {
    const auto value = parse<Q>(text);
    if (value && range.holds(value->si())) return *value;
    wrong(option, text,
          expected_text<Q>() + bounds(range, [](double si) { return text_of(Q(si)); }));
    return Q(1);
  }
  template <std::size_t n>
  std::size_t choice(std::string_view option, const std::string& text,
                     const std::array<std::string_view, n>& names) {
    const auto found = std::find(names.begin(), names.end(), text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    const std::vector<std::string> all(names.begin(), names.end());
    wrong(option, text, one_of(all) + did_you_mean(text, all));
    return 0;
  }
  // What `reading` returns; a default where it finds mistakes.
  template <class Reading>
  auto read(Reading reading) -> decltype(reading()) {
    try {
      return reading();
    } catch (const InputError& error) {
      mistakes_.add(error);
      return {};
    }
  }
  template <class Model>
  const Model* known(std::string_view option, const std::string& text, const Model* model,
                     const std::vector<std::string>& names) {
    if (model == nullptr) wrong(option, text, one_of(names) + did_you_mean(text, names));
    return model;
  }

 private:
  template <class Text>
  static std::string bounds(const Range& range, Text text) {
    if (range.above) return ", above 0";
    return fmt::format(", in [{}, {}]", text(range.least), text(range.most));
  }

  Mistakes& mistakes_;
};

// --objective, --price, --budget: a price where the objective is weighted, a budget where latency
// is to stay within it, and neither elsewhere.
Objective read_objective(const std::string& objective, const std::string& price,
                         const std::string& budget, OptionReader& options);

// "0.1Mbps:100Mbps:50": that many rates from the first to the last, both included, each the same
// factor above the one before. Nothing where the text is wrong.
std::vector<BytesPerSecond> read_rate_sweep(const std::string& text, OptionReader& options);

}  // namespace updraft
