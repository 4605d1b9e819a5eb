// A text file that grows piece by piece, as samples.csv and timeline.json do: written in large
// blocks, so that no run has to be kept. Every failure is an InputError that names the file.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace updraft {

class TextFile {
 public:
  // Begins the file with `head`. Throws where it cannot be written, here and below.
  TextFile(const std::filesystem::path& path, std::string_view head);
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  // Text to append to; written once there is much of it.
  std::string& text() { return text_; }
  void flush_if_long();
  void flush();
  void close();  // to see a full disk; the destructor closes in silence

 private:
  [[noreturn]] void refuse() const;

  std::string path_;
  std::FILE* file_;
  std::string text_;
};

}  // namespace updraft
