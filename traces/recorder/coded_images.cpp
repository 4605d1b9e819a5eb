#include "traces/recorder/coded_images.hpp"

#include <fmt/format.h>

#include <span>

#include "sim/core/input_error.hpp"
#include "traces/recorder/deepn_table.hpp"
#include "traces/recorder/fitted_codes.hpp"

namespace updraft {

Codec::Codec(const CodecRecipe& recipe, const ImageSet& training) : recipe_(recipe) {
  if (training.shape.channels != 1) {
    throw InputError(fmt::format("codecs.{} on {} images; expected gray ones", recipe.name,
                                 to_string(training.shape)));
  }
  if (recipe.kind == CodecKind::png) return;
  const QuantisationTable table = recipe.kind == CodecKind::jpeg
                                      ? standard_table()
                                      : deepn_table(deviations_of_frequencies(training));
  table_ = at_quality(table, recipe.quality);
  if (recipe.huffman == JpegHuffman::fitted) codes_ = fitted_codes(training, table_);
}

CodedImages Codec::coded(const ImageSet& set) const {
  CodedImages out;
  const std::size_t values = set.shape.values();
  if (recipe_.kind != CodecKind::png) {
    out.decoded.shape = set.shape;
    out.decoded.labels = set.labels;
    out.decoded.pixels.reserve(set.pixels.size());
  }
  for (std::size_t row = 0; row < set.size(); ++row) {
    const std::span<const std::uint8_t> image(set.pixels.data() + row * values, values);
    if (recipe_.kind == CodecKind::png) {
      out.bytes.push_back(png_bytes(image, set.shape));
      continue;
    }
    const auto file = jpeg_of(image, set.shape, table_, recipe_.tables, codes_);
    const auto seen = jpeg_pixels(file, table_, codes_);
    out.bytes.push_back(static_cast<std::uint32_t>(file.size()));
    out.nonzero.push_back(nonzero_coefficients(file, table_, codes_));
    out.decoded.pixels.insert(out.decoded.pixels.end(), seen.begin(), seen.end());
  }
  return out;
}

Flops Codec::work(const ImageShape& shape) const {
  if (recipe_.kind == CodecKind::png) return Flops(0);
  const int across = (shape.width + 7) / 8;
  const int down = (shape.height + 7) / 8;
  return Flops(2.0 * across * down * (16 * 12 + 64));
}

}  // namespace updraft
