// Words of the command line that are no command, option or argument: told as every other mistake
// is, with the nearest that there is.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace updraft {

// `words` are what follows the program's name. Throws InputError where a command should stand and
// none does, or another word.
void refuse_unknown_commands(const CLI::App& app, const std::vector<std::string>& words);

// The line about the first of `words` that `app` had no use for, once it has read them.
std::string unexpected_word(const CLI::App& app, const std::vector<std::string>& words);

}  // namespace updraft
