#include "sim/scenario/sweep_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/core/section.hpp"
#include "sim/scenario/value_range.hpp"

namespace updraft {
namespace {

constexpr std::size_t most_cells = 100'000;
constexpr double most_points = 100'000;

// {from: 1 Mbps, to: 20 Mbps, count: 20, spacing: log}
std::vector<Document> read_range(const Document& node, const std::string& path,
                                 Mistakes& mistakes) {
  Section in(node, "sweep." + path, mistakes);
  const auto range = read_value_range(in);
  const auto count = static_cast<std::size_t>(in.count("count", std::nullopt, {2, most_points}));
  in.finish();
  std::vector<Document> out;
  for (std::size_t i = 0; range && i < count; ++i) {
    out.push_back(range->at(static_cast<double>(i) /
                            static_cast<double>(std::max<std::size_t>(count, 2) - 1)));
  }
  return out;
}

std::vector<Document> read_points(const Document& node, const std::string& path,
                                  Mistakes& mistakes) {
  if (node.kind == Document::Kind::map) return read_range(node, path, mistakes);
  if (node.kind == Document::Kind::list && !node.items.empty()) return node.items;
  mistakes.add(node.place, "sweep." + path, node.shown(),
               "a list of values, or {from: 0, to: 1, count: 11}");
  return {};
}

}  // namespace

SweepAxes::SweepAxes(const Document& scenario, Mistakes& mistakes) : base_(scenario) {
  const Document* sweep = scenario.find("sweep");
  if (sweep == nullptr) return;
  std::erase_if(base_.entries, [](const Document::Entry& entry) { return entry.key == "sweep"; });
  if (sweep->kind != Document::Kind::map || sweep->entries.empty()) {
    mistakes.add(sweep->place, "sweep", sweep->shown(),
                 "paths and their values, such as {device.count: [1, 8, 64]}");
    return;
  }
  std::set<std::string> seen;
  const auto read = [&](const Document::Entry& entry, SweepAxis& axis) {
    if (!seen.insert(entry.key).second)
      mistakes.add(entry.key_place, "sweep." + entry.key, "twice", "each path once");
    auto points = read_points(entry.value, entry.key, mistakes);
    if (points.empty()) return;
    if (!axis.values.empty() && points.size() != axis.points()) {
      mistakes.add(entry.value.place, "sweep.zip." + entry.key,
                   fmt::format("{} values", points.size()),
                   fmt::format("{}, as many as {} has", axis.points(), axis.paths.front()));
      return;
    }
    axis.paths.push_back(entry.key);
    axis.values.push_back(std::move(points));
  };
  for (const auto& entry : sweep->entries) {
    SweepAxis axis;
    if (entry.key != "zip") {
      read(entry, axis);
    } else if (entry.value.kind == Document::Kind::map) {
      for (const auto& zipped : entry.value.entries) read(zipped, axis);
    } else {
      mistakes.add(entry.value.place, "sweep.zip", entry.value.shown(),
                   "paths and lists of one length");
    }
    if (!axis.values.empty()) axes_.push_back(std::move(axis));
  }
  double cells = 1;
  for (const auto& axis : axes_) cells *= static_cast<double>(axis.points());
  if (cells > static_cast<double>(most_cells)) {
    mistakes.add(sweep->place, "sweep", fmt::format("{:.0f} cells", cells),
                 fmt::format("at most {}", most_cells));
    axes_.clear();
  }
}

std::size_t SweepAxes::cells() const {
  std::size_t cells = 1;
  for (const auto& axis : axes_) cells *= axis.points();
  return cells;
}

std::vector<std::size_t> SweepAxes::coordinates(std::size_t cell) const {
  std::vector<std::size_t> out(axes_.size());
  for (std::size_t a = axes_.size(); a-- > 0;) {
    out[a] = cell % axes_[a].points();
    cell /= axes_[a].points();
  }
  return out;
}

Document SweepAxes::cell(std::size_t number) const {
  Document document = base_;
  const auto at = coordinates(number);
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    for (std::size_t k = 0; k < axes_[a].paths.size(); ++k)
      set_in_document(document, axes_[a].paths[k], axes_[a].values[k][at[a]]);
  }
  return document;
}

std::vector<std::string> SweepAxes::columns() const {
  std::vector<std::string> out;
  for (const auto& axis : axes_) out.insert(out.end(), axis.paths.begin(), axis.paths.end());
  return out;
}

std::vector<std::string> SweepAxes::values(std::size_t cell) const {
  std::vector<std::string> out;
  const auto at = coordinates(cell);
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    for (const auto& of_path : axes_[a].values) {
      const Document& value = of_path[at[a]];
      out.push_back(value.kind == Document::Kind::scalar ? value.text : value.shown());
    }
  }
  return out;
}

}  // namespace updraft
