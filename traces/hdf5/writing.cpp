#include "traces/hdf5/writing.hpp"

#include <hdf5.h>

#include <algorithm>
#include <cmath>

namespace updraft::hdf5 {
namespace {

// Objects without dates, so that the same content gives the same bytes.
Handle creation_list(hid_t kind) {
  Handle list(H5Pcreate(kind), H5Pclose);
  H5Pset_obj_track_times(list, false);
  return list;
}

// Read by every HDF5 since 1.8.
Handle created(const std::string& name) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  if (H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) < 0)
    return {H5I_INVALID_HID, H5Fclose};
  return {H5Fcreate(name.c_str(), H5F_ACC_TRUNC, creation_list(H5P_FILE_CREATE), access), H5Fclose};
}

// HDF5 1.10 has no name for IEEE binary16: 1 sign, 5 exponent and 10 fraction bits.
Handle half_type() {
  Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  const bool good = H5Tset_fields(type, 15, 10, 5, 0, 10) >= 0 && H5Tset_size(type, 2) >= 0 &&
                    H5Tset_ebias(type, 15) >= 0;
  if (!good) return {H5I_INVALID_HID, H5Tclose};
  return type;
}

bool fits_half(float value) { return value == nearest_half(value); }

}  // namespace

float nearest_half(float value) {
  if (value == 0 || !std::isfinite(value)) return value;
  int exponent = 0;
  std::frexp(value, &exponent);
  // value = m 2^exponent, 1/2 <= |m| < 1: 11 significant bits, and none below 2^-24
  const int unit = std::max(exponent - 11, -24);
  const float rounded = std::ldexp(std::nearbyint(std::ldexp(value, -unit)), unit);
  return std::fabs(rounded) > 65504 ? std::copysign(65504.0f, value) : rounded;
}

NewFile::NewFile(const std::string& name) : handle_(created(name)) {
  good_ = static_cast<bool>(handle_);
}

NewGroup NewFile::root() { return {Handle(H5Gopen2(handle_, "/", H5P_DEFAULT), H5Gclose), good_}; }

bool NewFile::finish() { return handle_ && handle_.closed() && good_; }

NewGroup NewGroup::group(const std::string& name) {
  const Handle list = creation_list(H5P_GROUP_CREATE);
  check(H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
  Handle made(H5Gcreate2(handle_, name.c_str(), H5P_DEFAULT, list, H5P_DEFAULT), H5Gclose);
  check(made ? 0 : -1);
  return {std::move(made), *good_};
}

void NewGroup::text(const char* name, const std::string& value) {
  if (value.empty()) return;
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  check(H5Tset_size(type, value.size()));
  check(H5Tset_strpad(type, H5T_STR_NULLPAD));
  check(H5Tset_cset(type, H5T_CSET_UTF8));
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle made(H5Acreate2(handle_, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(H5Awrite(made, type, value.data()));
}

void NewGroup::number(const char* name, double value) {
  const bool whole = value == std::floor(value) && value < 1e18;
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle made(H5Acreate2(handle_, name, whole ? H5T_STD_U64LE : H5T_IEEE_F64LE, space,
                               H5P_DEFAULT, H5P_DEFAULT),
                    H5Aclose);
  check(H5Awrite(made, H5T_NATIVE_DOUBLE, &value));
}

void NewGroup::column(const std::string& name, const std::vector<float>& values,
                      std::size_t columns) {
  const std::size_t rows = values.size() / std::max<std::size_t>(columns, 1);
  const bool halves = std::all_of(values.begin(), values.end(), fits_half);
  const Handle half = half_type();
  check(half ? 0 : -1);
  write(name, halves ? Id{half} : Id{H5T_IEEE_F32LE}, H5T_NATIVE_FLOAT, values.data(), rows,
        columns);
}

void NewGroup::column(const std::string& name, const std::vector<std::uint8_t>& values) {
  write(name, H5T_STD_U8LE, H5T_NATIVE_UINT8, values.data(), values.size(), 0);
}

void NewGroup::column(const std::string& name, const std::vector<std::int32_t>& values) {
  write(name, H5T_STD_I32LE, H5T_NATIVE_INT32, values.data(), values.size(), 0);
}

void NewGroup::column(const std::string& name, const std::vector<std::uint32_t>& values) {
  write(name, H5T_STD_U32LE, H5T_NATIVE_UINT32, values.data(), values.size(), 0);
}

void NewGroup::write(const std::string& name, Id stored, Id memory, const void* values,
                     std::size_t rows, std::size_t columns) {
  const int rank = columns > 0 ? 2 : 1;
  const hsize_t extents[2] = {rows, columns};
  constexpr hsize_t chunk_elements = 1 << 16;
  const hsize_t chunk[2] = {std::clamp<hsize_t>(chunk_elements / std::max<hsize_t>(columns, 1), 1,
                                                std::max<hsize_t>(rows, 1)),
                            columns};
  const Handle space(H5Screate_simple(rank, extents, nullptr), H5Sclose);
  const Handle list = creation_list(H5P_DATASET_CREATE);
  check(H5Pset_chunk(list, rank, chunk));
  check(H5Pset_shuffle(list));
  check(H5Pset_deflate(list, 9));
  const Handle made(
      H5Dcreate2(handle_, name.c_str(), stored, space, H5P_DEFAULT, list, H5P_DEFAULT), H5Dclose);
  check(H5Dwrite(made, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
}

}  // namespace updraft::hdf5
