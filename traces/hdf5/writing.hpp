// Writing an HDF5 file: groups, attributes and compressed columns. The same content gives the same
// bytes: no dates are kept, and groups keep the order in which their members were made. Knows no
// layout: traces/inference_writer says what goes where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "traces/hdf5/handle.hpp"

namespace updraft::hdf5 {

// A group that is being filled. Failures are remembered by its file, which must outlive it.
class NewGroup {
 public:
  NewGroup(Handle handle, bool& good) : handle_(std::move(handle)), good_(&good) {}

  NewGroup group(const std::string& name);
  void text(const char* name, const std::string& value);  // nothing for "": it reads back as ""
  void number(const char* name, double value);            // u64 if it is whole, else f64

  // Datasets [N], or [N / columns, columns] with `columns` above 0, stored as u8, i32, u32, and f32
  // or, where that loses nothing, f16 (IEEE binary16): who wants half the bytes rounds first.
  void column(const std::string& name, const std::vector<float>& values, std::size_t columns = 0);
  void column(const std::string& name, const std::vector<std::uint8_t>& values);
  void column(const std::string& name, const std::vector<std::int32_t>& values);
  void column(const std::string& name, const std::vector<std::uint32_t>& values);

 private:
  void check(int result) { *good_ = *good_ && result >= 0; }
  void write(const std::string& name, Id stored, Id memory, const void* values, std::size_t rows,
             std::size_t columns);

  Handle handle_;
  bool* good_;
};

// The IEEE binary16 number nearest to `value`, ties to even; what is too large becomes the largest,
// 65504.
float nearest_half(float value);

// A file that is being written, in place of what had its name.
class NewFile {
 public:
  explicit NewFile(const std::string& name);
  NewGroup root();
  // Writes what is left; all groups must be gone. False if this, or anything before, failed.
  bool finish();

 private:
  Silence silence_;
  bool good_ = true;
  Handle handle_;
};

}  // namespace updraft::hdf5
