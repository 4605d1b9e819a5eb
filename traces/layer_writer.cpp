// Writes layer profiles: a line a layer, in columns.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/units/parse.hpp"
#include "traces/layer_profile.hpp"

namespace updraft {
namespace {

constexpr std::size_t widest_column = 48;  // what is longer moves the rest of its line

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
constexpr std::string_view in_words =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789./-";

// As YAML reads it back: as it is where that is sure, in quotes elsewhere.
std::string quoted(const std::string& text, std::string_view also) {
  const auto plain = [&](char c) {
    return in_words.find(c) != std::string_view::npos || also.find(c) != std::string_view::npos;
  };
  const bool null = text == "null" || text == "Null" || text == "NULL";
  if (!text.empty() && letters.find(text[0]) != std::string_view::npos && text.back() != ' ' &&
      !null && std::all_of(text.begin(), text.end(), plain)) {
    return text;
  }
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string word(const std::string& name) { return quoted(name, ""); }

// In MMAC where that reads back as the same, so that a column can be compared.
std::string work_text(Flops work) {
  const std::string text = fmt::format("{} MMAC", work.si() / 2e6);
  return parse<Flops>(text) == work ? text : fmt::format("{} FLOP", work.si());
}

// type, from, shape, work, params, and what is left
using Cells = std::array<std::string, 6>;

Cells cells_of(const LayerNode& layer, const LayerGraph& graph) {
  std::vector<std::string> from;
  for (const LayerId input : layer.inputs) from.push_back(word(graph.layers[input].name));
  double values = 1;
  for (const int side : layer.shape) values *= side;
  Cells cells;
  cells[0] = fmt::format("type: {}", layer_type_names.at(static_cast<std::size_t>(layer.type)));
  if (!from.empty()) cells[1] = fmt::format("from: [{}]", fmt::join(from, ", "));
  cells[2] = fmt::format("shape: [{}]", fmt::join(layer.shape, ", "));
  if (layer.work != Flops(0)) cells[3] = "work: " + work_text(layer.work);
  if (layer.params != Bytes(0)) cells[4] = fmt::format("params: {} B", layer.params.si());
  std::vector<std::string> rest;
  if (layer.type == LayerType::input || layer.output != Bytes(4 * values)) {
    rest.push_back(fmt::format("bytes: {} B", layer.output.si()));
  }
  if (layer.kernel > 0) rest.push_back(fmt::format("kernel: {}", layer.kernel));
  if (layer.stride > 0) rest.push_back(fmt::format("stride: {}", layer.stride));
  cells[5] = fmt::format("{}", fmt::join(rest, ", "));
  return cells;
}

// A comma after each cell but the last; blanks until the next column.
std::string line_of(const Cells& cells, const std::array<std::size_t, 6>& widths) {
  std::size_t last = cells.size() - 1;
  while (cells[last].empty()) --last;
  std::string line;
  std::size_t column = 0;
  for (std::size_t i = 0; i <= last; ++i) {
    if (!cells[i].empty()) {
      line.resize(std::max(line.size(), column), ' ');
      line += cells[i] + (i < last ? ", " : "");
    }
    column += widths[i] == 0 ? 0 : widths[i] + 2;
  }
  return line;
}

}  // namespace

std::string to_yaml(const LayerGraph& graph) {
  constexpr std::string_view in_sentences = " ,;()'+";
  std::vector<Cells> lines;
  std::vector<std::string> names;
  std::size_t name_width = 0;
  std::array<std::size_t, 6> widths{};
  for (const auto& layer : graph.layers) {
    names.push_back(word(layer.name) + ":");
    lines.push_back(cells_of(layer, graph));
    name_width = std::max(name_width, std::min(names.back().size(), widest_column));
    for (std::size_t i = 0; i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(lines.back()[i].size(), widest_column));
    }
  }
  std::string text = "format: updraft-layers\nname: " + quoted(graph.name, in_sentences) + "\n";
  if (!graph.source.empty()) text += "source: " + quoted(graph.source, in_sentences) + "\n";
  text += "layers:\n";
  for (std::size_t v = 0; v < lines.size(); ++v) {
    text += fmt::format("  {:<{}} {{{}}}\n", names[v], name_width, line_of(lines[v], widths));
  }
  std::vector<std::string> outputs;
  for (const LayerId output : graph.outputs) outputs.push_back(word(graph.layers[output].name));
  return text + fmt::format("outputs: [{}]\n", fmt::join(outputs, ", "));
}

}  // namespace updraft
