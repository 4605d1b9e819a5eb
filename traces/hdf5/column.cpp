// Reading a dataset: its type and shape are held against what is wanted, and its claimed size
// against the bytes that the file really holds, before memory is asked for.
#include <fmt/format.h>
#include <hdf5.h>

#include "traces/hdf5/reading.hpp"

namespace updraft::hdf5 {
namespace {

constexpr hsize_t most_elements = 1'000'000'000;  // of one dataset
constexpr hsize_t most_shrinking = 1100;          // deflate's is 1032-fold (zlib's technical notes)
constexpr hsize_t never_suspicious = hsize_t{16} << 20;  // bytes

using Dimensions = std::vector<hsize_t>;

std::optional<Dimensions> dimensions_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL) return std::nullopt;
  Dimensions out(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, out.data(), nullptr);
  return out;
}

std::string shape_text(std::string_view type, const Dimensions& dimensions) {
  return fmt::format("{} [{}]", type, fmt::join(dimensions, ", "));
}

std::string wanted_text(const Wanted& wanted) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < wanted.extents.size(); ++i) {
    const auto& extent = wanted.extents[i];
    parts.push_back(extent ? fmt::format("{}", *extent) : i == 0 ? "N" : "classes");
  }
  return fmt::format("{} [{}]", wanted.type, fmt::join(parts, ", "));
}

bool is_wanted(const Wanted& wanted, H5T_class_t found) {
  return (wanted.floats && found == H5T_FLOAT) || (wanted.integers && found == H5T_INTEGER) ||
         (wanted.enumerations && found == H5T_ENUM);
}

bool is_wanted(const Wanted& wanted, const Dimensions& found) {
  if (found.size() != wanted.extents.size()) return false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (wanted.extents[i] && *wanted.extents[i] != found[i]) return false;
  }
  return true;
}

// `most_elements` + 1 for any larger number.
hsize_t elements_of(const Dimensions& dimensions) {
  hsize_t count = 1;
  for (const hsize_t extent : dimensions) {
    count = extent != 0 && count > most_elements / extent ? most_elements + 1 : count * extent;
  }
  return count;
}

// What a dataset of this size should be instead; "" if it is in order.
std::string wanted_size(hid_t object, hsize_t count, std::size_t bytes_each) {
  if (count > most_elements) return fmt::format("at most {} elements", most_elements);
  if (count == 0) return "at least one row";
  const hsize_t claimed = count * bytes_each;
  const hsize_t stored = H5Dget_storage_size(object);
  if (claimed > never_suspicious && claimed / most_shrinking > stored)
    return fmt::format("a size that its {} stored bytes can hold", stored);
  return "";
}

// Why HDF5 could not read a dataset.
std::string unreadable_text(hid_t object) {
  const Handle made(H5Dget_create_plist(object), H5Pclose);
  std::string why = "unreadable";
  for (unsigned i = 0; static_cast<int>(i) < H5Pget_nfilters(made); ++i) {
    char filter[64] = "";
    unsigned flags = 0;
    std::size_t values = 0;
    const auto id =
        H5Pget_filter2(made, i, &flags, &values, nullptr, sizeof filter, filter, nullptr);
    if (H5Zfilter_avail(id) <= 0)
      why = fmt::format("compressed by {} ({})", filter, static_cast<int>(id));
  }
  return why;
}

template <class T>
hid_t memory_type();
template <>
hid_t memory_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t memory_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}

}  // namespace

template <class T>
std::vector<T> Group::column(const std::string& name, const Wanted& wanted) const {
  const auto wrong = [&](std::string_view got, std::string_view expected) {
    mistakes_->add(inside(path_, name), got, expected);
    return std::vector<T>{};
  };
  if (!has(name)) return wrong("nothing", wanted_text(wanted));
  const Handle object = member(name);
  if (!object) return wrong("a link that leads nowhere", wanted_text(wanted));
  if (H5Iget_type(object) != H5I_DATASET) return wrong("a group", wanted_text(wanted));
  const Handle type(H5Dget_type(object), H5Tclose);
  const Handle space(H5Dget_space(object), H5Sclose);
  const auto dimensions = dimensions_of(space);
  const auto found = shape_text(type_text(type), dimensions.value_or(Dimensions{}));
  if (!dimensions || !is_wanted(wanted, H5Tget_class(type)) || !is_wanted(wanted, *dimensions))
    return wrong(found, wanted_text(wanted));
  const hsize_t count = elements_of(*dimensions);
  const std::string size = wanted_size(object, count, H5Tget_size(type));
  if (!size.empty()) return wrong(found, size);
  std::vector<T> out(count);
  if (H5Dread(object, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()) >= 0) return out;
  return wrong(unreadable_text(object), "intact data, uncompressed or gzip");
}

template std::vector<float> Group::column(const std::string&, const Wanted&) const;
template std::vector<std::int64_t> Group::column(const std::string&, const Wanted&) const;

}  // namespace updraft::hdf5
