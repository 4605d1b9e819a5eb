// The user's mistakes: collected over a whole file, then thrown together. One line each:
//   scenarios/lte.yaml:12:13: policies[0].delta = 1.7; expected a number in [0, 1]
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace updraft {

// Where something was read. Line and column count from 1; 0 means that the file has none (HDF5) or
// that it came from the command line.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

// All mistakes of one reading; what() is their lines. The program prints them and exits with 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(const std::string& line);
  explicit InputError(const std::vector<std::string>& lines);
};

class Mistakes {
 public:
  // "place: key = got; expected ..."
  void add(const Place& place, std::string_view key, std::string_view got,
           std::string_view expected);
  // "place: text", for a mistake that is not about one key
  void add(const Place& place, std::string_view text);
  // Takes over what another reading found.
  void add(const InputError& error);

  bool none() const { return lines_.empty(); }
  // Throws InputError with every line so far, in the order of file, line and column, if there is
  // any.
  void throw_if_any() const;

 private:
  struct Entry {
    Place place;
    std::string text;
  };
  std::vector<Entry> lines_;
};

// "file:12:13", "file:12" or "file": the parts that are known.
std::string to_string(const Place& place);

// Text as an error line shows it: control bytes escaped, so that it stays one line and leaves the
// terminal alone; cut after `longest` bytes, never inside a character.
std::string shown(std::string_view text, std::size_t longest = 60);

// The name closest to `wrong` by edit distance, or "" if none is close enough to be meant.
std::string nearest(std::string_view wrong, const std::vector<std::string>& names);
// "; did you mean margin?" or "".
std::string did_you_mean(std::string_view wrong, const std::vector<std::string>& names);
// "a, b or c"
std::string one_of(const std::vector<std::string>& names);

}  // namespace updraft
