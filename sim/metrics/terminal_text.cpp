#include "sim/metrics/terminal_text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace updraft {
namespace {

constexpr std::size_t text_width = 100;

std::size_t letter_width(unsigned code) {
  struct Block {
    unsigned first, last;
  };
  constexpr Block none[] = {{0x300, 0x36F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};
  constexpr Block wide[] = {{0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
                            {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
                            {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD}};
  const auto in = [&](const Block& b) { return code >= b.first && code <= b.last; };
  if (std::any_of(std::begin(none), std::end(none), in)) return 0;
  return std::any_of(std::begin(wide), std::end(wide), in) ? 2 : 1;
}

// The letter that begins at text[at]: how many bytes it takes and which it is. A byte that begins
// none counts as one.
std::pair<std::size_t, unsigned> letter(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || lead > 0xF4 || at + length > text.size()) return {1, lead};
  unsigned code = lead & (0x7Fu >> length);
  for (std::size_t k = at + 1; k < at + length; ++k) {
    const auto next = static_cast<unsigned char>(text[k]);
    if ((next & 0xC0u) != 0x80u) return {1, lead};
    code = code << 6 | (next & 0x3Fu);
  }
  return {length, code};
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [length, code] = letter(text, at);
    width += letter_width(code);
    at += length;
  }
  return width;
}

std::string left(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(width - std::min(width, display_width(text)), ' ');
}

std::string right(std::string_view text, std::size_t width) {
  return std::string(width - std::min(width, display_width(text)), ' ').append(text);
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string out;
  std::size_t used = 1;  // for the ellipsis
  for (std::size_t at = 0; at < text.size();) {
    const auto [length, code] = letter(text, at);
    used += letter_width(code);
    if (used > width) break;
    out += text.substr(at, length);
    at += length;
  }
  return out + "…";
}

std::string wrapped(std::string_view text) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (used > 0 && used + 1 + display_width(word) > text_width) {
      out += "\n  ";
      used = 2;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += display_width(word);
    at = end + 1;
  }
  return out + "\n";
}

std::string harmless(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, '?');
  return out;
}

}  // namespace updraft
