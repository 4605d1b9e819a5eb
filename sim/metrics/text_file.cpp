#include "sim/metrics/text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "sim/core/input_error.hpp"

namespace updraft {

TextFile::TextFile(const std::filesystem::path& path, std::string_view head)
    : path_(path.string()), file_(std::fopen(path.c_str(), "wb")), text_(head) {
  try {
    flush();
  } catch (const InputError&) {
    if (file_ != nullptr) std::fclose(file_);  // no destructor runs after a constructor that threw
    throw;
  }
}

TextFile::~TextFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void TextFile::flush_if_long() {
  constexpr std::size_t block = 1 << 20;
  if (text_.size() > block) flush();
}

void TextFile::flush() {
  const bool good =
      file_ != nullptr && std::fwrite(text_.data(), 1, text_.size(), file_) == text_.size();
  if (!good) refuse();
  text_.clear();
}

void TextFile::close() {
  flush();
  const bool good = std::fclose(file_) == 0;
  file_ = nullptr;
  if (!good) refuse();
}

void TextFile::refuse() const {
  throw InputError(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

}  // namespace updraft
