#include "sim/metrics/output_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "sim/core/check.hpp"
#include "sim/core/document.hpp"
#include "sim/core/input_error.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;
constexpr auto manifest_name = "manifest.json";
constexpr std::size_t largest_manifest = 64 << 20;

[[noreturn]] void refuse(const fs::path& path, std::string_view why) {
  throw InputError(fmt::format("{}: {}", path.string(), why));
}

// `shown` is the target as the user named it.
void refuse_unless_replaceable(const fs::path& target, const fs::path& shown) {
  std::error_code error;
  const auto status = fs::status(target, error);
  if (status.type() == fs::file_type::not_found) return;
  if (error) refuse(shown, error.message());
  if (!fs::is_directory(status)) refuse(shown, "expected a folder for the results; it is a file");
  const bool empty = fs::is_empty(target, error);
  if (error) refuse(shown, error.message());
  if (!empty && !result_in(target)) {
    refuse(shown,
           "the folder holds other things than a result of updraft (no manifest.json of ours) and "
           "is not replaced; expected a new, an empty or a result folder (-o DIR)");
  }
}

std::string partial_prefix(const fs::path& target) {
  return fmt::format(".{}.partial-", target.filename().string());
}

// A run under way holds the lock of its folder; a lock that is free belonged to a run that died.
int try_lock(const fs::path& folder) {
  const int handle = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return -1;
  struct stat found {};
  const bool locked = flock(handle, LOCK_EX | LOCK_NB) == 0;
  const bool still_there = fstat(handle, &found) == 0 && found.st_nlink > 0;
  if (locked && still_there) return handle;
  close(handle);
  return -1;
}

void sweep_up_after_dead_runs(const fs::path& target) {
  std::error_code error;
  const std::string prefix = partial_prefix(target);
  std::vector<fs::path> found;
  for (fs::directory_iterator it(target.parent_path(), error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().filename().string().starts_with(prefix)) found.push_back(it->path());
  }
  for (const fs::path& folder : found) {
    const int lock = try_lock(folder);
    if (lock < 0) continue;
    fs::remove_all(folder, error);
    close(lock);
  }
}

// `partial` takes the place of `target`; what stood there, if anything, stands in `partial` then.
void swap_in(const fs::path& partial, const fs::path& target) {
  if (renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  if (errno == ENOENT) {  // nothing to replace
    if (rename(partial.c_str(), target.c_str()) == 0) return;
    refuse(target, fmt::format("cannot be written: {}", std::strerror(errno)));
  }
  // A file system that cannot exchange: for a moment neither result has the name.
  const fs::path aside = partial.string() + "-old";
  std::error_code error;
  fs::rename(target, aside, error);
  if (!error) fs::rename(partial, target, error);
  if (!error) fs::rename(aside, partial, error);
  if (error) refuse(target, fmt::format("cannot be written: {}", error.message()));
}

// What is not ours in the older result goes on to live in the new one.
void carry_over(const fs::path& old, const fs::path& target) {
  const auto found = result_in(old);
  if (!found) return;
  const auto& ours = found->outputs;
  std::vector<fs::path> foreign;
  for (const auto& entry : fs::directory_iterator(old)) {
    const std::string name = entry.path().filename().string();
    if (std::find(ours.begin(), ours.end(), name) == ours.end()) foreign.push_back(entry.path());
  }
  for (const fs::path& path : foreign) {
    fs::path to = target / path.filename();
    while (fs::exists(fs::symlink_status(to))) to += ".kept";
    fs::rename(path, to);
  }
}

// What somebody may not have meant to replace: not the last result of the same, made anew.
std::string replaced_text(const fs::path& target, const std::optional<FoundResult>& old,
                          const FoundResult& now) {
  const auto normal = [](const std::string& file) { return fs::path(file).lexically_normal(); };
  if (!old || (old->command() == now.command() && normal(old->scenario) == normal(now.scenario)))
    return "";
  const auto command = old->command();
  const std::string_view what = command.empty() ? "result" : command;
  return fmt::format("Replaced in {}: {} {} of {}\n", target.string(),
                     what == "analysis" ? "an" : "a", what, shown(old->scenario, 200));
}

}  // namespace

std::optional<FoundResult> result_in(const fs::path& folder) {
  const fs::path manifest = folder / manifest_name;
  std::error_code error;
  if (!fs::is_regular_file(manifest, error)) return std::nullopt;
  try {
    return read_manifest(read_file(manifest.string(), largest_manifest));
  } catch (const InputError&) {
    return std::nullopt;
  }
}

void write_file(const fs::path& path, std::string_view text) {
  std::FILE* out = std::fopen(path.c_str(), "wb");
  bool good = out != nullptr && std::fwrite(text.data(), 1, text.size(), out) == text.size();
  good = (out == nullptr || std::fclose(out) == 0) && good;
  if (!good) refuse(path, fmt::format("cannot be written: {}", std::strerror(errno)));
}

OutputFolder::OutputFolder(const fs::path& target) : shown_(target) {
  std::error_code error;
  target_ = fs::weakly_canonical(fs::absolute(target), error);
  if (!error && !target_.has_filename()) target_ = target_.parent_path();  // "results/x/"
  if (error || !target_.has_filename()) refuse(shown_, "expected a folder for the results");
  refuse_unless_replaceable(target_, shown_);
  fs::create_directories(target_.parent_path(), error);
  if (error) refuse(target_.parent_path(), fmt::format("cannot be made: {}", error.message()));
  sweep_up_after_dead_runs(target_);
  for (int attempt = 0; lock_ < 0; ++attempt) {
    partial_ =
        target_.parent_path() / fmt::format("{}{}-{}", partial_prefix(target_), getpid(), attempt);
    if (mkdir(partial_.c_str(), 0777) == 0) {
      lock_ = try_lock(partial_);
    } else if (errno != EEXIST) {
      refuse(shown_, fmt::format("cannot be written: {}", std::strerror(errno)));
    }
    if (attempt > 1000) refuse(shown_, "cannot be written: its folder cannot be locked");
  }
}

OutputFolder::~OutputFolder() {
  std::error_code error;
  if (!committed_) fs::remove_all(partial_, error);
  if (lock_ >= 0) close(lock_);
}

void OutputFolder::write(std::string_view name, std::string_view text) const {
  write_file(path(name), text);
}

void OutputFolder::commit(const Manifest& manifest) {
  UPDRAFT_CHECK(!committed_, "committed twice: " + target_.string());
  std::vector<std::string> outputs = {manifest_name};
  for (const auto& entry : fs::directory_iterator(partial_)) {
    outputs.push_back(entry.path().filename().string());
  }
  std::sort(outputs.begin(), outputs.end());
  write(manifest_name, to_json(manifest, outputs));
  refuse_unless_replaceable(target_, shown_);  // again: a run takes time, and others share the disk
  FoundResult now;
  now.scenario = manifest.scenario;
  now.outputs = outputs;
  replaced_ = replaced_text(shown_, result_in(target_), now);
  swap_in(partial_, target_);
  committed_ = true;
  std::error_code error;
  if (!fs::exists(partial_, error)) return;
  try {
    carry_over(partial_, target_);
    fs::remove_all(partial_);
  } catch (const fs::filesystem_error& failure) {
    refuse(partial_, fmt::format("the result is written, but this older one could not be removed: "
                                 "{}",
                                 failure.code().message()));
  }
}

}  // namespace updraft
