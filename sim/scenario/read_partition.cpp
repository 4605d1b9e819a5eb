// A network that may be cut between edge and cloud.
#include "sim/scenario/reading.hpp"

namespace updraft {
namespace {

// "roofline", "ideal" or {edge: FILE, cloud: FILE}
void read_times(Section& in, PartitionSpec& out) {
  const Document* node = in.node("times");
  if (node == nullptr || node->kind != Document::Kind::map) {
    const std::string text = node == nullptr ? "roofline" : node->text;
    if (text != "roofline" && text != "ideal")
      in.mistake("times",
                 "roofline, ideal or tables by layer, {edge: FILE.yaml, cloud: FILE.yaml}");
    out.times = text == "ideal" ? PartitionSpec::Times::ideal : PartitionSpec::Times::roofline;
    return;
  }
  Section files = in.section("times");
  out.times = PartitionSpec::Times::measured;
  out.edge_times = files.text("edge", std::nullopt);
  out.edge_times_place = place_of(files, "edge");
  out.cloud_times = files.text("cloud", std::nullopt);
  out.cloud_times_place = place_of(files, "cloud");
  files.finish();
}

}  // namespace

std::optional<PartitionSpec> read_partition(Section& root) {
  if (!root.has("partition")) return std::nullopt;
  Section in = root.section("partition");
  PartitionSpec out;
  out.place = in.place();
  out.layers = in.text("layers", std::nullopt);
  out.layers_place = place_of(in, "layers");
  out.answers = in.text("answers", "");
  out.answers_place = place_of(in, "answers");
  out.coding = in.choice("coding", "fp32", {"fp32", "fp16", "int8"});
  read_times(in, out);
  in.finish();
  return out;
}

}  // namespace updraft
