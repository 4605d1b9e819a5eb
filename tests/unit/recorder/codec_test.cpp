// Are coded bytes, coefficients and decoded pixels those of libjpeg's own tools and of sums by
// hand?
#include "traces/recorder/coded_images.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "sim/core/input_error.hpp"
#include "tests/unit/recorder/drawn_digits.hpp"
#include "tests/unit/recorder/written_dataset.hpp"
#include "traces/recorder/deepn_table.hpp"
#include "traces/recorder/fitted_codes.hpp"
#include "traces/recorder/transform.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

using Bytes8 = std::vector<std::uint8_t>;

std::string content(const std::string& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

// Something like a photograph: a slope, a bright disc and noise. 20 x 13, no multiple of 8.
Bytes8 picture(const ImageShape& shape) {
  Stream noise(4, "picture");
  Bytes8 pixels;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const bool disc = (x - 8) * (x - 8) + (y - 6) * (y - 6) < 20;
      pixels.push_back(
          static_cast<std::uint8_t>(5 * x + (disc ? 120 : 0) + static_cast<int>(noise.below(20))));
    }
  }
  return pixels;
}

const ImageShape odd = {1, 13, 20};

// What the recipes of CiNET code: a drawn digit on the noisy square of seeds/004.
ImageSet transformed_digits(std::size_t count = 20) {
  Transform transform;
  transform.waves = 10;
  return transformed(drawn_digits(count, 1), transform, "train");
}

struct Sample {
  ImageShape shape;
  Bytes8 pixels;
};
std::vector<Sample> samples() {
  const ImageSet digits = transformed_digits();
  const auto first = digits.pixels.begin();
  return {{odd, picture(odd)}, {digits.shape, {first, first + 10000}}};
}

void write_pgm(const std::string& file, const Bytes8& pixels, const ImageShape& shape) {
  write(file, fmt::format("P5\n{} {}\n255\n", shape.width, shape.height) +
                  std::string(pixels.begin(), pixels.end()));
}

bool has(const std::string& tool) {
  if (std::system(fmt::format("command -v {} > /dev/null", tool).c_str()) == 0) return true;
  MESSAGE("skipped: no " << tool << " (libjpeg-turbo-progs)");
  return false;
}

std::string table_text(const QuantisationTable& table) {
  std::string text;
  for (std::size_t i = 0; i < 64; ++i)
    text += fmt::format("{}{}", table[i], i % 8 == 7 ? "\n" : " ");
  return text;
}

CodecRecipe recipe(CodecKind kind, double quality) {
  CodecRecipe out;
  out.name = "c";
  out.kind = kind;
  out.quality = quality;
  return out;
}

ImageSet set_of(const ImageShape& shape, const std::vector<Bytes8>& images) {
  ImageSet set;
  set.shape = shape;
  for (const Bytes8& image : images) {
    set.pixels.insert(set.pixels.end(), image.begin(), image.end());
    set.labels.push_back(0);
  }
  return set;
}

Bytes8 pixels_of(const ImageSet& set, std::size_t row) {
  const auto first = set.pixels.begin() + static_cast<std::ptrdiff_t>(row * set.shape.values());
  return {first, first + static_cast<std::ptrdiff_t>(set.shape.values())};
}

// What no training image need hold: DC that jumps from end to end, by 2040; the largest single AC;
// and noise.
Bytes8 extremes(const ImageShape& shape) {
  Stream draws(5, "extremes");
  Bytes8 pixels;
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const bool chequered = (x / 8 + y / 8) % 2 == 0;
      const bool striped = ((x + 1) / 2 + (y + 1) / 2) % 2 == 0;  // cosines of frequency (4, 4)
      const int noise = static_cast<int>(draws.below(256));
      const int pixel = y < 16 ? 255 * chequered : y < 32 ? 255 * striped : noise;
      pixels.push_back(static_cast<std::uint8_t>(pixel));
    }
  }
  return pixels;
}

}  // namespace

TEST_CASE("quality is libjpeg's: at 50 the table as it stands, and beyond what libjpeg takes") {
  const QuantisationTable table = standard_table();
  CHECK(at_quality(table, 50) == table);  // 5000 / 50 = 100 %; the rule's + 50 rounds
  // 75: 200 - 150 = 50 %: (16 * 50 + 50) / 100 = 8.5, down to 8; (11 * 50 + 50) / 100 = 6
  CHECK(at_quality(table, 75)[0] == 8);
  CHECK(at_quality(table, 75)[1] == 6);
  // 30: 5000 / 30 = 166 %: (16 * 166 + 50) / 100 = 27.06
  CHECK(at_quality(table, 30)[0] == 27);
  CHECK(at_quality(table, 100)[63] == 1);                         // 0 %: at least 1
  CHECK(at_quality(table, 1)[0] == 800);                          // 5000 %: 16 bits
  CHECK(at_quality(table, 0.5)[0] == 1600);                       // 10000 %
  CHECK(at_quality(table, 0.15)[63] == 32767);                    // 99 * 333.33 = 33,000
  CHECK(std::accumulate(table.begin(), table.end(), 0) == 3688);  // of Table K.1's numbers
}

TEST_CASE("files equal cjpeg's for the same image and table, byte by byte") {
  if (!has("cjpeg")) return;
  const Folder folder("cjpeg");
  const QuantisationTable standard = standard_table();
  const QuantisationTable deepn = deepn_table(deviations_of_frequencies(transformed_digits()));
  for (const auto& [shape, pixels] : samples()) {
    INFO(to_string(shape));
    write_pgm(folder / "in.pgm", pixels, shape);
    const auto theirs = [&](const std::string& options) {
      const std::string command = fmt::format("cjpeg {} -outfile {} {} 2> /dev/null", options,
                                              folder / "out.jpg", folder / "in.pgm");
      REQUIRE(std::system(command.c_str()) == 0);
      return content(folder / "out.jpg");
    };
    const auto ours = [&](const QuantisationTable& table) {
      const auto file = jpeg_of(pixels, shape, table, JpegTables::in_file);
      return std::string(file.begin(), file.end());
    };
    for (const int quality : {1, 30, 50, 75, 100}) {
      INFO(quality);
      CHECK(ours(at_quality(standard, quality)) == theirs(fmt::format("-quality {}", quality)));
    }
    // by a table, since cjpeg has no such quality, nor a table of a dataset's
    for (const auto& table : {at_quality(standard, 0.5), at_quality(standard, 0.15),
                              at_quality(deepn, 50), at_quality(deepn, 0.15)}) {
      write(folder / "table", table_text(table));
      CHECK(ours(table) == theirs(fmt::format("-quality 50 -qtables {}", folder / "table")));
    }
  }
}

TEST_CASE("decoded pixels equal djpeg's at every quality, with tables in the file or known") {
  const Folder folder("djpeg");
  const bool djpeg = has("djpeg");
  for (const auto& [shape, pixels] : samples()) {
    for (const double quality : {100.0, 50.0, 30.0, 0.5, 0.15}) {
      INFO(to_string(shape) << " " << quality);
      const QuantisationTable table = at_quality(standard_table(), quality);
      const auto whole = jpeg_of(pixels, shape, table, JpegTables::in_file);
      const auto abbreviated = jpeg_of(pixels, shape, table, JpegTables::known);
      const Bytes8 seen = jpeg_pixels(whole, table);
      CHECK(jpeg_pixels(abbreviated, table) == seen);
      CHECK(nonzero_coefficients(abbreviated, table) == nonzero_coefficients(whole, table));
      if (!djpeg) continue;
      write(folder / "in.jpg", std::string(whole.begin(), whole.end()));
      REQUIRE(std::system(fmt::format("djpeg -dct int -outfile {} {}", folder / "out.pgm",
                                      folder / "in.jpg")
                              .c_str()) == 0);
      CHECK(content(folder / "out.pgm") ==
            fmt::format("P5\n{} {}\n255\n", shape.width, shape.height) +
                std::string(seen.begin(), seen.end()));
    }
  }
}

TEST_CASE("tables and headers that both sides know weigh 303 bytes, 64 more with 16-bit steps") {
  const auto spared = [](double quality) {
    const QuantisationTable table = at_quality(standard_table(), quality);
    const Bytes8 pixels = picture(odd);
    return jpeg_of(pixels, odd, table, JpegTables::in_file).size() -
           jpeg_of(pixels, odd, table, JpegTables::known).size();
  };
  // APP0 18; DQT 4 + 65; DHT 4 + 17 + 12 (DC), 4 + 17 + 162 (AC) bytes
  CHECK(spared(30) == 18 + 69 + 33 + 183);
  CHECK(spared(0.5) == 18 + 69 + 64 + 33 + 183);
}

TEST_CASE(
    "with Annex K's codes a JPEG of 100 x 100 weighs 154 bytes at least, more than a patch's 100") {
  // SOI 2, SOF 13, SOS 10, EOI 2; and of each of 13 x 13 blocks two codes of Annex K: no change of
  // DC, 2 bits, and the end of the block, 4: 169 * 6 / 8 = 126.75 bytes
  const ImageShape square = {1, 100, 100};
  const QuantisationTable table = at_quality(standard_table(), 0.15);
  CHECK(jpeg_of(Bytes8(10000, 128), square, table, JpegTables::known).size() == 27 + 127);
}

TEST_CASE("with codes fitted to it, a flat image weighs 70 bytes") {
  // both symbols of its 13 x 13 blocks, no change of DC and the end of the block, have 1 bit:
  // 27 + 169 * 2 / 8 = 27 + 42.25 bytes
  const ImageShape square = {1, 100, 100};
  const Bytes8 flat(10000, 128);
  const QuantisationTable table = at_quality(standard_table(), 0.15);
  const HuffmanCodes codes = fitted_codes(set_of(square, {flat, flat}), table);
  CHECK(codes.dc.lengths[1] == 1);
  CHECK(codes.ac.lengths[1] == 1);
  CHECK(jpeg_of(flat, square, table, JpegTables::known, codes).size() == 27 + 43);
}

TEST_CASE("fitted codes have all 12 symbols of DC and 162 of AC, whatever they were fitted to") {
  const ImageShape square = {1, 48, 48};
  const ImageShape large = {1, 736, 736};  // 92 * 92 blocks: more than go on one row of libjpeg's
  for (const ImageShape& shape : {ImageShape{1, 8, 8}, square, large}) {
    INFO(to_string(shape));
    const QuantisationTable table = at_quality(standard_table(), 100);
    const HuffmanCodes codes = fitted_codes(set_of(shape, {Bytes8(shape.values(), 128)}), table);
    const auto symbols = [](const HuffmanTable& of) {
      return std::accumulate(of.lengths.begin() + 1, of.lengths.end(), 0);
    };
    CHECK(symbols(codes.dc) == 12);
    CHECK(symbols(codes.ac) == 162);
    const Bytes8 other = extremes(square);
    const auto file = jpeg_of(other, square, table, JpegTables::known, codes);
    const auto annex_k = jpeg_of(other, square, table, JpegTables::known);
    CHECK(jpeg_pixels(file, table, codes) == jpeg_pixels(annex_k, table));
    CHECK(quantised_blocks(file, table, codes) == quantised_blocks(annex_k, table));
  }
}

TEST_CASE("codes fitted to images are those that cjpeg finds for all of them in one image") {
  if (!has("cjpeg")) return;
  // Strips of 8 x 96 pixels, one above the other: restarts let each row of blocks begin DC anew and
  // end in a whole byte, as files do
  const ImageSet digits = transformed_digits(100);
  const ImageShape strip = {1, 8, 96};
  std::vector<Bytes8> strips;
  Bytes8 stacked;
  for (std::size_t row = 0; row < digits.size(); ++row) {
    const Bytes8 digit = pixels_of(digits, row);
    for (std::size_t y = 0; y < 96; ++y) {
      if (y % 8 == 0) strips.emplace_back();
      const auto from = digit.begin() + static_cast<std::ptrdiff_t>(100 * y);
      strips.back().insert(strips.back().end(), from, from + 96);
      stacked.insert(stacked.end(), from, from + 96);
    }
  }
  const Folder folder("cjpeg_optimize");
  const auto rows = static_cast<int>(strips.size());
  write_pgm(folder / "in.pgm", stacked, {1, 8 * rows, 96});
  for (const int quality : {2, 20, 75}) {
    INFO(quality);
    REQUIRE(std::system(fmt::format("cjpeg -quality {} -optimize -restart 1 -outfile {} {} "
                                    "2> /dev/null",
                                    quality, folder / "out.jpg", folder / "in.pgm")
                            .c_str()) == 0);
    const std::string theirs = content(folder / "out.jpg");
    const std::size_t scan = theirs.find("\xff\xda");  // 10 bytes; then rows, a marker between two
    REQUIRE(scan != std::string::npos);
    const double least = static_cast<double>(theirs.size() - scan) - 10 - 2 - 2 * (rows - 1);

    const QuantisationTable table = at_quality(standard_table(), quality);
    const HuffmanCodes codes = fitted_codes(set_of(strip, strips), table);
    double ours = 0;
    double annex_k = 0;
    for (const Bytes8& one : strips) {
      ours += static_cast<double>(jpeg_of(one, strip, table, JpegTables::known, codes).size()) - 27;
      annex_k += static_cast<double>(jpeg_of(one, strip, table, JpegTables::known).size()) - 27;
    }
    MESSAGE("quality " << quality << ": " << ours << " bytes, cjpeg's " << least << ", Annex K's "
                       << annex_k);
    // ours are optimal for some 25 blocks more, of all symbols, beside these 14,400; bytes filled
    // up and zeros after bytes of ones blur both
    CHECK(ours == doctest::Approx(least).epsilon(0.01));
    CHECK(annex_k > 1.01 * ours);
  }
}

TEST_CASE("a codec with fitted codes sends fewer bytes, and the cloud sees the same bits") {
  const ImageSet training = transformed_digits();
  Transform transform;
  transform.waves = 10;
  const ImageSet test = transformed(drawn_digits(20, 9), transform, "test");
  CodecRecipe plain = recipe(CodecKind::jpeg, 2);
  plain.tables = JpegTables::known;
  CodecRecipe fitted = plain;
  fitted.huffman = JpegHuffman::fitted;
  for (const ImageSet* set : {&training, &test}) {
    const CodedImages annex_k = Codec(plain, training).coded(*set);
    const CodedImages ours = Codec(fitted, training).coded(*set);
    CHECK(ours.decoded.pixels == annex_k.decoded.pixels);
    CHECK(ours.nonzero == annex_k.nonzero);
    const auto mean = [](const CodedImages& coded) {
      return std::accumulate(coded.bytes.begin(), coded.bytes.end(), 0.0) /
             static_cast<double>(coded.bytes.size());
    };
    MESSAGE(mean(ours) << " bytes, Annex K's " << mean(annex_k));
    CHECK(mean(ours) < 0.8 * mean(annex_k));
  }
  // of the training images alone, and of the first ones of many
  const HuffmanCodes first = fitted_codes(training, Codec(plain, training).table(), 1);
  const HuffmanCodes alone = fitted_codes(set_of(training.shape, {pixels_of(training, 0)}),
                                          Codec(plain, training).table());
  CHECK(first.ac.lengths == alone.ac.lengths);
  CHECK(first.ac.symbols == alone.ac.symbols);
}

TEST_CASE("coefficients of tiny images, by hand") {
  const ImageShape one = {1, 8, 8};
  QuantisationTable table;
  table.fill(16);
  const auto nonzero = [&](const Bytes8& pixels, const ImageShape& shape) {
    return nonzero_coefficients(jpeg_of(pixels, shape, table, JpegTables::in_file), table);
  };
  // level v: DC = 8 (v - 128), AC = 0. 128 has none; 129 has 8 / 16 = 0.5, which rounds away from 0
  CHECK(nonzero(Bytes8(64, 128), one) == 0);
  CHECK(nonzero(Bytes8(64, 129), one) == 1);
  CHECK(nonzero(Bytes8(64, 0), one) == 1);              // black is -64, not 0
  CHECK(nonzero(Bytes8(64 * 6, 0), {1, 16, 24}) == 6);  // a block each
  CHECK(nonzero(Bytes8(9 * 9, 0), {1, 9, 9}) == 4);     // edges are filled to whole blocks
  // left half 100, right half 156: odd in x, so that u = 1, 3, 5, 7 alone: -28 * 8 / sqrt(8) * sum
  // of +-cos((2x+1) u pi / 16) / 2 ... = -202.9, 71.3, -47.6, 40.4 of 16: all four, and no DC
  Bytes8 halves;
  for (int i = 0; i < 64; ++i) halves.push_back(i % 8 < 4 ? 100 : 156);
  CHECK(nonzero(halves, one) == 4);
  table.fill(100);  // -2.03 and 0.71, which rounds to 1; 0.48 and 0.40 go
  CHECK(nonzero(halves, one) == 2);
  table.fill(150);  // -1.35 alone
  CHECK(nonzero(halves, one) == 1);
}

TEST_CASE("at quality 100 an image comes back within a level or two, at 0.5 as patches of gray") {
  const Bytes8 pixels = picture(odd);
  const auto worst = [&](double quality) {
    const QuantisationTable table = at_quality(standard_table(), quality);
    const Bytes8 seen = jpeg_pixels(jpeg_of(pixels, odd, table, JpegTables::known), table);
    int most = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i)
      most = std::max(most, std::abs(pixels[i] - seen[i]));
    return most;
  };
  CHECK(worst(100) <= 2);
  CHECK(worst(0.5) > 50);
}

TEST_CASE("a PNG's size: a file's for nothing to say, a little above the pixels' for noise") {
  const std::uint32_t flat = png_bytes(Bytes8(100 * 100, 7), {1, 100, 100});
  CHECK(flat < 200);  // signature 8, IHDR 25, IDAT 12 + a run, IEND 12
  Bytes8 noise;
  Stream draws(3, "noise");
  for (int i = 0; i < 100 * 100; ++i) noise.push_back(static_cast<std::uint8_t>(draws.below(256)));
  const std::uint32_t random = png_bytes(noise, {1, 100, 100});
  CHECK(random > 10000);  // cannot be compressed
  CHECK(random < 10400);  // nor does it grow by more than filters, block and chunk headers
}

TEST_CASE("deviations of frequencies: of waves that are one frequency each") {
  // one block of 128 + w, one of 128 - w, w = 40 cos((2x + 1) pi / 16): (u, v) = (1, 0) alone, +-40
  // * sum cos^2 / 2 * sqrt(8) = 40 * 4 / 2 * sqrt(8) = 226.3, which is the deviation, too
  ImageSet set;
  set.shape = {1, 8, 16};
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 16; ++x) {
      const double wave = 40 * std::cos((2 * (x % 8) + 1) * 3.14159265358979 / 16);
      set.pixels.push_back(static_cast<std::uint8_t>(std::lround(128 + (x < 8 ? wave : -wave))));
    }
  }
  set.labels = {0};
  const auto deviations = deviations_of_frequencies(set);
  CHECK(deviations[1] == doctest::Approx(226.3).epsilon(0.01));
  for (std::size_t i = 0; i < 64; ++i) {
    if (i != 1) CHECK(deviations[i] < 2);  // the rounding to whole levels
  }
}

TEST_CASE("a DeepN table: bands by rank, steps on three lines") {
  // deviation i + 1 at frequency i: ranks fall with i. T1 = the 29th largest = 36, T2 = the 7th =
  // 58
  std::array<double, 64> deviations;
  for (std::size_t i = 0; i < 64; ++i) deviations[i] = static_cast<double>(i + 1);
  const QuantisationTable table = deepn_table(deviations);
  CHECK(table[0] == 249);  // 255 - 195 * 1 / 36 = 249.58
  CHECK(table[35] == 60);  // T1
  CHECK(table[36] == 58);  // 60 - 40 * 1 / 22 = 58.18
  CHECK(table[57] == 20);  // T2
  CHECK(table[58] == 56);  // 240 - 180 * 59 / 58 = 56.9
  CHECK(table[63] == 41);  // 240 - 180 * 64 / 58 = 41.4
  // ImageNet's thresholds give the paper's own constants
  deviations.fill(10);
  for (std::size_t i = 0; i < 28; ++i) deviations[i] = 40;
  deviations[28] = 20;
  for (std::size_t i = 0; i < 6; ++i) deviations[i] = 90;
  deviations[6] = 60;
  const QuantisationTable theirs = deepn_table(deviations);
  CHECK(theirs[63] == 157);  // 255 - 9.75 * 10 = 157.5
  CHECK(theirs[10] == 40);   // 80 - 40
  CHECK(theirs[6] == 20);    // 80 - 60
  CHECK(theirs[0] == 5);     // 240 - 3 * 90 < 5
  deviations.fill(0);        // a dataset of one gray: nothing matters
  CHECK(deepn_table(deviations)[0] == 255);
}

TEST_CASE("a codec of a dataset: bytes, coefficients and pixels row by row") {
  const ImageSet set = two_classes(5, 1);
  const Codec codec(recipe(CodecKind::jpeg, 10), set);
  const CodedImages coded = codec.coded(set);
  REQUIRE(coded.bytes.size() == 5);
  REQUIRE(coded.nonzero.size() == 5);
  CHECK(coded.decoded.labels == set.labels);
  CHECK(coded.decoded.shape == set.shape);
  const std::span<const std::uint8_t> third(set.pixels.data() + 2 * 64, 64);
  const auto file = jpeg_of(third, set.shape, codec.table(), JpegTables::in_file);
  CHECK(coded.bytes[2] == file.size());
  CHECK(coded.nonzero[2] == nonzero_coefficients(file, codec.table()));
  const Bytes8 seen = jpeg_pixels(file, codec.table());
  CHECK(std::equal(seen.begin(), seen.end(), coded.decoded.pixels.begin() + 2 * 64));
  // 100 x 100: 13 x 13 blocks of 16 * 12 + 64 = 256 multiplications
  CHECK(codec.work({1, 100, 100}).si() == 2 * 169 * 256);

  const Codec png(recipe(CodecKind::png, 0), set);
  CHECK(png.coded(set).decoded.pixels.empty());
  CHECK(png.coded(set).bytes[2] == png_bytes(third, set.shape));
  CHECK(png.work({1, 100, 100}).si() == 0);

  const Codec deepn(recipe(CodecKind::deepn_jpeg, 50), set);
  CHECK(deepn.table() == deepn_table(deviations_of_frequencies(set)));
  ImageSet colour = set;
  colour.shape = {3, 8, 8};
  CHECK_THROWS_WITH_AS(Codec(recipe(CodecKind::jpeg, 50), colour),
                       "codecs.c on 8 x 8 colour images; expected gray ones", InputError);
}
