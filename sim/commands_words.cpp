#include "sim/commands_words.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "sim/core/input_error.hpp"

namespace updraft {
namespace {

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options({})) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

void refuse_unknown_commands(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* level = &app;
  std::string before;  // "channel "
  for (std::size_t i = 0;; ++i) {
    const std::vector<std::string> names = commands_of(*level);
    if (names.empty() || (i < words.size() && words[i].starts_with('-'))) return;
    const bool known =
        i < words.size() && std::find(names.begin(), names.end(), words[i]) != names.end();
    if (!known) {
      const bool missing = i >= words.size();
      const std::string word = missing ? "" : words[i];
      const std::string said = missing ? before.substr(0, before.size() - 1) : before + word;
      std::vector<std::string> whole;
      for (const auto& name : names) whole.push_back(before + name);
      throw InputError(fmt::format("updraft: command = {}; expected {}{}", shown(said),
                                   one_of(whole), did_you_mean(word, names)));
    }
    level = level->get_subcommand(words[i]);
    before += words[i] + " ";
  }
}

std::string unexpected_word(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* level = &app;
  std::string command = "updraft";
  while (!level->get_subcommands().empty()) {
    level = level->get_subcommands().front();
    command += " " + level->get_name();
  }
  const std::vector<std::string> left = app.remaining(true);
  const auto found = std::find_if(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(left.begin(), left.end(), word) != left.end();
  });
  const std::string word = found == words.end() ? left.front() : *found;
  const bool option = word.starts_with('-');
  return fmt::format(
      "{}: {} = {}; expected {} that {} --help lists{}", command, option ? "option" : "argument",
      shown(word), option ? "one" : "no more than those", command,
      option ? did_you_mean(word.substr(0, word.find('=')), options_of(*level)) : "");
}

}  // namespace updraft
