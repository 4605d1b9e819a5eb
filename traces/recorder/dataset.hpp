// Labelled images as they are before any network sees them: bytes and labels, read from IDX files
// or from folders of JPEG files. No torch here, no augmentation (minibatch.hpp), nothing that
// outlives a recording: the images themselves are never written anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "traces/recorder/layers.hpp"

namespace updraft {

struct ImageSet {
  ImageShape shape;
  std::vector<std::uint8_t> pixels;       // [N x channels x height x width], row-major
  std::vector<std::int32_t> labels;       // [N] in [0, classes)
  std::vector<std::uint32_t> file_bytes;  // [N] size of the coded file; empty where there is none

  std::size_t size() const { return labels.size(); }
};

struct Dataset {
  ImageSet train;
  ImageSet test;
};

// The four IDX files of MNIST and its kin (LeCun, Cortes, Burges: "The MNIST database", file
// formats), plain or gzipped: {train,t10k}-images-idx3-ubyte[.gz], {train,t10k}-labels-idx1-ubyte
// [.gz]. Throws InputError, one line, for a wrong magic, counts that differ, a file shorter or
// longer than its header says, or a label >= classes.
Dataset read_idx(const std::string& folder, std::int32_t classes);

// folder/train/<class>/*.jpg and folder/test/<class>/*.jpg, classes numbered in the order of their
// names, all images of one size and colour. The rows are in the order of class and file name.
// Throws InputError, one line, for a folder that lacks a part, a number of classes other than
// `classes`, or a file that is not a JPEG of that size.
Dataset read_image_folder(const std::string& folder, std::int32_t classes);

// folder/<class>/*.jpg alone, by the same rules; as many classes as there are folders.
ImageSet read_image_classes(const std::string& folder);

// The rows of a set in the order given; `rows` are indices into it.
ImageSet picked(const ImageSet& set, const std::vector<std::size_t>& rows);

// Parts a set at random: `count` rows held out, and the rest, both in shuffled order (folders come
// class by class, and a simulated day shall not). count < set.size(). Depends on seed alone.
struct Parted {
  ImageSet rest;
  ImageSet held_out;
};
Parted hold_out(const ImageSet& set, std::size_t count, std::uint64_t seed);

// FNV-1a over shape, pixels and labels: tells datasets apart, is no protection against malice.
std::uint64_t fingerprint(const ImageSet& set);

}  // namespace updraft
