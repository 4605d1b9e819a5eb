// IDX: a big-endian header (magic, counts) and then bytes. 2051 = unsigned bytes in 3 dimensions
// (images), 2049 = in 1 (labels).
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "sim/core/input_error.hpp"
#include "traces/recorder/dataset.hpp"

namespace updraft {
namespace {

constexpr std::uint32_t images_magic = 2051;
constexpr std::uint32_t labels_magic = 2049;
constexpr std::uint32_t largest_side = 1024;

[[noreturn]] void refuse(const std::string& file, const std::string& text) {
  throw InputError(fmt::format("{}: {}", file, text));
}

// A file, gzipped or not, read forwards.
class IdxFile {
 public:
  explicit IdxFile(std::string file) : file_(std::move(file)) {
    if (!std::filesystem::is_regular_file(file_)) refuse(file_, "is not a regular file");
    handle_.reset(gzopen(file_.c_str(), "rb"));
    if (handle_ == nullptr) refuse(file_, "cannot be opened");
  }

  std::uint32_t word(const char* what) {
    std::uint8_t bytes[4];
    if (read(bytes, sizeof bytes) != sizeof bytes) {
      refuse(file_, fmt::format("ends before its {}; expected an IDX header", what));
    }
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
           std::uint32_t{bytes[2]} << 8 | bytes[3];
  }

  void expect_magic(std::uint32_t expected, const char* what) {
    const std::uint32_t magic = word("magic");
    if (magic != expected) {
      refuse(file_, fmt::format("magic = {}; expected {} (IDX {})", magic, expected, what));
    }
  }

  // The `count` bytes that are left, neither fewer nor more. Grows as it reads: a header that
  // claims terabytes costs no memory.
  std::vector<std::uint8_t> rest(std::uint64_t count, const std::string& why) {
    constexpr std::uint64_t piece = 1 << 20;
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < count) {
      const std::size_t before = bytes.size();
      bytes.resize(before + static_cast<std::size_t>(std::min(piece, count - before)));
      const std::size_t got = read(bytes.data() + before, bytes.size() - before);
      if (got < bytes.size() - before) {
        refuse(file_, fmt::format("ends after {} bytes of data; expected {} ({})", before + got,
                                  count, why));
      }
    }
    std::uint8_t extra = 0;
    if (read(&extra, 1) != 0) {
      refuse(file_,
             fmt::format("goes on after {} bytes of data, where it should end ({})", count, why));
    }
    return bytes;
  }

  const std::string& name() const { return file_; }

 private:
  struct Close {
    void operator()(gzFile_s* handle) const { gzclose(handle); }
  };

  std::size_t read(std::uint8_t* into, std::size_t count) {
    const int got = gzread(handle_.get(), into, static_cast<unsigned>(count));
    int error = Z_OK;
    gzerror(handle_.get(), &error);
    // Z_BUF_ERROR is an end in the middle of a gzip stream: too short, which the caller says better
    if (error != Z_OK && error != Z_BUF_ERROR && error != Z_STREAM_END) {
      refuse(file_, "is a damaged gzip file");
    }
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }

  std::string file_;
  std::unique_ptr<gzFile_s, Close> handle_;
};

std::string found(const std::string& folder, const std::string& name) {
  for (const char* ending : {".gz", ""}) {
    const std::string file = folder + "/" + name + ending;
    if (std::filesystem::exists(file)) return file;
  }
  refuse(folder, fmt::format("has no {}.gz; expected the four IDX files of the dataset", name));
}

ImageSet read_part(const std::string& folder, const std::string& part, std::int32_t classes) {
  ImageSet set;
  IdxFile images(found(folder, part + "-images-idx3-ubyte"));
  images.expect_magic(images_magic, "images");
  const std::uint64_t count = images.word("count");
  const std::uint32_t height = images.word("height");
  const std::uint32_t width = images.word("width");
  if (count == 0 || height == 0 || width == 0 || height > largest_side || width > largest_side) {
    refuse(images.name(), fmt::format("holds {} images of {} x {}; expected at least one, sides in "
                                      "[1, {}]",
                                      count, height, width, largest_side));
  }
  set.shape = {1, static_cast<int>(height), static_cast<int>(width)};
  set.pixels = images.rest(count * height * width,
                           fmt::format("{} images of {} x {}", count, height, width));

  IdxFile labels(found(folder, part + "-labels-idx1-ubyte"));
  labels.expect_magic(labels_magic, "labels");
  const std::uint64_t label_count = labels.word("count");
  if (label_count != count) {
    refuse(labels.name(),
           fmt::format("{} labels; expected {}, as many as images", label_count, count));
  }
  const auto bytes = labels.rest(count, fmt::format("{} labels", count));
  for (std::size_t row = 0; row < bytes.size(); ++row) {
    if (bytes[row] >= classes) {
      refuse(labels.name(), fmt::format("label {} = {}; expected a class in [0, {}]", row,
                                        bytes[row], classes - 1));
    }
    set.labels.push_back(bytes[row]);
  }
  return set;
}

}  // namespace

Dataset read_idx(const std::string& folder, std::int32_t classes) {
  if (!std::filesystem::is_directory(folder)) refuse(folder, "is not a folder");
  Dataset data{read_part(folder, "train", classes), read_part(folder, "t10k", classes)};
  if (!(data.train.shape == data.test.shape)) {
    refuse(folder, "training and test images differ in size");
  }
  return data;
}

}  // namespace updraft
