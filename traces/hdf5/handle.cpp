#include "traces/hdf5/handle.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <type_traits>
#include <utility>

namespace updraft::hdf5 {

static_assert(std::is_same_v<Id, hid_t> && std::is_same_v<int, herr_t>,
              "HDF5 1.10 or newer, whose identifiers have 64 bits");

Handle::Handle(Handle&& other) noexcept
    : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}

Handle& Handle::operator=(Handle&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(close_, other.close_);
  return *this;
}

Handle::~Handle() {
  if (id_ >= 0) close_(id_);
}

bool Handle::closed() { return close_(std::exchange(id_, H5I_INVALID_HID)) >= 0; }

Silence::Silence() {
  // At exit HDF5 would look for what its failed openings of a damaged file left behind, and print
  // that it cannot find an end ("infinite loop closing library"). We close what we open.
  H5dont_atexit();
  H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Silence::~Silence() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

std::string type_text(Id type) {
  const std::size_t bits = 8 * H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "i", bits);
    case H5T_FLOAT:
      return fmt::format("f{}", bits);
    case H5T_STRING:
      return "text";
    case H5T_ENUM:
      return "an enumeration";
    case H5T_COMPOUND:
      return "a compound type";
    default:
      return "an unknown type";
  }
}

}  // namespace updraft::hdf5
