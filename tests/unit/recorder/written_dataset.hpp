// Small datasets on disk and in memory for the recorder's tests: IDX files with any header, JPEG
// files of any size, two classes that a small network can tell apart.
#pragma once

#include <zlib.h>

#include <cstdio>  // before jpeglib.h, which needs FILE and does not say so
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <jpeglib.h>

#include "sim/core/random.hpp"
#include "traces/recorder/dataset.hpp"

namespace updraft::written {

// A folder of this test's own, empty at first and gone at the end.
class Folder {
 public:
  explicit Folder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() / ("updraft_recorder_" + name)) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path() const { return path_.string(); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string big_endian(std::uint32_t word) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(word >> shift & 0xff);
  return bytes;
}

inline std::string idx(const std::vector<std::uint32_t>& header, const std::string& body) {
  std::string bytes;
  for (const auto word : header) bytes += big_endian(word);
  return bytes + body;
}

inline void write(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

inline void write_gz(const std::string& file, const std::string& bytes) {
  gzFile handle = gzopen(file.c_str(), "wb");
  gzwrite(handle, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(handle);
}

// `part` ("train" or "t10k") as the two gzipped IDX files of MNIST and its kin.
inline void write_idx(const std::string& folder, const std::string& part, const ImageSet& set) {
  const auto count = static_cast<std::uint32_t>(set.size());
  const auto height = static_cast<std::uint32_t>(set.shape.height);
  const auto width = static_cast<std::uint32_t>(set.shape.width);
  const std::string start = folder + "/" + part;
  write_gz(start + "-images-idx3-ubyte.gz",
           idx({2051, count, height, width}, std::string(set.pixels.begin(), set.pixels.end())));
  write_gz(start + "-labels-idx1-ubyte.gz",
           idx({2049, count}, std::string(set.labels.begin(), set.labels.end())));
}

inline void write_jpeg(const std::string& file, int width, int height, std::uint8_t level) {
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  FILE* out = std::fopen(file.c_str(), "wb");
  jpeg_stdio_dest(&info, out);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 100, TRUE);
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * 3, level);
  while (info.next_scanline < info.image_height) {
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&info, &line, 1);
  }
  jpeg_finish_compress(&info);
  std::fclose(out);
  jpeg_destroy_compress(&info);
}

// `count` gray 8 x 8 images: class 0 is bright on the left, class 1 at the top, with noise.
inline ImageSet two_classes(std::size_t count, std::uint64_t seed) {
  ImageSet set;
  set.shape = {1, 8, 8};
  Stream noise(seed, "two_classes");
  for (std::size_t i = 0; i < count; ++i) {
    const auto label = static_cast<std::int32_t>(noise.below(2));
    set.labels.push_back(label);
    for (int y = 0; y < 8; ++y) {
      for (int x = 0; x < 8; ++x) {
        const bool bright = label == 0 ? x < 4 : y < 4;
        set.pixels.push_back(static_cast<std::uint8_t>((bright ? 60 : 0) + noise.below(196)));
      }
    }
  }
  return set;
}

}  // namespace updraft::written
