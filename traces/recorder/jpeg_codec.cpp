#include "traces/recorder/jpeg_codec.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "sim/core/check.hpp"
#include "traces/recorder/jpeg_errors.hpp"

namespace updraft {
namespace {

using MaybeCodes = std::optional<HuffmanCodes>;  // none: Annex K's, which libjpeg begins with

void copy(const HuffmanTable& from, JHUFF_TBL& to) {
  std::copy(from.lengths.begin(), from.lengths.end(), to.bits);
  std::copy(from.symbols.begin(), from.symbols.end(), to.huffval);
}

class Encoder {
 public:
  Encoder(const ImageShape& gray, const QuantisationTable& table, const MaybeCodes& codes) {
    info_.err = strict(errors_);
    jpeg_create_compress(&info_);
    info_.image_width = static_cast<JDIMENSION>(gray.width);
    info_.image_height = static_cast<JDIMENSION>(gray.height);
    info_.input_components = 1;
    info_.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&info_);
    info_.dct_method = JDCT_ISLOW;
    std::array<unsigned, 64> steps;
    std::copy(table.begin(), table.end(), steps.begin());
    jpeg_add_quant_table(&info_, 0, steps.data(), 100, FALSE);
    if (!codes) return;
    copy(codes->dc, *info_.dc_huff_tbl_ptrs[0]);
    copy(codes->ac, *info_.ac_huff_tbl_ptrs[0]);
  }
  ~Encoder() {
    jpeg_destroy_compress(&info_);
    std::free(buffer_);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  std::vector<std::uint8_t> file(std::span<const std::uint8_t> pixels, JpegTables tables) {
    const bool known = tables == JpegTables::known;
    jpeg_mem_dest(&info_, &buffer_, &size_);
    if (known) {
      info_.write_JFIF_header = FALSE;
      jpeg_suppress_tables(&info_, TRUE);
    }
    jpeg_start_compress(&info_, known ? FALSE : TRUE);
    while (info_.next_scanline < info_.image_height) {
      auto* row = const_cast<JSAMPLE*>(pixels.data()) +  // only read
                  std::size_t{info_.next_scanline} * info_.image_width;
      jpeg_write_scanlines(&info_, &row, 1);
    }
    jpeg_finish_compress(&info_);
    return {buffer_, buffer_ + size_};
  }

  // The tables alone, which a decoder reads first.
  std::vector<std::uint8_t> table_file() {
    jpeg_mem_dest(&info_, &buffer_, &size_);
    jpeg_write_tables(&info_);
    return {buffer_, buffer_ + size_};
  }

 private:
  jpeg_error_mgr errors_{};
  jpeg_compress_struct info_{};
  unsigned char* buffer_ = nullptr;
  unsigned long size_ = 0;
};

class Decoder {
 public:
  Decoder(std::span<const std::uint8_t> file, const QuantisationTable& table,
          const MaybeCodes& codes)
      : tables_(Encoder({1, 8, 8}, table, codes).table_file()) {
    info_.err = strict(errors_);
    jpeg_create_decompress(&info_);
    jpeg_mem_src(&info_, tables_.data(), tables_.size());
    jpeg_read_header(&info_, FALSE);
    jpeg_mem_src(&info_, file.data(), file.size());
    jpeg_read_header(&info_, TRUE);
    info_.dct_method = JDCT_ISLOW;
  }
  ~Decoder() { jpeg_destroy_decompress(&info_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  std::vector<std::uint8_t> pixels() {
    jpeg_start_decompress(&info_);
    std::vector<std::uint8_t> out(std::size_t{info_.output_width} * info_.output_height);
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = out.data() + std::size_t{info_.output_scanline} * info_.output_width;
      jpeg_read_scanlines(&info_, &row, 1);
    }
    jpeg_finish_decompress(&info_);
    return out;
  }

  std::vector<JpegBlock> blocks() {
    jvirt_barray_ptr* components = jpeg_read_coefficients(&info_);
    const auto& gray = info_.comp_info[0];
    std::vector<JpegBlock> out;
    out.reserve(std::size_t{gray.height_in_blocks} * gray.width_in_blocks);
    for (JDIMENSION row = 0; row < gray.height_in_blocks; ++row) {
      const JBLOCKARRAY blocks = info_.mem->access_virt_barray(
          reinterpret_cast<j_common_ptr>(&info_), components[0], row, 1, FALSE);
      for (JDIMENSION column = 0; column < gray.width_in_blocks; ++column) {
        const JCOEF* block = blocks[0][column];
        std::copy(block, block + DCTSIZE2, out.emplace_back().begin());
      }
    }
    jpeg_finish_decompress(&info_);
    return out;
  }

 private:
  std::vector<std::uint8_t> tables_;
  jpeg_error_mgr errors_{};
  jpeg_decompress_struct info_{};
};

}  // namespace

QuantisationTable standard_table() {
  return {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,  //
          14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,  //
          18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,  //
          49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
}

QuantisationTable at_quality(const QuantisationTable& table, double quality) {
  const double percent = quality < 50 ? std::floor(5000 / quality) : 200 - 2 * quality;  // (1)
  QuantisationTable out;
  std::transform(table.begin(), table.end(), out.begin(), [&](std::uint16_t step) {
    const double scaled = std::floor((step * percent + 50) / 100);  // (2)
    return static_cast<std::uint16_t>(std::clamp(scaled, 1.0, 32767.0));
  });
  return out;
}

std::vector<std::uint8_t> jpeg_of(std::span<const std::uint8_t> pixels, const ImageShape& gray,
                                  const QuantisationTable& table, JpegTables tables,
                                  const MaybeCodes& codes) {
  UPDRAFT_CHECK(gray.channels == 1 && pixels.size() == gray.values(), to_string(gray));
  return Encoder(gray, table, codes).file(pixels, tables);
}

std::vector<std::uint8_t> jpeg_pixels(std::span<const std::uint8_t> file,
                                      const QuantisationTable& table, const MaybeCodes& codes) {
  return Decoder(file, table, codes).pixels();
}

std::vector<JpegBlock> quantised_blocks(std::span<const std::uint8_t> file,
                                        const QuantisationTable& table, const MaybeCodes& codes) {
  return Decoder(file, table, codes).blocks();
}

std::uint32_t nonzero_coefficients(std::span<const std::uint8_t> file,
                                   const QuantisationTable& table, const MaybeCodes& codes) {
  std::uint32_t count = 0;
  for (const JpegBlock& block : quantised_blocks(file, table, codes)) {
    count += static_cast<std::uint32_t>(
        std::count_if(block.begin(), block.end(), [](std::int16_t c) { return c != 0; }));
  }
  return count;
}

std::uint32_t png_bytes(std::span<const std::uint8_t> pixels, const ImageShape& gray) {
  UPDRAFT_CHECK(gray.channels == 1 && pixels.size() == gray.values(), to_string(gray));
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(gray.width);
  image.height = static_cast<png_uint_32>(gray.height);
  image.format = PNG_FORMAT_GRAY;
  png_alloc_size_t bytes = 0;
  const int done = png_image_write_to_memory(&image, nullptr, &bytes, 0, pixels.data(), 0, nullptr);
  UPDRAFT_CHECK(done != 0, image.message);
  return static_cast<std::uint32_t>(bytes);
}

}  // namespace updraft
