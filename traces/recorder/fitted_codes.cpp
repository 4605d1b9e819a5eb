#include "traces/recorder/fitted_codes.hpp"

#include <algorithm>
#include <cstdlib>

#include "traces/recorder/jpeg_errors.hpp"

namespace updraft {
namespace {

// Places of a block in the order in which a file has them (T.81, Figure A.6).
std::array<std::size_t, 64> zigzag() {
  std::array<std::size_t, 64> order{};
  std::size_t next = 0;
  for (std::size_t diagonal = 0; diagonal < 15; ++diagonal) {
    for (std::size_t i = 0; i <= diagonal; ++i) {
      const std::size_t row = diagonal % 2 == 0 ? diagonal - i : i;
      const std::size_t column = diagonal - row;
      if (row < 8 && column < 8) order[next++] = 8 * row + column;
    }
  }
  return order;
}

// Blocks in which each symbol comes at least once, in few blocks. A coefficient of size s is
// 2^(s - 1).
std::vector<JpegBlock> every_symbol() {
  const auto order = zigzag();
  const auto of_size = [](int size) { return static_cast<std::int16_t>(1 << (size - 1)); };
  std::vector<JpegBlock> blocks(1);  // ends of blocks are here, and 16 zeros in the next
  blocks.emplace_back()[order[17]] = 1;
  std::size_t place = 63;
  for (std::size_t run = 0; run < 16; ++run) {
    for (int size = 1; size <= 10; ++size) {
      if (place + run + 1 > 63) {
        blocks.emplace_back();
        place = 0;
      }
      place += run + 1;
      blocks.back()[order[place]] = of_size(size);
    }
  }
  // DC is coded as the difference to the block before, to 0 at the start of a row: 0 in every
  // second block makes it what it says wherever rows end
  blocks.resize(std::max<std::size_t>(blocks.size(), 24));
  for (int size = 1; size <= 11; ++size) {
    blocks[2 * static_cast<std::size_t>(size)][0] = of_size(size);
  }
  return blocks;
}

HuffmanTable copied(const JHUFF_TBL& from) {
  HuffmanTable to;
  std::copy(std::begin(from.bits), std::end(from.bits), to.lengths.begin());
  std::copy(std::begin(from.huffval), std::end(from.huffval), to.symbols.begin());
  return to;
}

// Many images' blocks as one image, whose optimal codes libjpeg finds. DC begins anew with each row
// of blocks.
class Stack {
 public:
  Stack(std::size_t columns, std::size_t rows) : columns_(columns) {
    info_.err = strict(errors_);
    jpeg_create_compress(&info_);
    info_.image_width = static_cast<JDIMENSION>(8 * columns);
    info_.image_height = static_cast<JDIMENSION>(8 * rows);
    info_.input_components = 1;
    info_.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&info_);
    info_.optimize_coding = TRUE;
    info_.restart_in_rows = 1;
    jpeg_mem_dest(&info_, &buffer_, &size_);
    blocks_ = info_.mem->request_virt_barray(
        reinterpret_cast<j_common_ptr>(&info_), JPOOL_IMAGE, TRUE, static_cast<JDIMENSION>(columns),
        static_cast<JDIMENSION>(rows), 1);  // all 0 to begin with
    jpeg_write_coefficients(&info_, &blocks_);
  }
  ~Stack() {
    jpeg_destroy_compress(&info_);
    std::free(buffer_);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  // On rows of their own; the rest of the last one stays 0.
  void add(const std::vector<JpegBlock>& blocks) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (i % columns_ == 0) {
        row_ = info_.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&info_), blocks_,
                                             next_row_++, 1, TRUE)[0];
      }
      std::copy(blocks[i].begin(), blocks[i].end(), row_[i % columns_]);
    }
  }

  HuffmanCodes codes() {
    jpeg_finish_compress(&info_);  // writes a file, which nobody reads
    return {copied(*info_.dc_huff_tbl_ptrs[0]), copied(*info_.ac_huff_tbl_ptrs[0])};
  }

 private:
  std::size_t columns_;
  jpeg_error_mgr errors_{};
  jpeg_compress_struct info_{};
  unsigned char* buffer_ = nullptr;
  unsigned long size_ = 0;
  jvirt_barray_ptr blocks_ = nullptr;
  JBLOCKROW row_ = nullptr;
  JDIMENSION next_row_ = 0;
};

}  // namespace

HuffmanCodes fitted_codes(const ImageSet& set, const QuantisationTable& table, std::size_t most) {
  // A row an image, so that its DC chain is its own. JPEG ends at 65,500 pixels, 8,187 blocks, a
  // side: of larger images each row of blocks is one, and there are fewer of them.
  constexpr std::size_t longest = 8000;  // leaves rows for every_symbol()
  const auto across = static_cast<std::size_t>((set.shape.width + 7) / 8);
  const auto down = static_cast<std::size_t>((set.shape.height + 7) / 8);
  const bool fits = across * down <= longest;
  const std::size_t columns = fits ? across * down : across;
  const std::size_t rows = fits ? 1 : down;  // an image
  const std::size_t images = std::min({set.size(), most, longest / rows});
  const std::vector<JpegBlock> symbols = every_symbol();

  Stack stack(columns, images * rows + (symbols.size() + columns - 1) / columns);
  stack.add(symbols);
  const std::size_t values = set.shape.values();
  for (std::size_t i = 0; i < images; ++i) {
    const std::span<const std::uint8_t> image(set.pixels.data() + i * values, values);
    const auto file = jpeg_of(image, set.shape, table, JpegTables::known);
    stack.add(quantised_blocks(file, table));
  }
  return stack.codes();
}

}  // namespace updraft
