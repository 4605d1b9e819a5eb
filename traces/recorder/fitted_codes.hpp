// Huffman codes fitted to a dataset: what two sides that both know the training images would use
// instead of Annex K's, which were made for photographs and spend 6 bits on a block that says
// nothing. libjpeg makes them, as for `cjpeg -optimize`.
#pragma once

#include "traces/recorder/dataset.hpp"
#include "traces/recorder/jpeg_codec.hpp"

namespace updraft {

// Of the first `most` images, quantised by `table`: one code for DC and one for AC, optimal in the
// sum of these images' bits but for one thing: each symbol that a JPEG of 8 bits can hold (DC sizes
// 0 to 11; AC runs 0 to 15 of sizes 1 to 10, end of block, 16 zeros) is counted some times more, so
// that images of another split have codes, too. Gray images.
HuffmanCodes fitted_codes(const ImageSet& set, const QuantisationTable& table,
                          std::size_t most = 5000);

}  // namespace updraft
