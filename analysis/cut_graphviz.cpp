#include "analysis/cut_graphviz.hpp"

#include <fmt/format.h>

#include "analysis/cut_text.hpp"

namespace updraft {
namespace {

constexpr std::string_view crossing =
    " color=\"#D00000\" fontcolor=\"#D00000\" fontname=\"Helvetica-Bold\" fontsize=11 penwidth=2.5";

// Inside double quotes. A backslash would begin one of dot's own escapes.
std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') out += '\\';
    out += code < 0x20 || code == 0x7F ? ' ' : letter;
  }
  return out + "\"";
}

// Below a layer's name: its work, or what it is where it has none.
std::string second_line(const LayerNode& layer) {
  const double macs = layer.work.si() / 2;
  if (macs >= 1e5) return fmt::format("{:.1f} MMAC", macs / 1e6);
  if (macs > 0) return fmt::format("{:.1f} kMAC", macs / 1e3);
  return std::string(layer_type_names[static_cast<std::size_t>(layer.type)]);
}

std::string node(const LayerNode& layer, std::size_t v) {
  const std::string name = dot_text(layer.name);
  return fmt::format("    n{} [label={}\\n{}\"{}]\n", v, name.substr(0, name.size() - 1),
                     second_line(layer), layer.type == LayerType::input ? " shape=ellipse" : "");
}

std::string frame(const CutReport& report, bool edge) {
  const CutSetup& setup = report.setup;
  std::string nodes;
  for (std::size_t v = 0; v < setup.graph.layers.size(); ++v) {
    if ((report.candidates[report.chosen].on_edge[v] == 1) == edge)
      nodes += node(setup.graph.layers[v], v);
  }
  if (nodes.empty()) return "";
  const CutFigures& figures = report.row(report.chosen);
  return fmt::format(
      "  subgraph cluster_{} {{\n"
      "    label={} labelloc={}\n"
      "    style=\"rounded,filled\" color=\"{}\" fillcolor=\"{}\"\n"
      "    node [fillcolor=\"{}\"]\n{}  }}\n",
      edge ? "edge" : "cloud",
      dot_text(edge ? fmt::format("edge: {}, {}", setup.edge, with_unit(figures.edge))
                    : fmt::format("cloud: {}, {}", setup.cloud, with_unit(figures.cloud))),
      edge ? "t" : "b",  // away from the arrows between the frames
      edge ? "#D55E00" : "#0072B2", edge ? "#FCEFE6" : "#E6F1F8", edge ? "#F7C9A6" : "#A6D0E8",
      nodes);
}

std::string title(const CutReport& report) {
  const CutSetup& setup = report.setup;
  const std::string sent =
      report.candidates[report.chosen].offloads()
          ? fmt::format(", upload {}", with_unit(report.row(report.chosen).upload))
          : "";
  return fmt::format("{}, {} Mbps up: {} in all{}", setup.graph.name, mbps(setup.uplink),
                     with_unit(report.row(report.chosen).total), sent);
}

}  // namespace

std::string cut_graphviz(const CutReport& report) {
  const LayerGraph& graph = report.setup.graph;
  const Assignment& on_edge = report.candidates[report.chosen].on_edge;
  std::string out = fmt::format(
      "// dot -Tsvg cut.dot -o cut.svg\n"
      "// An arrow is a tensor with its size as it would be sent; red where it is sent, once.\n"
      "digraph {} {{\n"
      "  graph [label={} labelloc=t fontname=\"Helvetica\" fontsize=16 ranksep=0.3 nodesep=0.35]\n"
      "  node [shape=box style=\"rounded,filled\" color=\"#666666\" fontname=\"Helvetica\" "
      "fontsize=11 height=0.3 margin=\"0.12,0.04\"]\n"
      "  edge [color=\"#666666\" fontname=\"Helvetica\" fontsize=9 fontcolor=\"#444444\" "
      "arrowsize=0.6]\n",
      dot_text(graph.name), dot_text(title(report)));
  out += frame(report, true) + frame(report, false);
  Assignment told(on_edge.size(), 0);  // tensors whose crossing stands there already
  for (std::size_t v = 0; v < graph.layers.size(); ++v) {
    for (const LayerId input : graph.layers[v].inputs) {
      const bool sent = on_edge[input] == 1 && on_edge[v] == 0;
      const std::string size =
          fmt::format("{:.1f} kB", report.setup.times.payload[input].si() / 1e3);
      out += fmt::format("  n{} -> n{} [label=\" {}\"{}]\n", input, v,
                         sent && told[input] == 1 ? "the same" : size, sent ? crossing : "");
      if (sent) told[input] = 1;
    }
  }
  return out + "}\n";
}

}  // namespace updraft
