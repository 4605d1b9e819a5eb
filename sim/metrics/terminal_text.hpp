// Text set on a terminal: how wide UTF-8 is, and padding, cutting and wrapping by that width. Not
// about figures (table.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace updraft {

// Columns that a text takes on a terminal: wide letters (East Asian, emoji) two, combining marks
// none.
std::size_t display_width(std::string_view text);

// Padded with spaces to `width` columns, flush left or right; unchanged if it is wider.
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);
// At most `width` columns, the last one an ellipsis where something was cut.
std::string cut(std::string_view text, std::size_t width);
// Words in lines of at most 100 columns, those after the first two further in; ends in a newline.
std::string wrapped(std::string_view text);
// Control bytes shown as '?': a name must not paint over the table.
std::string harmless(std::string_view text);

}  // namespace updraft
