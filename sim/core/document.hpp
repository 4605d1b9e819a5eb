// A YAML file as a plain tree in which every node knows its place. The scenario, the catalog and
// the channel models are all read from it, so that all of them report mistakes alike; document.cpp
// is the only code of the project that includes yaml-cpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/core/input_error.hpp"

namespace updraft {

struct Document {
  enum class Kind { empty, scalar, list, map };
  struct Entry;

  Kind kind = Kind::empty;
  Place place;
  std::string text;             // of a scalar
  std::vector<Document> items;  // of a list
  std::vector<Entry> entries;   // of a map, in the order of the file; keys differ

  const Document* find(std::string_view key) const;
  // The node in one line, for error messages: "20 Mbps", "[1, 2]", "{rate: 5}", "nothing".
  std::string shown() const;
};

struct Document::Entry {
  std::string key;
  Place key_place;
  Document value;
};

// Reads a YAML file of at most 4 MiB. Throws InputError: the file is missing, not a regular file,
// unreadable, too large, not YAML, more than one YAML document, nested too deeply (aliases counted
// as often as they are used), or has a key twice in one map.
Document read_document(const std::string& file);
// The same for a text that is already in memory; `name` stands for the file in error lines.
Document parse_document(const std::string& text, const std::string& name);

// Replaces (or adds) the node at a path such as "channel.uplink.rate", "policies[1].delta" or
// "policies.margin.delta" (an item of a list by its name) by `value`, itself YAML; the new node's place is "--set". Throws InputError if the path leads
// nowhere.
void set_in_document(Document& root, const std::string& path, const std::string& value);

// The same with a node, which keeps its place; errors stand there.
void set_in_document(Document& root, const std::string& path, const Document& value);

// The whole of a regular file of at most `largest` bytes. Throws InputError with one clear line.
std::string read_file(const std::string& file, std::size_t largest);

// `path` as it stands if absolute; else beside the file that names it, then in each folder above
// that, then in the current folder: the first that exists. Unchanged if there is none.
std::string find_beside(const std::string& path, const std::string& naming_file);

}  // namespace updraft
