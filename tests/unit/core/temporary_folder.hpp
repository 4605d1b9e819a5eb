// A folder of a test's own, removed with all that is in it.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace updraft {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "updraft_test_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
    // So that a test that has given up root's rights for a moment still sees its files.
    std::filesystem::permissions(path_, std::filesystem::perms(0755));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& root() const { return path_; }
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  // Writes a file, its folders too; returns its path.
  std::string file(const std::string& name, std::string_view content) const {
    const auto whole = path_ / name;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::binary) << content;
    return whole.string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace updraft
