// Folders of JPEG files, a folder per class, decoded by libjpeg.
#include <fmt/format.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>  // before jpeglib.h, which needs FILE and does not say so
#include <filesystem>

#include <jpeglib.h>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "traces/recorder/dataset.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = 4 << 20;
constexpr int largest_side = 1024;

[[noreturn]] void refuse(const std::string& file, const std::string& text) {
  throw InputError(fmt::format("{}: {}", file, text));
}

// libjpeg reports by a function that must not return; it jumps back to decode().
struct ErrorExit {
  jpeg_error_mgr manager;  // first, on purpose: libjpeg hands back a pointer to it
  std::jmp_buf back;
  char text[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr info) {
  auto* exit = reinterpret_cast<ErrorExit*>(info->err);
  info->err->format_message(info, exit->text);
  std::longjmp(exit->back, 1);
}

// Warnings (level below 0) are counted, as libjpeg's own does, and not printed.
void count_quietly(j_common_ptr info, int level) {
  if (level < 0) ++info->err->num_warnings;
}

struct Decoded {
  ImageShape shape;
  std::vector<std::uint8_t> interleaved;  // height x width x channels
};

// No object with a destructor lives between setjmp and the last call of libjpeg, except those of
// the caller. Returns "" or what is wrong.
std::string decode(const std::string& bytes, Decoded& image) {
  jpeg_decompress_struct info{};
  ErrorExit error{};
  info.err = jpeg_std_error(&error.manager);
  error.manager.error_exit = leave;
  error.manager.emit_message = count_quietly;
  if (setjmp(error.back) != 0) {
    jpeg_destroy_decompress(&info);
    return error.text;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&info, TRUE);
  info.dct_method = JDCT_ISLOW;  // the exact integer transform: the same pixels everywhere
  if (info.num_components != 1 && info.num_components != 3) {
    jpeg_destroy_decompress(&info);
    return "neither gray nor colour";
  }
  info.out_color_space = info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  if (info.image_width > largest_side || info.image_height > largest_side) {
    jpeg_destroy_decompress(&info);
    return "sides above 1024 pixels";
  }
  jpeg_start_decompress(&info);
  image.shape = {info.output_components, static_cast<int>(info.output_height),
                 static_cast<int>(info.output_width)};
  image.interleaved.resize(image.shape.values());
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = image.interleaved.data() + std::size_t{info.output_scanline} *
                                                  info.output_width *
                                                  static_cast<std::size_t>(info.output_components);
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  const bool damaged = error.manager.num_warnings > 0;
  jpeg_destroy_decompress(&info);
  return damaged ? "damaged or truncated data" : "";
}

void append(const std::string& file, ImageSet& set) {
  const std::string bytes = read_file(file, largest_file);
  Decoded image;
  const std::string wrong = decode(bytes, image);
  if (!wrong.empty()) refuse(file, fmt::format("is not a JPEG image that can be read: {}", wrong));
  if (set.labels.empty() && set.pixels.empty()) set.shape = image.shape;
  if (!(image.shape == set.shape)) {
    refuse(file, fmt::format("is {}; expected {}, as the images before it", to_string(image.shape),
                             to_string(set.shape)));
  }
  const auto plane = static_cast<std::size_t>(image.shape.height * image.shape.width);
  const auto channels = static_cast<std::size_t>(image.shape.channels);
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < plane; ++i) {
      set.pixels.push_back(image.interleaved[i * channels + c]);
    }
  }
  set.file_bytes.push_back(static_cast<std::uint32_t>(bytes.size()));
}

std::vector<std::string> sorted_names(const fs::path& folder, bool folders) {
  if (!fs::is_directory(folder)) refuse(folder.string(), "is not a folder");
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    const bool image = ending == ".jpg" || ending == ".jpeg" || ending == ".JPEG";
    if (folders ? entry.is_directory() : image && entry.is_regular_file()) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

ImageSet read_part(const fs::path& folder, const std::vector<std::string>& classes) {
  ImageSet set;
  for (std::size_t label = 0; label < classes.size(); ++label) {
    const fs::path of_class = folder / classes[label];
    const auto files = sorted_names(of_class, false);
    if (files.empty()) refuse(of_class.string(), "has no .jpg file");
    for (const auto& file : files) {
      append((of_class / file).string(), set);
      set.labels.push_back(static_cast<std::int32_t>(label));
    }
  }
  return set;
}

}  // namespace

ImageSet read_image_classes(const std::string& folder) {
  const auto names = sorted_names(folder, true);
  if (names.empty()) refuse(folder, "has no class folder");
  return read_part(folder, names);
}

Dataset read_image_folder(const std::string& folder, std::int32_t classes) {
  const fs::path train = fs::path(folder) / "train";
  const fs::path test = fs::path(folder) / "test";
  const auto names = sorted_names(train, true);
  if (names.size() != static_cast<std::size_t>(classes)) {
    refuse(train.string(), fmt::format("has {} class folders; expected {}", names.size(), classes));
  }
  if (sorted_names(test, true) != names) {
    refuse(test.string(), "has other class folders than train");
  }
  Dataset data{read_part(train, names), read_part(test, names)};
  if (!(data.train.shape == data.test.shape)) {
    refuse(folder, fmt::format("training images are {}, test images {}; expected one size",
                               to_string(data.train.shape), to_string(data.test.shape)));
  }
  return data;
}

}  // namespace updraft
