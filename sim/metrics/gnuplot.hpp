// Runs gnuplot on a script. No shell is involved: names reach it as arguments, and texts inside a
// script go through gnuplot_text(). What is drawn is for whoever writes the script.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace updraft {

// Runs `gnuplot -d script` in `folder`, for at most 20 s. "" when it went well; else one line that
// says what was wrong.
std::string run_gnuplot(const std::filesystem::path& folder, const std::string& script,
                        const std::string& program = "gnuplot");

// A text as a gnuplot string that nothing expands: in single quotes, those inside it doubled;
// control bytes become spaces. Give it to elements that are set `noenhanced`.
std::string gnuplot_text(std::string_view text);

}  // namespace updraft
