// One map of a Document while it is being read: every question marks its key as known, asks for
// `required` or names a default, and reports what is wrong to Mistakes; finish() reports the keys
// that nobody asked for. After a mistake a harmless value is returned, so that reading goes on and
// finds the rest. Policies read their own parameters through it, too.
#pragma once

#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "sim/units/parse.hpp"

namespace updraft {

// Bounds of a number, both inclusive unless `above` says otherwise.
struct Range {
  double least = -std::numeric_limits<double>::infinity();
  double most = std::numeric_limits<double>::infinity();
  bool above = false;  // the value must lie above `least`, not on it

  bool holds(double v) const { return (above ? v > least : v >= least) && v <= most; }
  std::string text() const;  // "above 0", "in [0, 1]", "" if unbounded

  static constexpr Range positive() { return {0, std::numeric_limits<double>::infinity(), true}; }
  static constexpr Range not_negative() {
    return {0, std::numeric_limits<double>::infinity(), false};
  }
  static constexpr Range unit() { return {0, 1, false}; }
};

// Of every link, wherever a rate is read: 1 bps to 1 Tbps.
inline constexpr Range any_rate{.125, 125e9, false};

class Section {
 public:
  // `path` names the section in error lines ("channel.uplink"); "" for the whole file. A node that
  // is not a map is a mistake, reported here.
  Section(const Document& node, std::string path, Mistakes& mistakes);

  bool has(const std::string& key);
  const Document* node(const std::string& key);  // null where absent; marks the key as known
  // The sub-section; an empty one, at this place, where the key is absent.
  Section section(const std::string& key);
  bool is_scalar(const std::string& key);

  // A dimensioned value (sim/units/parse.hpp). `range` is in SI units.
  template <class Q>
  Q quantity(const std::string& key, std::optional<Q> fallback, Range range = {});
  double number(const std::string& key, std::optional<double> fallback, Range range = {});
  double fraction(const std::string& key, std::optional<double> fallback,
                  Range range = Range::unit());
  unsigned long long count(const std::string& key, std::optional<unsigned long long> fallback,
                           Range range = {});
  bool boolean(const std::string& key, bool fallback);
  std::string text(const std::string& key, const std::optional<std::string>& fallback);
  // One of `names`; the mistake offers the nearest.
  std::string choice(const std::string& key, const std::optional<std::string>& fallback,
                     const std::vector<std::string>& names);

  // Reports `text` (what was expected) about a key of this section.
  void mistake(const std::string& key, std::string_view expected);
  void finish();

  Mistakes& mistakes() { return mistakes_; }
  // Of the section; of the one that lacks it, where it is absent.
  const Place& place() const { return place_; }
  // "channel.uplink.rate", as error lines name it
  std::string full(const std::string& key) const;

 private:
  const Document* scalar(const std::string& key, bool required, std::string_view expected);

  const Document& node_;
  Place place_;
  bool quiet_ = false;  // it is no map, which was reported: not every required key as well
  std::string path_;
  Mistakes& mistakes_;
  std::set<std::string> known_;
};

// The same readings for a node that stands alone (a scalar or a list item).
template <class Q>
std::optional<Q> read_quantity(const Document& node, const std::string& path, Mistakes& mistakes,
                               Range range = {});

}  // namespace updraft
