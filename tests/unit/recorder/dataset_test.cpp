// Does a reader take a good dataset as it is, and refuse every other with one clear line?
#include "traces/recorder/dataset.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "sim/core/input_error.hpp"
#include "tests/unit/recorder/written_dataset.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

// Two training images of 2 x 3 and one test image, classes 0 and 1.
struct SmallIdx {
  std::string train_images = idx({2051, 2, 2, 3}, std::string("\x00\x01\x02\x03\x04\x05"
                                                              "\xff\xfe\xfd\xfc\xfb\xfa",
                                                              12));
  std::string train_labels = idx({2049, 2}, std::string("\x01\x00", 2));
  std::string test_images = idx({2051, 1, 2, 3}, "abcdef");
  std::string test_labels = idx({2049, 1}, std::string("\x01", 1));

  void write_to(const Folder& folder) const {
    write_gz(folder / "train-images-idx3-ubyte.gz", train_images);
    write_gz(folder / "train-labels-idx1-ubyte.gz", train_labels);
    write(folder / "t10k-images-idx3-ubyte", test_images);  // plain, on purpose
    write_gz(folder / "t10k-labels-idx1-ubyte.gz", test_labels);
  }
};

std::string refusal(const SmallIdx& files, std::int32_t classes = 2) {
  const Folder folder("idx");
  files.write_to(folder);
  try {
    read_idx(folder.path(), classes);
  } catch (const InputError& error) {
    const std::string line = error.what();
    CHECK(line.find('\n') == std::string::npos);
    return line;
  }
  return "taken";
}

bool says(const std::string& line, const std::string& part) {
  INFO(line);
  return line.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("IDX files, gzipped or plain, come out as they were written") {
  const Folder folder("idx");
  SmallIdx{}.write_to(folder);
  const Dataset data = read_idx(folder.path(), 2);
  CHECK(data.train.shape == ImageShape{1, 2, 3});
  CHECK(data.train.pixels ==
        std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 255, 254, 253, 252, 251, 250});
  CHECK(data.train.labels == std::vector<std::int32_t>{1, 0});
  CHECK(data.test.pixels == std::vector<std::uint8_t>{'a', 'b', 'c', 'd', 'e', 'f'});
  CHECK(data.test.labels == std::vector<std::int32_t>{1});
}

TEST_CASE("an IDX file of another kind is refused by its magic") {
  SmallIdx files;
  files.train_images = idx({2049, 2, 2, 3}, std::string(12, 'x'));
  CHECK(says(refusal(files), "magic = 2049; expected 2051"));
  files = {};
  files.test_labels = idx({0x08030000, 1}, "x");
  CHECK(says(refusal(files), "expected 2049"));
}

TEST_CASE("an IDX file that ends early, or goes on too long, is refused") {
  SmallIdx files;
  files.train_images.pop_back();  // 11 of 2 * 2 * 3 = 12 bytes
  CHECK(says(refusal(files), "ends after 11 bytes of data; expected 12"));
  files = {};
  files.train_images += "x";
  CHECK(says(refusal(files), "goes on after 12 bytes"));
  files = {};
  files.train_labels.resize(3);
  CHECK(says(refusal(files), "ends before its magic"));
  files = {};
  files.test_images.clear();
  CHECK(says(refusal(files), "ends before its magic"));
}

TEST_CASE("a gzip stream that breaks off is refused") {
  const Folder folder("idx");
  SmallIdx{}.write_to(folder);
  const std::string file = folder / "train-images-idx3-ubyte.gz";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  CHECK_THROWS_AS(read_idx(folder.path(), 2), InputError);
}

TEST_CASE("a header that claims more than its file holds costs no memory") {
  SmallIdx files;
  // 4294967295 images of 1024 x 1024: 4.5e15 bytes
  files.train_images = idx({2051, 0xffffffff, 1024, 1024}, "x");
  CHECK(says(refusal(files), "ends after 1 bytes of data; expected 4503599626321920"));
  files.train_images = idx({2051, 2, 0, 3}, "");
  CHECK(says(refusal(files), "expected at least one"));
}

TEST_CASE("labels must be as many as images, and classes") {
  SmallIdx files;
  files.train_labels = idx({2049, 3}, std::string("\x01\x00\x01", 3));
  CHECK(says(refusal(files), "3 labels; expected 2, as many as images"));
  // both sides of the bound: label 2 is no class of 2, and is one of 3
  files = {};
  files.train_labels = idx({2049, 2}, std::string("\x01\x02", 2));
  CHECK(says(refusal(files), "label 1 = 2; expected a class in [0, 1]"));
  CHECK(refusal(files, 3) == "taken");
}

TEST_CASE("a folder without the files is refused by the name of the first missing one") {
  const Folder folder("idx");
  try {
    read_idx(folder.path(), 2);
    FAIL("taken");
  } catch (const InputError& error) {
    CHECK(says(error.what(), "has no train-images-idx3-ubyte.gz"));
  }
  CHECK_THROWS_AS(read_idx(folder / "nowhere", 2), InputError);
}

namespace {

std::string folder_refusal(const Folder& folder, std::int32_t classes = 2) {
  try {
    read_image_folder(folder.path(), classes);
  } catch (const InputError& error) {
    const std::string line = error.what();
    CHECK(line.find('\n') == std::string::npos);
    return line;
  }
  return "taken";
}

void write_folder(const Folder& folder) {
  write_jpeg(folder / "train/cat/0.jpg", 8, 6, 40);
  write_jpeg(folder / "train/cat/1.jpg", 8, 6, 50);
  write_jpeg(folder / "train/ant/0.jpg", 8, 6, 60);
  write_jpeg(folder / "test/cat/0.jpg", 8, 6, 70);
  write_jpeg(folder / "test/ant/0.jpg", 8, 6, 80);
}

}  // namespace

TEST_CASE("an image folder is read in the order of class and file, planes apart") {
  const Folder folder("images");
  write_folder(folder);
  const Dataset data = read_image_folder(folder.path(), 2);
  CHECK(data.train.shape == ImageShape{3, 6, 8});
  CHECK(data.train.labels == std::vector<std::int32_t>{0, 1, 1});  // ant before cat
  REQUIRE(data.train.pixels.size() == 3 * 3 * 6 * 8);
  // uniform gray images survive JPEG at quality 100 within a level or two
  CHECK(data.train.pixels[0] == doctest::Approx(60).epsilon(0.05));
  CHECK(data.train.pixels[2 * 3 * 6 * 8] == doctest::Approx(50).epsilon(0.05));
  CHECK(data.test.labels == std::vector<std::int32_t>{0, 1});
  CHECK(data.train.file_bytes[0] == std::filesystem::file_size(folder / "train/ant/0.jpg"));
}

TEST_CASE("an image folder must be of one size, complete, and of JPEG files") {
  {
    const Folder folder("images");
    write_folder(folder);
    write_jpeg(folder / "train/cat/2.jpg", 8, 7, 40);
    CHECK(says(folder_refusal(folder), "train/cat/2.jpg: is 8 x 7 colour; expected 8 x 6 colour"));
  }
  {
    const Folder folder("images");
    write_folder(folder);
    write(folder / "test/ant/1.jpg", "no picture");
    CHECK(says(folder_refusal(folder), "test/ant/1.jpg: is not a JPEG image"));
  }
  {
    const Folder folder("images");
    write_folder(folder);
    const std::string file = folder / "train/cat/0.jpg";
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 8);
    CHECK(says(folder_refusal(folder), "train/cat/0.jpg: is not a JPEG image that can be read"));
  }
  {
    const Folder folder("images");
    write_folder(folder);
    CHECK(says(folder_refusal(folder, 3), "has 2 class folders; expected 3"));
    std::filesystem::create_directories(folder / "train/bee");
    CHECK(says(folder_refusal(folder, 3), "test: has other class folders than train"));
    std::filesystem::create_directories(folder / "test/bee");
    CHECK(says(folder_refusal(folder, 3), "bee: has no .jpg file"));
  }
}

TEST_CASE("held-out rows and the rest are the whole set, once each, and depend on the seed") {
  const ImageSet set = two_classes(50, 1);
  const Parted parts = hold_out(set, 20, 7);
  REQUIRE(parts.held_out.size() == 20);
  REQUIRE(parts.rest.size() == 30);
  std::multiset<std::vector<std::uint8_t>> images;
  std::multiset<std::vector<std::uint8_t>> expected;
  const auto add = [](std::multiset<std::vector<std::uint8_t>>& to, const ImageSet& from) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto first = from.pixels.begin() + static_cast<std::ptrdiff_t>(64 * i);
      to.emplace(first, first + 64);
    }
  };
  add(images, parts.held_out);
  add(images, parts.rest);
  add(expected, set);
  CHECK(images == expected);
  CHECK(hold_out(set, 20, 7).held_out.pixels == parts.held_out.pixels);
  CHECK(hold_out(set, 20, 8).held_out.pixels != parts.held_out.pixels);
}

TEST_CASE("a dataset's fingerprint moves with one pixel, label or side") {
  const ImageSet set = two_classes(5, 1);
  ImageSet other = set;
  CHECK(fingerprint(other) == fingerprint(set));
  other.pixels[17] ^= 1;
  CHECK(fingerprint(other) != fingerprint(set));
  other = set;
  other.labels[2] ^= 1;
  CHECK(fingerprint(other) != fingerprint(set));
  other = set;
  other.shape = {1, 4, 16};
  CHECK(fingerprint(other) != fingerprint(set));
}
