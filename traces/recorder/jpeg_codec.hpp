// Gray images as JPEG and PNG files in memory, through libjpeg and libpng: what a device would put
// on the uplink, and what the cloud would see of it. A codec of a whole dataset is in
// coded_images.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "traces/recorder/layers.hpp"

namespace updraft {

// Steps of the 64 frequencies, row by row from DC (not in zigzag); 1 to 32767. Those above 255 take
// 16 bits each in a file: extended, not baseline JPEG, which libjpeg reads and writes.
using QuantisationTable = std::array<std::uint16_t, 64>;

// ITU-T T.81, Table K.1 (luminance).
QuantisationTable standard_table();

// A table by libjpeg's rule of quality, for any quality in (0, 100]:
//   percent = 5000 / q, rounded down, below 50, else 200 - 2 q           (1)
//   step = (table step * percent + 50) / 100, rounded down, 1 to 32767   (2)
// libjpeg itself takes whole q from 1 only. At q = 0.5, what seeds/004 calls JPEG(L), percent is
// 10000: steps a hundred times those of quality 50.
QuantisationTable at_quality(const QuantisationTable& table, double quality);

// A code as a file has it (T.81, B.2.4.2): how many symbols have 0, 1, ... 16 bits, and the symbols
// by rising length.
struct HuffmanTable {
  std::array<std::uint8_t, 17> lengths{};
  std::array<std::uint8_t, 256> symbols{};
};
struct HuffmanCodes {
  HuffmanTable dc;
  HuffmanTable ac;
};

// `tables` in the file, as any reader needs them and as cjpeg writes it; or known to both sides, an
// abbreviated stream (T.81, Annex B.5) without them and without the JFIF header: 27 bytes and the
// coded pixels. Huffman codes are those of Annex K unless others are given (fitted_codes.hpp), the
// transform the exact integer one.
enum class JpegTables { in_file, known };
enum class JpegHuffman { annex_k, fitted };
std::vector<std::uint8_t> jpeg_of(std::span<const std::uint8_t> pixels, const ImageShape& gray,
                                  const QuantisationTable& table, JpegTables tables,
                                  const std::optional<HuffmanCodes>& codes = {});

// The pixels of such a file; `table` and `codes` are what the cloud knows, where the file has none.
// The file is one of jpeg_of's: another is our fault.
std::vector<std::uint8_t> jpeg_pixels(std::span<const std::uint8_t> file,
                                      const QuantisationTable& table,
                                      const std::optional<HuffmanCodes>& codes = {});

// Its quantised coefficients: blocks row by row, each row by row from DC (not in zigzag).
using JpegBlock = std::array<std::int16_t, 64>;
std::vector<JpegBlock> quantised_blocks(std::span<const std::uint8_t> file,
                                        const QuantisationTable& table,
                                        const std::optional<HuffmanCodes>& codes = {});

// How many of them are not 0, DC included: what seeds/004 calls the transmission cost of JPEG. A
// block of one black pixel value has one, for libjpeg shifts levels by 128 first.
std::uint32_t nonzero_coefficients(std::span<const std::uint8_t> file,
                                   const QuantisationTable& table,
                                   const std::optional<HuffmanCodes>& codes = {});

// Bytes of the image as a PNG file, at libpng's usual settings.
std::uint32_t png_bytes(std::span<const std::uint8_t> pixels, const ImageShape& gray);

}  // namespace updraft
