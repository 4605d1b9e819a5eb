#include "sim/core/document.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace updraft {
namespace {

constexpr std::size_t largest_document = 4 << 20;
constexpr int deepest = 64;
constexpr std::size_t most_nodes = 1'000'000;

struct Reading {
  const std::string& name;
  Mistakes& mistakes;
  std::size_t left = most_nodes;
  bool given_up = false;
};

// A node may be reached many times, through YAML's aliases, and even from within itself: depth and
// number are both bounded.
Document from_yaml(const YAML::Node& node, int depth, Reading& reading) {
  const std::string& name = reading.name;
  Mistakes& mistakes = reading.mistakes;
  Document out;
  out.place = {name, node.Mark().line + 1, node.Mark().column + 1};
  if (reading.given_up) return out;
  if (depth > deepest || reading.left == 0) {
    mistakes.add(out.place,
                 depth > deepest
                     ? fmt::format("more than {} levels deep; expected a flatter file", deepest)
                     : fmt::format("more than {} values; expected a smaller file", most_nodes));
    reading.given_up = true;
    return out;
  }
  --reading.left;
  if (node.IsScalar()) {
    out.kind = Document::Kind::scalar;
    out.text = node.Scalar();
  } else if (node.IsSequence()) {
    out.kind = Document::Kind::list;
    for (const auto& item : node) {
      if (reading.given_up) break;
      out.items.push_back(from_yaml(item, depth + 1, reading));
    }
  } else if (node.IsMap()) {
    out.kind = Document::Kind::map;
    std::set<std::string> keys;
    for (const auto& entry : node) {
      if (reading.given_up) break;
      const Place key_place{name, entry.first.Mark().line + 1, entry.first.Mark().column + 1};
      if (!entry.first.IsScalar()) {
        mistakes.add(key_place, "a key is not a plain word; expected key: value");
        continue;
      }
      if (!keys.insert(entry.first.Scalar()).second) {
        mistakes.add(key_place, entry.first.Scalar(), "given twice", "it once");
        continue;
      }
      Document value = from_yaml(entry.second, depth + 1, reading);
      if (value.kind == Document::Kind::empty) value.place = key_place;  // yaml-cpp names the next
      out.entries.push_back({entry.first.Scalar(), key_place, std::move(value)});
    }
  }
  return out;
}

// Counts the documents of a text and looks at nothing else.
class CountDocuments : public YAML::EventHandler {
 public:
  int count = 0;
  YAML::Mark last;

  void OnDocumentStart(const YAML::Mark& mark) override { ++count, last = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Throws at the second document. Not YAML::LoadAll: where a text begins with a comma, say, its
// parser gives empty documents for ever and goes no further.
void refuse_several(const std::string& text, const std::string& name) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  CountDocuments seen;
  YAML::Mark before;
  while (seen.count < 2 && parser.HandleNextDocument(seen)) {
    if (seen.count < 2) before = seen.last;
  }
  if (seen.count < 2) return;
  if (seen.last.pos == before.pos) throw YAML::ParserException(before, "a key was expected");
  throw InputError(
      fmt::format("{}: holds several YAML documents; expected one (a line of --- begins the next)",
                  to_string({name, seen.last.line + 1, 0})));
}

void re_place(Document& node, const Place& place) {
  node.place = place;
  for (auto& item : node.items) re_place(item, place);
  for (auto& entry : node.entries) {
    entry.key_place = place;
    re_place(entry.value, place);
  }
}

}  // namespace

const Document* Document::find(std::string_view key) const {
  for (const auto& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::string Document::shown() const {
  if (kind == Kind::scalar) return text.empty() ? "''" : text;
  if (kind == Kind::empty) return "nothing";
  std::vector<std::string> parts;
  for (const auto& item : items) parts.push_back(item.shown());
  for (const auto& entry : entries) parts.push_back(entry.key + ": " + entry.value.shown());
  const std::string inside = fmt::format("{}", fmt::join(parts, ", "));
  return kind == Kind::list ? "[" + inside + "]" : "{" + inside + "}";
}

std::string read_file(const std::string& file, std::size_t largest) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) {
    throw InputError(fmt::format("{}: cannot be read: {}", file, std::strerror(errno)));
  }
  if (S_ISDIR(about.st_mode))
    throw InputError(fmt::format("{}: is a folder; expected a file", file));
  if (!S_ISREG(about.st_mode)) {
    throw InputError(fmt::format("{}: is not a regular file", file));
  }
  if (static_cast<std::size_t>(about.st_size) > largest) {
    throw InputError(
        fmt::format("{}: {} bytes; expected at most {}", file, about.st_size, largest));
  }
  std::ifstream in(file, std::ios::binary);
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  if (!in || !in.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    throw InputError(fmt::format("{}: cannot be read: {}", file, std::strerror(errno)));
  }
  return text;
}

Document read_document(const std::string& file) {
  return parse_document(read_file(file, largest_document), file);
}

Document parse_document(const std::string& text, const std::string& name) {
  Mistakes mistakes;
  Document out;
  const auto no_text = [](char c) {  // control bytes that YAML forbids: it is something else
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  };
  if (std::any_of(text.begin(), text.end(), no_text))
    throw InputError(name + ": is not a text file; expected YAML");
  try {
    refuse_several(text, name);
    const YAML::Node document = YAML::Load(text);
    Reading reading{name, mistakes};
    out.place = {name, 1, 1};
    if (document.IsDefined() && !document.IsNull()) out = from_yaml(document, 0, reading);
  } catch (const YAML::DeepRecursion& error) {
    throw InputError(fmt::format("{}: more than {} levels deep; expected a flatter file",
                                 to_string({name, error.mark.line + 1, error.mark.column + 1}),
                                 deepest));
  } catch (const YAML::Exception& error) {
    throw InputError(fmt::format("{}: is not YAML: {}",
                                 to_string({name, error.mark.line + 1, error.mark.column + 1}),
                                 error.msg));
  }
  mistakes.throw_if_any();
  return out;
}

namespace {

// An item of a list by its number, `[1]`, at path[at]; moves `at` behind it. Null if there is none.
Document* item_at(Document& list, const std::string& path, std::size_t& at) {
  const std::size_t close = path.find(']', at);
  const std::string index = close == std::string::npos ? "" : path.substr(at + 1, close - at - 1);
  if (index.empty() || index.size() > 6 ||
      index.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(index) >= list.items.size()) {
    return nullptr;
  }
  at = close + 1;
  return &list.items[std::stoul(index)];
}

// What an item of a list says under `name`, or under `policy` where it has none; "" without either.
std::string name_of(const Document& item) {
  const Document* named = item.find("name");
  if (named == nullptr) named = item.find("policy");
  return named == nullptr ? "" : named->text;
}

Document* item_named(Document& list, const std::string& name) {
  for (auto& item : list.items) {
    if (name_of(item) == name) return &item;
  }
  return nullptr;
}

// Which items the list at `path` has, where the name `wrong`, or a number, is of none.
std::string items_text(const Document& list, const std::string& path, const std::string& wrong) {
  if (list.items.empty()) return "the path of a list item that exists";
  std::vector<std::string> names;
  for (const auto& item : list.items) {
    if (!name_of(item).empty()) names.push_back(shown(name_of(item)));
  }
  const std::size_t last = list.items.size() - 1;
  const std::string numbers = last == 0 ? "[0]" : fmt::format("[0] to [{}]", last);
  const std::string_view where = path.empty() ? "the file" : std::string_view(path);
  if (wrong.empty() || names.empty())
    return fmt::format("an item of {} by its number, {}", where, numbers);
  return fmt::format("an item of {} by its name, {}, or its number, {}{}", where, one_of(names),
                     numbers, did_you_mean(wrong, names));
}

// The node at `path`, made where it is not there. `value` is for the error lines, which stand at
// `place`.
Document& node_at(Document& root, const std::string& path, const Place& place,
                  const std::string& value) {
  const auto refuse = [&](std::string_view expected) {
    return InputError(
        fmt::format("{}: {} = {}; expected {}", to_string(place), path, value, expected));
  };
  const auto no_path = "a path such as channel.uplink";
  if (path.empty() || path.back() == '.') throw refuse(no_path);
  const bool keyless = root.kind == Document::Kind::scalar || root.kind == Document::Kind::list;
  if (keyless && path[0] != '[') {  // not to be hidden by what is set in it
    Mistakes mistakes;
    mistakes.add(root.place, "the file", root.shown(), "keys and values");
    mistakes.throw_if_any();
  }
  Document* node = &root;
  std::size_t at = 0;
  while (at < path.size()) {
    if (path[at] == '[') {
      const Document& list = *node;
      const std::string before = path.substr(0, at);
      node = item_at(*node, path, at);
      if (node == nullptr) throw refuse(items_text(list, before, ""));
      if (at < path.size() && path[at] != '.' && path[at] != '[') throw refuse(no_path);
      if (at < path.size() && path[at] == '.') ++at;
      continue;
    }
    const std::size_t begin = at;
    const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
    const std::string key = path.substr(at, end - at);
    if (key.empty()) throw refuse(no_path);
    at = end < path.size() && path[end] == '.' ? end + 1 : end;
    if (node->kind == Document::Kind::list) {
      const Document& list = *node;
      node = item_named(*node, key);
      if (node == nullptr) throw refuse(items_text(list, path.substr(0, begin - 1), key));
      continue;
    }
    // On purpose: channel.uplink.rate also replaces "uplink: 5 Mbps".
    if (node->kind != Document::Kind::map) *node = Document{Document::Kind::map, place, "", {}, {}};
    const auto found = std::find_if(node->entries.begin(), node->entries.end(),
                                    [&](const Document::Entry& entry) { return entry.key == key; });
    if (found == node->entries.end()) {
      node->entries.push_back({key, place, Document{Document::Kind::empty, place, "", {}, {}}});
      node = &node->entries.back().value;
    } else {
      node = &found->value;
    }
  }
  return *node;
}

}  // namespace

void set_in_document(Document& root, const std::string& path, const std::string& value) {
  const Place place{"--set", 0, 0};
  Document& node = node_at(root, path, place, value);
  Document replacement = parse_document(value, "--set " + path);
  re_place(replacement, place);
  node = std::move(replacement);
}

void set_in_document(Document& root, const std::string& path, const Document& value) {
  Document& node = node_at(root, path, value.place, value.shown());
  node = value;
}

std::string find_beside(const std::string& path, const std::string& naming_file) {
  namespace fs = std::filesystem;
  const fs::path wanted(path);
  std::error_code ignored;
  if (path.empty() || wanted.is_absolute()) return path;
  fs::path folder = fs::absolute(naming_file, ignored).parent_path();
  const fs::path here = fs::current_path(ignored);
  while (true) {
    if (fs::exists(folder / wanted, ignored)) {
      const fs::path relative = (folder / wanted).lexically_proximate(here);
      return (relative.native().starts_with("..") ? folder / wanted : relative)
          .lexically_normal()
          .string();
    }
    if (folder == folder.parent_path()) return path;
    folder = folder.parent_path();
  }
}

}  // namespace updraft
