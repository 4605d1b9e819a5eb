// Files, groups and attributes; columns are read in column.cpp.
#include "traces/hdf5/reading.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace updraft::hdf5 {
namespace {

constexpr hsize_t most_links = 10'000;          // of one group
constexpr std::size_t longest_text = 64 << 10;  // of one attribute

bool is_utf8_name(std::string_view text) {
  if (text.empty()) return false;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x20 || lead == 0x7f) return false;
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xc2 && lead < 0xe0  ? 2
                               : lead >= 0xe0 && lead < 0xf0  ? 3
                               : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                              : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

// Bytes that are not printable ASCII escaped, so that an error line stays valid text.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte > 0x7e ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return out;
}

[[noreturn]] void refuse(const std::string& file, std::string_view why) {
  throw InputError(fmt::format("{}: {}", file, why));
}

[[noreturn]] void refuse_damaged(const std::string& file, std::string_view path) {
  refuse(file, fmt::format("is a damaged HDF5 file: {} cannot be read", path));
}

void refuse_unreadable(const std::string& name) {
  const std::filesystem::path path(name);
  std::error_code failed;
  const auto about = std::filesystem::status(path, failed);
  if (!std::filesystem::exists(about)) {
    refuse(name,
           fmt::format("cannot be read: {}", failed ? failed.message() : std::strerror(ENOENT)));
  }
  if (std::filesystem::is_directory(about)) refuse(name, "is a folder; expected an HDF5 file");
  if (!std::filesystem::is_regular_file(about)) refuse(name, "is not a regular file");
  if (!std::ifstream(name, std::ios::binary)) {
    refuse(name, fmt::format("cannot be read: {}", std::strerror(errno)));
  }
}

Handle opened(const std::string& name, std::string_view expected) {
  refuse_unreadable(name);
  if (H5Fis_hdf5(name.c_str()) <= 0)
    refuse(name, fmt::format("is not an HDF5 file; expected {}", expected));
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access, false, true);  // a read-only folder or a network drive cannot lock
#endif
  Handle file(H5Fopen(name.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  if (!file) refuse(name, "is a damaged or truncated HDF5 file");
  return file;
}

// The text of an attribute of one string; nothing if it cannot be read.
std::optional<std::string> read_text(hid_t attribute, hid_t type) {
  std::string out;
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    const bool read = H5Aread(attribute, memory, static_cast<void*>(&text)) >= 0;
    if (!read) return std::nullopt;  // where `text` points then is anybody's guess
    if (text != nullptr) {
      out = std::string(text, strnlen(text, longest_text));
      H5free_memory(text);
    }
    return out;
  }
  if (H5Tget_size(type) > longest_text) return std::nullopt;
  out.resize(H5Tget_size(type));
  if (H5Aread(attribute, type, out.data()) < 0) return std::nullopt;
  out.resize(strnlen(out.data(), out.size()));
  if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

// "the text 1000" or "2 x i32", of an attribute that is not what it should be.
std::string attribute_text(hssize_t points, hid_t attribute, hid_t type) {
  if (points == 1 && H5Tget_class(type) == H5T_STRING) {
    if (const auto text = read_text(attribute, type)) return "the text " + *text;
  }
  return fmt::format("{} x {}", std::max<hssize_t>(points, 0), type_text(type));
}

}  // namespace

std::string inside(std::string_view group, std::string_view name) {
  return fmt::format("{}{}{}", group, group == "/" ? "" : "/", name);
}

File::File(const std::string& name, std::string_view expected) : handle_(opened(name, expected)) {}

Group File::root(PathMistakes& mistakes) const {
  Handle root(H5Gopen2(handle_, "/", H5P_DEFAULT), H5Gclose);
  if (!root) refuse(mistakes.file, "is a damaged HDF5 file");
  return {std::move(root), "/", mistakes};
}

bool Group::has(const std::string& name) const {
  return H5Lexists(handle_, name.c_str(), H5P_DEFAULT) > 0;
}

Names Group::names() const {
  H5G_info_t about{};
  if (H5Gget_info(handle_, &about) < 0) refuse_damaged(mistakes_->file, path_);
  if (about.nlinks > most_links) {
    mistakes_->add(path_, fmt::format("{} members", about.nlinks),
                   fmt::format("at most {}", most_links));
    return {};
  }
  H5_index_t order = H5_INDEX_NAME;
  const Handle made(H5Gget_create_plist(handle_), H5Pclose);
  unsigned tracked = 0;
  if (made && H5Pget_link_creation_order(made, &tracked) >= 0 &&
      (tracked & H5P_CRT_ORDER_TRACKED) != 0) {
    order = H5_INDEX_CRT_ORDER;
  }
  Names out;
  for (hsize_t i = 0; i < about.nlinks; ++i) {
    const auto length =
        H5Lget_name_by_idx(handle_, ".", order, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    std::string name(length > 0 ? static_cast<std::size_t>(length) : 0, '\0');
    H5Lget_name_by_idx(handle_, ".", order, H5_ITER_INC, i, name.data(), name.size() + 1,
                       H5P_DEFAULT);
    if (is_utf8_name(name)) {
      out.push_back(name);
    } else {
      mistakes_->add(path_, "the name " + escaped(name), "names of printable UTF-8 characters");
    }
  }
  return out;
}

void Group::refuse_unknown(const Names& known) const {
  for (const auto& name : names()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    mistakes_->add(inside(path_, name), "an unknown member",
                   one_of(known) + did_you_mean(name, known));
  }
}

// A hard link always leads somewhere: what it leads to is damaged where it cannot be opened.
Handle Group::member(const std::string& name) const {
  Handle object(H5Oopen(handle_, name.c_str(), H5P_DEFAULT), H5Oclose);
  H5L_info_t link{};
  if (!object &&
      (H5Lget_info(handle_, name.c_str(), &link, H5P_DEFAULT) < 0 || link.type == H5L_TYPE_HARD)) {
    refuse_damaged(mistakes_->file, inside(path_, name));
  }
  return object;
}

Group Group::group(const std::string& name) const {
  const std::string below = inside(path_, name);
  Handle object = member(name);
  if (!object) {
    mistakes_->add(below, "a link that leads nowhere", "a group");
  } else if (H5Iget_type(object) != H5I_GROUP) {
    mistakes_->add(below, "a dataset", "a group");
    object = Handle(H5I_INVALID_HID, H5Oclose);
  }
  return {std::move(object), below, *mistakes_};
}

std::optional<std::string> Group::text(const char* name, bool required) const {
  const std::string key = path_ + "@" + name;
  if (H5Aexists(handle_, name) <= 0) {
    if (required) mistakes_->add(key, "nothing", "a text attribute");
    return std::nullopt;
  }
  const Handle attribute(H5Aopen(handle_, name, H5P_DEFAULT), H5Aclose);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const auto points = H5Sget_simple_extent_npoints(space);
  if (H5Tget_class(type) != H5T_STRING || points != 1) {
    mistakes_->add(key, attribute_text(points, attribute, type), "a text attribute");
    return std::nullopt;
  }
  auto out = read_text(attribute, type);
  if (!out) mistakes_->add(key, "unreadable", "a text attribute");
  return out;
}

std::optional<double> Group::number(const char* name, bool required, double least,
                                    double most) const {
  const std::string key = path_ + "@" + name;
  const std::string expected = fmt::format("a number in [{}, {}]", least, most);
  if (H5Aexists(handle_, name) <= 0) {
    if (required) mistakes_->add(key, "nothing", expected);
    return std::nullopt;
  }
  const Handle attribute(H5Aopen(handle_, name, H5P_DEFAULT), H5Aclose);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const auto kind = H5Tget_class(type);
  const auto points = H5Sget_simple_extent_npoints(space);
  double value = 0;
  if ((kind != H5T_INTEGER && kind != H5T_FLOAT) || points != 1 ||
      H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) < 0) {
    mistakes_->add(key, attribute_text(points, attribute, type), expected);
    return std::nullopt;
  }
  if (!std::isfinite(value) || value < least || value > most) {
    mistakes_->add(key, fmt::format("{}", value), expected);
    return std::nullopt;
  }
  return value;
}

double Group::count(const char* name, bool required, double least, double most) const {
  const auto value = number(name, required, least, most);
  if (value && *value != std::floor(*value)) {
    mistakes_->add(path_ + "@" + name, fmt::format("{}", *value), "a whole number");
    return 0;
  }
  return value.value_or(0);
}

}  // namespace updraft::hdf5
