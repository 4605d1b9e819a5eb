// The HDF5 layout of traces/README.md, read and written with HDF5's C interface; the only file of
// the project that includes it. Sizes are checked against the file before anything is allocated.
// Not thread-safe, as HDF5 itself is not: read traces one after the other.
#include "traces/inference_trace.hpp"

#include <fmt/format.h>
#include <hdf5.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

constexpr std::string_view format_name = "updraft-inference";
constexpr std::int64_t format_version = 1;
constexpr hsize_t most_elements = 1'000'000'000;  // of one dataset
constexpr hsize_t most_links = 10'000;            // of one group
constexpr std::size_t longest_text = 64 << 10;    // of one attribute
constexpr std::int32_t most_classes = 10'000'000;

// An HDF5 identifier that closes itself.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  // For what must not fail silently: closing a file writes it.
  bool closed() { return close_(std::exchange(id_, -1)) >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// HDF5 prints a stack of its own for every error; the user gets one line of ours instead.
class Silence {
 public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

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

// The path of a member of a group.
std::string inside(std::string_view group, std::string_view name) {
  return fmt::format("{}{}{}", group, group == "/" ? "" : "/", name);
}

std::string type_text(hid_t type) {
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

std::optional<std::vector<hsize_t>> dimensions_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL) return std::nullopt;
  std::vector<hsize_t> out(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, out.data(), nullptr);
  return out;
}

std::string shape_text(std::string_view type, const std::vector<hsize_t>& dimensions) {
  return fmt::format("{} [{}]", type, fmt::join(dimensions, ", "));
}

// What a dataset must be. Unknown extents (the labels were broken) are not checked.
struct Wanted {
  std::string_view type;  // as error lines name it
  bool floats = false;
  bool integers = false;
  bool enumerations = false;  // h5py's bool
  std::vector<std::optional<hsize_t>> extents;

  bool holds(H5T_class_t found) const {
    return (floats && found == H5T_FLOAT) || (integers && found == H5T_INTEGER) ||
           (enumerations && found == H5T_ENUM);
  }
  bool holds(const std::vector<hsize_t>& dimensions) const {
    if (dimensions.size() != extents.size()) return false;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      if (extents[i] && *extents[i] != dimensions[i]) return false;
    }
    return true;
  }
  std::string text() const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < extents.size(); ++i) {
      parts.push_back(extents[i] ? fmt::format("{}", *extents[i]) : i == 0 ? "N" : "classes");
    }
    return fmt::format("{} [{}]", type, fmt::join(parts, ", "));
  }
};

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

class Reader {
 public:
  Reader(std::string file, Mistakes& mistakes) : file_(std::move(file)), mistakes_(mistakes) {}
  InferenceTrace read();

 private:
  using Names = std::vector<std::string>;

  void wrong(std::string_view path, std::string_view got, std::string_view expected) {
    mistakes_.add({file_, 0, 0}, path, got, expected);
  }
  bool has(hid_t group, const std::string& name) const {
    return H5Lexists(group, name.c_str(), H5P_DEFAULT) > 0;
  }

  // The names in a group: in the order of creation where the file kept it, else alphabetical.
  Names names_in(hid_t group, const std::string& path);
  Handle open_group(hid_t parent, const std::string& name, const std::string& path);
  void refuse_unknown(const Names& found, const Names& known, const std::string& path);

  std::optional<std::string> text_attribute(hid_t object, const std::string& path, const char* name,
                                            bool required);
  std::optional<double> number_attribute(hid_t object, const std::string& path, const char* name,
                                         bool required, double least, double most);
  double count_attribute(hid_t object, const std::string& path, const char* name, bool required,
                         double least = 0, double most = 9007199254740992.);

  template <class T>
  std::vector<T> column(hid_t group, const std::string& path, const std::string& name,
                        const Wanted& wanted);
  bool finite(const std::vector<float>& values, const std::string& path, std::size_t columns);

  Answers answers(hid_t group, const std::string& path, const std::vector<std::int32_t>& labels);
  void judge(Answers& answers, const std::string& path, const std::vector<std::int32_t>& labels,
             bool judged_by_file);
  std::vector<std::int32_t> labels(hid_t group, const std::string& path);
  Stage stage(hid_t group, const std::string& path, const std::string& name, const Split& split);
  Variant variant(hid_t group, const std::string& path, const std::string& name,
                  const Split& split);
  Split split(hid_t file, const std::string& name);
  void compare_splits(InferenceTrace& trace);

  std::string file_;
  Mistakes& mistakes_;
  std::int32_t classes_ = 0;     // 0: a regression task, or not known
  std::optional<hsize_t> rows_;  // of the split being read
};

Reader::Names Reader::names_in(hid_t group, const std::string& path) {
  H5G_info_t about{};
  if (H5Gget_info(group, &about) < 0 || about.nlinks > most_links) {
    wrong(path, fmt::format("{} members", about.nlinks), fmt::format("at most {}", most_links));
    return {};
  }
  H5_index_t order = H5_INDEX_NAME;
  const Handle made(H5Gget_create_plist(group), H5Pclose);
  unsigned tracked = 0;
  if (made && H5Pget_link_creation_order(made, &tracked) >= 0 &&
      (tracked & H5P_CRT_ORDER_TRACKED) != 0) {
    order = H5_INDEX_CRT_ORDER;
  }
  Names out;
  for (hsize_t i = 0; i < about.nlinks; ++i) {
    const auto length =
        H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    std::string name(length > 0 ? static_cast<std::size_t>(length) : 0, '\0');
    H5Lget_name_by_idx(group, ".", order, H5_ITER_INC, i, name.data(), name.size() + 1,
                       H5P_DEFAULT);
    if (is_utf8_name(name)) {
      out.push_back(name);
    } else {
      wrong(path, "the name " + escaped(name), "names of printable UTF-8 characters");
    }
  }
  return out;
}

Handle Reader::open_group(hid_t parent, const std::string& name, const std::string& path) {
  Handle object(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object) {
    wrong(path, "a link that leads nowhere", "a group");
  } else if (H5Iget_type(object) != H5I_GROUP) {
    wrong(path, "a dataset", "a group");
    return {-1, H5Oclose};
  }
  return object;
}

void Reader::refuse_unknown(const Names& found, const Names& known, const std::string& path) {
  for (const auto& name : found) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    wrong(inside(path, name), "an unknown member", one_of(known) + did_you_mean(name, known));
  }
}

std::optional<std::string> Reader::text_attribute(hid_t object, const std::string& path,
                                                  const char* name, bool required) {
  const std::string key = path + "@" + name;
  if (H5Aexists(object, name) <= 0) {
    if (required) wrong(key, "nothing", "a text attribute");
    return std::nullopt;
  }
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const auto points = H5Sget_simple_extent_npoints(space);
  if (H5Tget_class(type) != H5T_STRING || points != 1) {
    wrong(key, fmt::format("{} x {}", std::max<hssize_t>(points, 0), type_text(type)),
          "a text attribute");
    return std::nullopt;
  }
  std::string out;
  bool read = false;
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    const Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    read = H5Aread(attribute, memory, static_cast<void*>(&text)) >= 0;
    if (text != nullptr) {
      out = std::string(text, strnlen(text, longest_text));
      H5free_memory(text);
    }
  } else if (H5Tget_size(type) <= longest_text) {
    out.resize(H5Tget_size(type));
    read = H5Aread(attribute, type, out.data()) >= 0;
    out.resize(strnlen(out.data(), out.size()));
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) out.erase(out.find_last_not_of(' ') + 1);
  }
  if (!read) wrong(key, "unreadable", "a text attribute");
  return out;
}

std::optional<double> Reader::number_attribute(hid_t object, const std::string& path,
                                               const char* name, bool required, double least,
                                               double most) {
  const std::string key = path + "@" + name;
  const std::string expected = most < 9e15
                                   ? fmt::format("a number in [{:.0f}, {:.0f}]", least, most)
                                   : fmt::format("a number, at least {:.0f}", least);
  if (H5Aexists(object, name) <= 0) {
    if (required) wrong(key, "nothing", expected);
    return std::nullopt;
  }
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const auto kind = H5Tget_class(type);
  const auto points = H5Sget_simple_extent_npoints(space);
  double value = 0;
  if ((kind != H5T_INTEGER && kind != H5T_FLOAT) || points != 1 ||
      H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) < 0) {
    wrong(key, fmt::format("{} x {}", std::max<hssize_t>(points, 0), type_text(type)), expected);
    return std::nullopt;
  }
  if (!std::isfinite(value) || value < least || value > most) {
    wrong(key, fmt::format("{}", value), expected);
    return std::nullopt;
  }
  return value;
}

// A whole number; 0 where it is absent or wrong.
double Reader::count_attribute(hid_t object, const std::string& path, const char* name,
                               bool required, double least, double most) {
  const auto value = number_attribute(object, path, name, required, least, most);
  if (value && *value != std::floor(*value)) {
    wrong(path + "@" + name, fmt::format("{}", *value), "a whole number");
    return 0;
  }
  return value.value_or(0);
}

// The dataset `name`, row-major; empty after reporting what is wrong with it.
template <class T>
std::vector<T> Reader::column(hid_t group, const std::string& path, const std::string& name,
                              const Wanted& wanted) {
  const std::string key = inside(path, name);
  if (!has(group, name)) {
    wrong(key, "nothing", wanted.text());
    return {};
  }
  const Handle object(H5Oopen(group, name.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object || H5Iget_type(object) != H5I_DATASET) {
    wrong(key, object ? "a group" : "a link that leads nowhere", wanted.text());
    return {};
  }
  const Handle type(H5Dget_type(object), H5Tclose);
  const Handle space(H5Dget_space(object), H5Sclose);
  const auto dimensions = dimensions_of(space);
  if (!dimensions || !wanted.holds(H5Tget_class(type)) || !wanted.holds(*dimensions)) {
    wrong(key, shape_text(type_text(type), dimensions.value_or(std::vector<hsize_t>{})),
          wanted.text());
    return {};
  }
  hsize_t count = 1;
  for (const hsize_t extent : *dimensions) {
    count = extent != 0 && count > most_elements / extent ? most_elements + 1 : count * extent;
  }
  // Deflate shrinks at most 1032-fold (zlib's technical notes): a larger claim is not in the file.
  const hsize_t claimed = count <= most_elements ? count * H5Tget_size(type) : 0;
  const hsize_t stored = H5Dget_storage_size(object);
  if (count > most_elements || (claimed > (hsize_t{16} << 20) && claimed / 1100 > stored)) {
    wrong(key, shape_text(type_text(type), *dimensions),
          count > most_elements ? fmt::format("at most {} elements", most_elements)
                                : fmt::format("a size that its {} stored bytes can hold", stored));
    return {};
  }
  if (count == 0) {
    wrong(key, shape_text(type_text(type), *dimensions), "at least one row");
    return {};
  }
  std::vector<T> out(count);
  if (H5Dread(object, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()) >= 0) return out;
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
  wrong(key, why, "intact data, uncompressed or gzip");
  return {};
}

bool Reader::finite(const std::vector<float>& values, const std::string& path,
                    std::size_t columns) {
  const auto broken = [](float v) { return !std::isfinite(v); };
  const auto first = std::find_if(values.begin(), values.end(), broken);
  if (first == values.end()) return true;
  const auto index = static_cast<std::size_t>(first - values.begin());
  const auto more = std::count_if(first + 1, values.end(), broken);
  wrong(path,
        fmt::format("{} at row {}{}", *first, index / columns,
                    more > 0 ? fmt::format(" and {} more", more) : ""),
        "finite numbers");
  return false;
}

std::vector<std::int32_t> Reader::labels(hid_t group, const std::string& path) {
  const auto found = column<std::int64_t>(
      group, path, "label", {.type = "i32", .integers = true, .extents = {std::nullopt}});
  const std::int64_t end = classes_ > 0 ? classes_ : std::int64_t{1} << 31;
  const std::int64_t begin = classes_ > 0 ? 0 : -(std::int64_t{1} << 31);
  const auto outside = [&](std::int64_t v) { return v < begin || v >= end; };
  const auto first = std::find_if(found.begin(), found.end(), outside);
  if (first != found.end()) {
    const auto more = std::count_if(first + 1, found.end(), outside);
    wrong(path + "/label",
          fmt::format("{} at row {}{}", *first, first - found.begin(),
                      more > 0 ? fmt::format(" and {} more", more) : ""),
          fmt::format("classes in [{}, {}]", begin, end - 1));
  }
  std::vector<std::int32_t> out(found.size());
  std::transform(found.begin(), found.end(), out.begin(),
                 [&](std::int64_t v) { return outside(v) ? 0 : static_cast<std::int32_t>(v); });
  return out;
}

// Fills `predicted`, and `correct` where the file has none; holds a file's own `correct` against
// its logits.
void Reader::judge(Answers& answers, const std::string& path,
                   const std::vector<std::int32_t>& labels, bool judged_by_file) {
  const auto classes = static_cast<std::size_t>(classes_);
  std::size_t disagreeing = 0;
  std::string first;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const float* logits = answers.logits.data() + row * classes;
    const float largest = *std::max_element(logits, logits + classes);
    const auto predicted = std::find(logits, logits + classes, largest) - logits;
    answers.predicted.push_back(static_cast<std::int32_t>(predicted));
    const auto label = static_cast<std::size_t>(labels[row]);
    const std::uint8_t right = predicted == labels[row] ? 1 : 0;
    if (!judged_by_file) {
      answers.correct.push_back(right);
      continue;
    }
    const bool tie = logits[label] == largest && std::count(logits, logits + classes, largest) > 1;
    if (answers.correct[row] == right || tie) continue;
    if (disagreeing++ == 0) {
      first = fmt::format("{} at row {} (largest logit: class {}, label {})", answers.correct[row],
                          row, predicted, label);
    }
  }
  if (disagreeing == 0) return;
  mistakes_.add({file_, 0, 0},
                fmt::format("{}/correct = {}{}; expected what logits and label say", path, first,
                            disagreeing > 1 ? fmt::format(" and {} more", disagreeing - 1) : ""));
}

Answers Reader::answers(hid_t group, const std::string& path,
                        const std::vector<std::int32_t>& labels) {
  Answers out;
  const bool has_logits = has(group, "logits");
  const bool has_correct = has(group, "correct");
  if (!has_logits && !has_correct) {
    wrong(path, "neither logits nor correct", "at least one of them");
    return out;
  }
  if (has_logits && classes_ == 0) {
    wrong(path + "/logits", "logits without classes", "attribute classes of / above 0");
    return out;
  }
  bool usable = true;
  if (has_correct) {
    const auto found = column<std::int64_t>(
        group, path, "correct",
        {.type = "u8", .integers = true, .enumerations = true, .extents = {rows_}});
    const auto outside = [](std::int64_t v) { return v != 0 && v != 1; };
    const auto first = std::find_if(found.begin(), found.end(), outside);
    if (first != found.end()) {
      wrong(path + "/correct", fmt::format("{} at row {}", *first, first - found.begin()),
            "0 or 1");
      usable = false;
    }
    for (const auto v : found) out.correct.push_back(v == 1 ? 1 : 0);
    usable = usable && out.correct.size() == labels.size();
  }
  if (has_logits) {
    const auto classes = static_cast<hsize_t>(classes_);
    out.logits = column<float>(group, path, "logits",
                               {.type = "f32", .floats = true, .extents = {rows_, classes}});
    usable = finite(out.logits, path + "/logits", classes) && usable;
    if (usable && !labels.empty() && out.logits.size() == labels.size() * classes)
      judge(out, path, labels, has_correct);
  }
  return out;
}

Stage Reader::stage(hid_t parent, const std::string& path, const std::string& name,
                    const Split& split) {
  Stage out;
  out.name = name;
  const Handle group = open_group(parent, name, path);
  if (!group) return out;
  refuse_unknown(names_in(group, path), {"logits", "correct", "scores", "theta"}, path);
  const double unbounded = std::numeric_limits<double>::infinity();
  out.work = Flops(2 * number_attribute(group, path, "macs", true, 0, unbounded).value_or(0));
  out.params = static_cast<std::uint64_t>(count_attribute(group, path, "params", true));
  out.weights = Bytes(count_attribute(group, path, "weight_bytes", true));
  out.family = text_attribute(group, path, "family", false).value_or("");
  out.answers = answers(group, path, split.labels);
  if (!has(group, "scores")) return out;
  const std::string below = path + "/scores";
  const Handle scores = open_group(group, "scores", below);
  if (!scores) return out;
  for (const auto& score : names_in(scores, below)) {
    auto values =
        column<float>(scores, below, score,
                      {.type = "f32", .floats = true, .integers = true, .extents = {rows_}});
    finite(values, inside(below, score), 1);
    out.scores.push_back({score, std::move(values)});
  }
  return out;
}

Variant Reader::variant(hid_t parent, const std::string& path, const std::string& name,
                        const Split& split) {
  Variant out;
  out.name = name;
  const Handle group = open_group(parent, name, path);
  if (!group) return out;
  refuse_unknown(names_in(group, path), {"logits", "correct", "bytes"}, path);
  const double unbounded = std::numeric_limits<double>::infinity();
  constexpr double u32_most = std::numeric_limits<std::uint32_t>::max();
  const bool each = has(group, "bytes");
  out.payload = Bytes(count_attribute(group, path, "payload_bytes", !each, 0, u32_most));
  out.reply = Bytes(count_attribute(group, path, "reply_bytes", true, 0, u32_most));
  const auto work = [&](const char* key, bool required) {
    return Flops(2 * number_attribute(group, path, key, required, 0, unbounded).value_or(0));
  };
  out.cloud_work = work("cloud_macs", true);
  out.encode_work = work("encode_macs", false);
  out.family = text_attribute(group, path, "family", false).value_or("");
  if (each) {
    const auto found = column<std::int64_t>(group, path, "bytes",
                                            {.type = "u32", .integers = true, .extents = {rows_}});
    const auto outside = [](std::int64_t v) {
      return v < 0 || v > std::numeric_limits<std::uint32_t>::max();
    };
    const auto first = std::find_if(found.begin(), found.end(), outside);
    if (first != found.end()) {
      wrong(path + "/bytes", fmt::format("{} at row {}", *first, first - found.begin()),
            "sizes in [0, 4294967295]");
    } else {
      for (const auto v : found) out.payload_bytes.push_back(static_cast<std::uint32_t>(v));
    }
  }
  out.answers = answers(group, path, split.labels);
  return out;
}

Split Reader::split(hid_t file, const std::string& name) {
  Split out;
  out.name = name;
  const std::string path = "/" + name;
  const Handle group = open_group(file, name, path);
  if (!group) return out;
  refuse_unknown(names_in(group, path), {"label", "edge", "offload"}, path);
  const std::size_t rows = (out.labels = labels(group, path)).size();
  rows_ = rows > 0 ? std::optional<hsize_t>(rows) : std::nullopt;
  bool empty = true;
  for (const std::string kind : {"edge", "offload"}) {
    if (!has(group, kind)) continue;
    const std::string below = inside(path, kind);
    const Handle members = open_group(group, kind, below);
    if (!members) continue;
    for (const auto& member : names_in(members, below)) {
      empty = false;
      if (kind == "edge") {
        out.stages.push_back(stage(members, inside(below, member), member, out));
      } else {
        out.variants.push_back(variant(members, inside(below, member), member, out));
      }
    }
  }
  if (empty) wrong(path, "no stage and no variant", "at least one of edge/NAME and offload/NAME");
  return out;
}

template <class Named>
std::string names_text(const std::vector<Named>& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const auto& each : all) names.push_back(each.name);
  std::sort(names.begin(), names.end());
  return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", "));
}

// Puts `others` into the order of `firsts`; both hold the same names.
template <class Named>
void in_order_of(const std::vector<Named>& firsts, std::vector<Named>& others) {
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    const auto same = [&](const Named& other) { return other.name == firsts[i].name; };
    std::swap(others[i], *std::find_if(others.begin(), others.end(), same));
  }
}

// A threshold tuned on one split means nothing on another that offers something else.
void Reader::compare_splits(InferenceTrace& trace) {
  if (trace.splits.size() < 2) return;
  const Split& first = trace.splits[0];
  Split& other = trace.splits[1];
  const auto same = [&](const std::string& path, const auto& a, const auto& b) {
    if (names_text(a) == names_text(b)) return true;
    wrong("/" + other.name + path, names_text(b),
          fmt::format("the same as /{}{}: {}", first.name, path, names_text(a)));
    return false;
  };
  if (same("/offload", first.variants, other.variants)) in_order_of(first.variants, other.variants);
  if (!same("/edge", first.stages, other.stages)) return;
  in_order_of(first.stages, other.stages);
  for (std::size_t i = 0; i < first.stages.size(); ++i) {
    const auto& a = first.stages[i];
    auto& b = other.stages[i];
    if (same("/edge/" + a.name + "/scores", a.scores, b.scores)) in_order_of(a.scores, b.scores);
  }
}

InferenceTrace Reader::read() {
  const auto refuse = [&](const std::string& why) {
    throw InputError(fmt::format("{}: {}", file_, why));
  };
  const std::filesystem::path path(file_);
  std::error_code failed;
  const auto about = std::filesystem::status(path, failed);
  if (!std::filesystem::exists(about)) {
    refuse(fmt::format("cannot be read: {}", failed ? failed.message() : std::strerror(ENOENT)));
  }
  if (std::filesystem::is_directory(about)) refuse("is a folder; expected an HDF5 file");
  if (!std::filesystem::is_regular_file(about)) refuse("is not a regular file");
  if (!std::ifstream(file_, std::ios::binary)) {
    refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  const Silence silence;
  if (H5Fis_hdf5(file_.c_str()) <= 0) refuse("is not an HDF5 file; expected an inference trace");
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access, false, true);  // a read-only folder or a network drive cannot lock
#endif
  const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  if (!file) refuse("is a damaged or truncated HDF5 file");

  InferenceTrace out;
  out.file = file_;
  const Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
  if (!root) refuse("is a damaged HDF5 file");
  const auto format = text_attribute(root, "/", "format", true);
  if (format && *format != format_name) wrong("/@format", *format, format_name);
  const auto version = number_attribute(root, "/", "version", true, 0, 1e9);
  if (version && *version != format_version) {
    wrong("/@version", fmt::format("{}", *version), fmt::format("{}", format_version));
  }
  mistakes_.throw_if_any();  // another format: what else it lacks is no help
  out.dataset = text_attribute(root, "/", "dataset", true).value_or("");
  out.task = text_attribute(root, "/", "task", false).value_or("classification");
  const bool classification = out.task != "regression";
  const Names tasks = {"classification", "regression"};
  if (std::find(tasks.begin(), tasks.end(), out.task) == tasks.end())
    wrong("/@task", out.task, one_of(tasks) + did_you_mean(out.task, tasks));
  classes_ = out.classes = static_cast<std::int32_t>(
      count_attribute(root, "/", "classes", classification, classification ? 1 : 0, most_classes));
  out.created_by = text_attribute(root, "/", "created_by", false).value_or("");
  out.source = text_attribute(root, "/", "source", false).value_or("");
  out.licence = text_attribute(root, "/", "licence", false).value_or("");
  out.seed = static_cast<std::uint64_t>(count_attribute(root, "/", "seed", false));
  const Names names = names_in(root, "/");
  refuse_unknown(names, {"calibration", "test"}, "/");
  mistakes_.throw_if_any();
  for (const std::string name : {"calibration", "test"}) {
    if (has(root, name)) out.splits.push_back(split(root, name));
  }
  if (out.splits.empty()) wrong("/", "no split", "calibration, test or both");
  if (mistakes_.none()) compare_splits(out);
  mistakes_.throw_if_any();
  return out;
}

// ---- writing

// Objects without dates, so that the same content gives the same bytes.
Handle creation_list(hid_t kind) {
  Handle list(H5Pcreate(kind), H5Pclose);
  H5Pset_obj_track_times(list, false);
  return list;
}

class Writer {
 public:
  // False, by way of `failed`, as soon as one call of HDF5's failed.
  bool write(const InferenceTrace& trace, const std::string& file);

 private:
  void check(herr_t result) { good_ = good_ && result >= 0; }
  Handle group(hid_t parent, const std::string& name);
  void text(hid_t object, const char* name, const std::string& value);
  void number(hid_t object, const char* name, double value);
  void column(hid_t group, const std::string& name, hid_t stored, hid_t memory, const void* data,
              hsize_t rows, hsize_t columns = 0);
  void answers(hid_t group, const Answers& answers, hsize_t rows, hsize_t classes);
  void split(hid_t file, const Split& split, hsize_t classes);

  bool good_ = true;
};

Handle Writer::group(hid_t parent, const std::string& name) {
  const Handle list = creation_list(H5P_GROUP_CREATE);
  check(H5Pset_link_creation_order(list, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED));
  Handle out(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, list, H5P_DEFAULT), H5Gclose);
  check(out ? 0 : -1);
  return out;
}

void Writer::text(hid_t object, const char* name, const std::string& value) {
  if (value.empty()) return;  // an absent text reads back as ""
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  check(H5Tset_size(type, value.size()));
  check(H5Tset_strpad(type, H5T_STR_NULLPAD));
  check(H5Tset_cset(type, H5T_CSET_UTF8));
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle made(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(H5Awrite(made, type, value.data()));
}

void Writer::number(hid_t object, const char* name, double value) {
  const bool whole = value == std::floor(value) && value < 1e18;
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle made(H5Acreate2(object, name, whole ? H5T_STD_U64LE : H5T_IEEE_F64LE, space,
                               H5P_DEFAULT, H5P_DEFAULT),
                    H5Aclose);
  check(H5Awrite(made, H5T_NATIVE_DOUBLE, &value));
}

void Writer::column(hid_t group, const std::string& name, hid_t stored, hid_t memory,
                    const void* data, hsize_t rows, hsize_t columns) {
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
  const Handle made(H5Dcreate2(group, name.c_str(), stored, space, H5P_DEFAULT, list, H5P_DEFAULT),
                    H5Dclose);
  check(H5Dwrite(made, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
}

void Writer::answers(hid_t group, const Answers& answers, hsize_t rows, hsize_t classes) {
  if (!answers.logits.empty()) {
    UPDRAFT_CHECK(answers.logits.size() == rows * classes,
                  fmt::format("{} logits, {} x {}", answers.logits.size(), rows, classes));
    column(group, "logits", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, answers.logits.data(), rows, classes);
  }
  if (!answers.correct.empty()) {
    UPDRAFT_CHECK(answers.correct.size() == rows,
                  fmt::format("{} of {}", answers.correct.size(), rows));
    column(group, "correct", H5T_STD_U8LE, H5T_NATIVE_UINT8, answers.correct.data(), rows);
  }
}

void Writer::split(hid_t file, const Split& split, hsize_t classes) {
  const Handle top = group(file, split.name);
  const hsize_t rows = split.size();
  column(top, "label", H5T_STD_I32LE, H5T_NATIVE_INT32, split.labels.data(), rows);
  const Handle edge = group(top, "edge");
  for (const auto& stage : split.stages) {
    const Handle below = group(edge, stage.name);
    number(below, "macs", stage.work.si() / 2);
    number(below, "params", static_cast<double>(stage.params));
    number(below, "weight_bytes", stage.weights.si());
    text(below, "family", stage.family);
    answers(below, stage.answers, rows, classes);
    if (stage.scores.empty()) continue;
    const Handle scores = group(below, "scores");
    for (const auto& score : stage.scores) {
      UPDRAFT_CHECK(score.values.size() == rows,
                    fmt::format("{} of {}", score.values.size(), rows));
      column(scores, score.name, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, score.values.data(), rows);
    }
  }
  const Handle offload = group(top, "offload");
  for (const auto& variant : split.variants) {
    const Handle below = group(offload, variant.name);
    number(below, "payload_bytes", variant.payload.si());
    number(below, "reply_bytes", variant.reply.si());
    number(below, "cloud_macs", variant.cloud_work.si() / 2);
    if (variant.encode_work > Flops(0)) number(below, "encode_macs", variant.encode_work.si() / 2);
    text(below, "family", variant.family);
    answers(below, variant.answers, rows, classes);
    if (variant.payload_bytes.empty()) continue;
    UPDRAFT_CHECK(variant.payload_bytes.size() == rows,
                  fmt::format("{} of {}", variant.payload_bytes.size(), rows));
    column(below, "bytes", H5T_STD_U32LE, H5T_NATIVE_UINT32, variant.payload_bytes.data(), rows);
  }
}

bool Writer::write(const InferenceTrace& trace, const std::string& file) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  check(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18));
  Handle made(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, creation_list(H5P_FILE_CREATE), access),
              H5Fclose);
  if (!made) return false;
  {
    const Handle root(H5Gopen2(made, "/", H5P_DEFAULT), H5Gclose);
    text(root, "format", std::string(format_name));
    number(root, "version", static_cast<double>(format_version));
    text(root, "dataset", trace.dataset);
    number(root, "classes", trace.classes);
    text(root, "task", trace.task);
    text(root, "created_by", trace.created_by);
    number(root, "seed", static_cast<double>(trace.seed));
    text(root, "source", trace.source);
    text(root, "licence", trace.licence);
    for (const auto& each : trace.splits) split(root, each, static_cast<hsize_t>(trace.classes));
  }
  return made.closed() && good_;
}

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  for (const auto& each : all) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

}  // namespace

const Stage* Split::stage(std::string_view wanted) const { return find_named(stages, wanted); }
const Variant* Split::variant(std::string_view wanted) const {
  return find_named(variants, wanted);
}
const Split* InferenceTrace::split(std::string_view wanted) const {
  return find_named(splits, wanted);
}

InferenceTrace read_inference_trace(const std::string& file) {
  Mistakes mistakes;
  return Reader(file, mistakes).read();
}

void write_inference_trace(const InferenceTrace& trace, const std::string& file) {
  const std::string temporary = file + ".part";
  const auto refuse = [&](const std::string& why) {
    throw InputError(fmt::format("{}: cannot be written: {}", file, why));
  };
  errno = 0;
  if (!std::ofstream(temporary, std::ios::binary)) refuse(std::strerror(errno));
  const Silence silence;
  const bool good = Writer().write(trace, temporary);
  std::error_code failed;
  if (good) std::filesystem::rename(temporary, file, failed);
  if (!good || failed) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    refuse(good ? failed.message() : "HDF5 failed; is the disk full?");
  }
}

}  // namespace updraft
