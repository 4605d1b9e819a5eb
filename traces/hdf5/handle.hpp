// What reading and writing share of HDF5's C interface: identifiers that close themselves, and
// quiet about errors. hdf5.h stays out of the headers of this folder; it belongs to the .cpp files
// beside them. Not thread-safe, as HDF5 itself is not.
#pragma once

#include <cstdint>
#include <string>

namespace updraft::hdf5 {

using Id = std::int64_t;  // HDF5's hid_t; negative: none

// An identifier that closes itself.
class Handle {
 public:
  using Close = int (*)(Id);  // one of H5Gclose, H5Tclose, ...

  Handle(Id id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept;
  Handle& operator=(Handle&& other) noexcept;
  ~Handle();

  // On purpose implicit, the way that HDF5's functions take it.
  operator Id() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  // For what must not fail silently: closing a file writes it.
  bool closed();

 private:
  Id id_;
  Close close_;
};

// While it lives, HDF5 does not print a stack of its own for every error; the user gets one line of
// ours instead.
class Silence {
 public:
  Silence();
  ~Silence();
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int (*print_)(Id, void*) = nullptr;
  void* data_ = nullptr;
};

// A type as error lines name it: "f32", "u8", "text".
std::string type_text(Id type);

}  // namespace updraft::hdf5
