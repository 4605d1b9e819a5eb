// Reading an HDF5 file that may be wrong in every way: groups, attributes and columns, each mistake
// blamed at its path inside the file. Knows no layout: traces/inference_reader says what must be
// there. Sizes are checked against the file's own before anything is allocated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "traces/hdf5/handle.hpp"
#include "traces/path_mistakes.hpp"

namespace updraft::hdf5 {

using Names = std::vector<std::string>;

constexpr double most_whole = 9007199254740992.;  // 2^53: all whole numbers up to it are doubles

// What a dataset must be. Extents that are not known (the labels were broken) are not checked.
struct Wanted {
  std::string_view type;  // as error lines name it
  bool floats = false;
  bool integers = false;
  bool enumerations = false;  // h5py's bool
  std::vector<std::optional<std::uint64_t>> extents;
};

// The path of a member of a group.
std::string inside(std::string_view group, std::string_view name);

// An open group. What is missing or wrong goes to `mistakes`, which must outlive it, and an empty
// value comes back. Throws InputError at once where the file is damaged.
class Group {
 public:
  Group(Handle handle, std::string path, PathMistakes& mistakes)
      : handle_(std::move(handle)), path_(std::move(path)), mistakes_(&mistakes) {}

  // False if there is no such group; nothing can be read from it then.
  explicit operator bool() const { return static_cast<bool>(handle_); }
  const std::string& path() const { return path_; }

  bool has(const std::string& name) const;
  // In the order of creation where the file kept it, else alphabetical.
  Names names() const;
  // Every member that is not one of `known` is a mistake.
  void refuse_unknown(const Names& known) const;
  Group group(const std::string& name) const;

  std::optional<std::string> text(const char* name, bool required) const;
  // In [least, most].
  std::optional<double> number(const char* name, bool required, double least, double most) const;
  // A whole number; 0 where it is absent or wrong.
  double count(const char* name, bool required, double least = 0, double most = most_whole) const;

  // The dataset `name`, row-major, converted to T: float or std::int64_t.
  template <class T>
  std::vector<T> column(const std::string& name, const Wanted& wanted) const;

 private:
  // Open; nothing if it is a link that leads nowhere.
  Handle member(const std::string& name) const;

  Handle handle_;
  std::string path_;
  PathMistakes* mistakes_;
};

// A file that is open for reading. Throws InputError if it cannot be read or is no intact HDF5
// file; `expected` is what the user is told that it should hold ("an inference trace").
class File {
 public:
  File(const std::string& name, std::string_view expected);
  // `mistakes` must outlive what is read from it. Throws InputError if the file is damaged.
  Group root(PathMistakes& mistakes) const;

 private:
  Silence silence_;
  Handle handle_;
};

}  // namespace updraft::hdf5
