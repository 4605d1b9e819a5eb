#include "sim/sweep_journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"
#include "sim/metrics/manifest.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;
constexpr auto file_name = "journal";
constexpr std::size_t largest_journal = std::size_t{4} << 30;

// FNV-1a (Fowler, Noll, Vo): tells a torn record from a whole one; it guards against nothing else.
std::uint64_t checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
  return hash;
}

// A record: "KIND NAME LENGTH CHECKSUM\nTEXT\n"; NAME has no blanks.
std::string record(char kind, const std::string& name, const std::string& text) {
  const std::uint64_t sum = checksum(fmt::format("{} {} {}", kind, name, text));
  return fmt::format("{} {} {} {:016x}\n{}\n", kind, name, text.size(), sum, text);
}

struct Record {
  char kind = 0;
  std::string name;
  std::string text;
};

// The record at `at`, which moves behind it; false where there is no whole one.
bool next_record(const std::string& bytes, std::size_t& at, Record& out) {
  const std::size_t line_end = bytes.find('\n', at);
  if (line_end == std::string::npos || line_end - at > 200) return false;
  const std::string line = bytes.substr(at, line_end - at);
  char name[128];
  unsigned long long length = 0;
  unsigned long long sum = 0;
  if (std::sscanf(line.c_str(), "%c %127s %llu %llx", &out.kind, name, &length, &sum) != 4)
    return false;
  if (length > bytes.size() || line_end + 1 + length + 1 > bytes.size()) return false;
  out.name = name;
  out.text = bytes.substr(line_end + 1, length);
  if (record(out.kind, out.name, out.text) != bytes.substr(at, line_end + 1 + length + 1 - at)) {
    return false;
  }
  at = line_end + 1 + length + 1;
  return true;
}

fs::path folder_of(const fs::path& target) {
  fs::path whole = fs::absolute(target).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  return whole.parent_path() / fmt::format(".{}.sweep", whole.filename().string());
}

}  // namespace

bool SweepJournal::lies_beside(const fs::path& target) {
  std::error_code ignored;
  return fs::exists(folder_of(target) / file_name, ignored);
}

SweepJournal::SweepJournal(const fs::path& target, const std::string& identity, bool resume)
    : folder_(folder_of(target)), file_(nullptr, &std::fclose) {
  const fs::path path = folder_ / file_name;
  std::error_code error;
  const bool unfinished = lies_beside(target);
  if (unfinished && !resume) {
    throw InputError(
        fmt::format("{}: an unfinished sweep; expected --resume, which goes on with it, "
                    "another -o, or its folder {} removed",
                    target.string(), folder_.string()));
  }
  fs::create_directories(folder_, error);
  if (error)
    throw InputError(fmt::format("{}: cannot be made: {}", folder_.string(), error.message()));
  file_.reset(std::fopen(path.c_str(), "ab"));
  if (file_ == nullptr)
    throw InputError(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
  if (::flock(::fileno(file_.get()), LOCK_EX | LOCK_NB) != 0)
    throw InputError(fmt::format("{}: another sweep is writing it", target.string()));
  if (unfinished) read(identity);
  if (cells_.empty() && inputs_.empty()) append('s', "sweep", identity);
}

SweepJournal::~SweepJournal() = default;

void SweepJournal::read(const std::string& identity) {
  const fs::path path = folder_ / file_name;
  const std::string bytes = read_file(path.string(), largest_journal);
  std::size_t at = 0;
  Record found;
  bool known = false;
  while (next_record(bytes, at, found)) {
    if (found.kind == 's') {
      known = true;
      if (found.text != identity) {
        throw InputError(
            fmt::format("{}: the unfinished sweep is of another scenario, other --set or "
                        "another version; expected them as they were, or another -o",
                        folder_.string()));
      }
    } else if (found.kind == 'i') {
      if (sha1_of(found.text) != found.name) {
        throw InputError(
            fmt::format("{}: has changed since the sweep began; expected it as it was, or "
                        "another -o",
                        found.text));
      }
      inputs_.insert(found.text);
    } else if (found.kind == 'c') {
      cells_[std::stoull(found.name)] = found.text;
    }
  }
  if (!known) {  // killed before it had written anything whole
    cells_.clear();
    inputs_.clear();
    at = 0;
  }
  // What is torn is cut off, or the next record would stand behind it.
  if (::ftruncate(::fileno(file_.get()), static_cast<off_t>(at)) != 0)
    throw InputError(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
}

void SweepJournal::append(char kind, const std::string& name, const std::string& text) {
  const std::string bytes = record(kind, name, text);
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size() ||
      std::fflush(file_.get()) != 0) {
    throw InputError(fmt::format("{}: cannot be written: {}", (folder_ / file_name).string(),
                                 std::strerror(errno)));
  }
}

void SweepJournal::add_cell(std::size_t cell, const std::string& rows) {
  append('c', fmt::format("{}", cell), rows);
  cells_[cell] = rows;
}

void SweepJournal::add_input(const std::string& file) {
  if (inputs_.contains(file)) return;
  append('i', sha1_of(file), file);
  inputs_.insert(file);
}

void SweepJournal::finish() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace updraft
