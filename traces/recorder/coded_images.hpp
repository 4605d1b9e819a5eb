// A dataset behind a codec: what each image weighs on the uplink, and what the cloud's network is
// trained on and asked about. No torch here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/units/quantity.hpp"
#include "traces/recorder/dataset.hpp"
#include "traces/recorder/jpeg_codec.hpp"
#include "traces/recorder/recipe.hpp"

namespace updraft {

struct CodedImages {
  ImageSet decoded;                    // as the cloud sees them; empty for lossless PNG
  std::vector<std::uint32_t> bytes;    // [N] on the uplink
  std::vector<std::uint32_t> nonzero;  // [N] quantised coefficients that are not 0; empty for PNG
};

class Codec {
 public:
  // `training`: the images whose statistics make a DeepN-JPEG table and fitted Huffman codes. Gray
  // images: throws InputError for others.
  Codec(const CodecRecipe& recipe, const ImageSet& training);

  CodedImages coded(const ImageSet& set) const;
  // On the device, an image: the multiplications of the transform (12 for 8 values in libjpeg's
  // exact one, 16 times a block) and of quantisation (64 a block), each taken for a MAC. Huffman
  // codes and PNG multiply nothing.
  Flops work(const ImageShape& shape) const;
  const QuantisationTable& table() const { return table_; }

 private:
  CodecRecipe recipe_;
  QuantisationTable table_{};
  std::optional<HuffmanCodes> codes_;  // none: Annex K's
};

}  // namespace updraft
