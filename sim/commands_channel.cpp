#include "sim/commands_channel.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "analysis/channel_figure.hpp"
#include "sim/commands.hpp"
#include "sim/core/input_error.hpp"
#include "sim/metrics/gnuplot.hpp"
#include "sim/metrics/output_folder.hpp"
#include "sim/metrics/terminal_text.hpp"
#include "sim/own_process.hpp"
#include "sim/units/megabits.hpp"
#include "sim/units/parse.hpp"
#include "traces/bandwidth_trace.hpp"
#include "traces/channel_report.hpp"

namespace updraft {
namespace {

namespace fs = std::filesystem;
constexpr double most_pieces = 2e7;

Seconds duration(std::string_view option, const std::string& text, double least, double most) {
  const auto value = parse<Seconds>(text);
  if (!value || value->si() < least || value->si() > most) {
    throw InputError(fmt::format("{} = {}; expected {}, in [{}, {}]", option, shown(text),
                                 expected_text<Seconds>(), text_of(Seconds(least)),
                                 text_of(Seconds(most))));
  }
  return *value;
}

// Gone with this object, whatever happens, unless it has been renamed.
struct PartialFile {
  std::string name;
  ~PartialFile() {
    std::error_code ignored;
    fs::remove(name, ignored);
  }
};

// The whole file or none of it.
void put_in_place(const std::string& file, const std::string& text) {
  const PartialFile partial{file + ".part"};
  try {
    write_file(partial.name, text);
  } catch (const InputError& error) {
    std::string why = error.what();  // "partial: cannot be written: ..."
    throw InputError(why.replace(0, partial.name.size(), file));
  }
  throw_if_stopped();
  std::error_code failed;
  fs::rename(partial.name, file, failed);
  if (failed) throw InputError(fmt::format("{}: cannot be written: {}", file, failed.message()));
}

struct Recorded {
  std::vector<double> rates;
  Seconds bin;
};

Recorded recorded(const ChannelFitCommand& command) {
  Recorded out;
  if (!command.bin.empty()) out.bin = duration("--bin", command.bin, 1e-3, 3600);
  Mistakes mistakes;
  for (const auto& trace : command.traces) {
    try {
      if (is_channel_model(trace))
        throw InputError(fmt::format("{}: is YAML; expected a recorded bandwidth trace", trace));
      BandwidthOptions options;
      options.column = command.column;
      options.unit = command.unit;
      if (!command.bin.empty()) options.bin = out.bin;
      const RateProfile profile = read_bandwidth_trace(trace, options);
      if (out.bin == Seconds(0)) out.bin = own_bin(profile);
      const auto rates = bin_rates(profile, out.bin);
      out.rates.insert(out.rates.end(), rates.begin(), rates.end());
    } catch (const InputError& error) {
      mistakes.add(error);
    }
  }
  mistakes.throw_if_any();
  return out;
}

std::string command_line(const ChannelFitCommand& command) {
  std::string out = fmt::format("updraft channel fit {}", fmt::join(command.traces, " "));
  const auto option = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out += fmt::format(" {} {}", name, value);
  };
  option("--bin", command.bin.empty() ? "" : fmt::format("'{}'", command.bin));
  option("--column", command.column);
  option("--unit", command.unit);
  option("--states", command.states > 0 ? fmt::format("{}", command.states) : "");
  option("--seed", command.seed == 1 ? "" : fmt::format("{}", command.seed));
  return out + " -o " + fs::path(command.output).filename().string();
}

std::string as_comments(const std::string& text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += end > at ? "# " + text.substr(at, end - at) + "\n" : "#\n";
    at = end + 1;
  }
  return out;
}

struct Fitted {
  Recorded trace;
  ChannelFit fit;
  ChannelComparison comparison;
};

// All that takes long; it writes nothing.
Fitted fitted(const ChannelFitCommand& command) {
  const StopAtOnce on_signals;
  Fitted out;
  out.trace = recorded(command);
  std::optional<std::size_t> states;
  if (command.states > 0) states = command.states;
  try {
    out.fit = fit_channel(out.trace.rates, out.trace.bin, states);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", command.traces.front(), error.what()));
  }
  std::vector<std::string> names;
  for (const auto& file : command.traces) names.push_back(fs::path(file).filename().string());
  out.fit.model.note = fmt::format("fitted to {}", fmt::join(names, ", "));
  out.comparison = compare_with_draw(out.trace.rates, out.trace.bin, out.fit.model, command.seed);
  return out;
}

// "" or why no picture was drawn.
std::string draw_beside(const std::string& file, const ChannelComparison& comparison,
                        const std::string& title) {
  std::string folder = (fs::temp_directory_path() / "updraft-figure-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return "no folder for it could be made";
  const ChannelFigure figure = channel_figure(comparison, title, "figure");
  std::string trouble;
  std::error_code failed;
  try {
    write_file(fs::path(folder) / "figure.csv", figure.csv);
    write_file(fs::path(folder) / "figure.gp", figure.script);
    trouble = run_gnuplot(folder, "figure.gp");
    if (trouble.empty())
      fs::copy_file(fs::path(folder) / "figure.png", file, fs::copy_options::overwrite_existing,
                    failed);
    if (failed) trouble = failed.message();
  } catch (const InputError& error) {
    trouble = error.what();
  }
  fs::remove_all(folder, failed);
  return trouble;
}

void throw_if_stopped_before_figure(const std::string& model) {
  try {
    throw_if_stopped();
  } catch (const Interrupted& interrupted) {
    throw Interrupted(interrupted.signal,
                      fmt::format("interrupted: {} is written, its figure is not", model));
  }
}

// A draw as text, a line a piece; it writes nothing.
std::string drawn(const ChannelGenerateCommand& command, Seconds length) {
  const StopAtOnce on_signals;
  const ChannelModel model = read_channel_model(command.model);
  const auto source = draw(model, Stream(command.seed, "channel generate"));
  std::string text = fmt::format(
      "# updraft channel generate {}{} --length '{}' --seed {}\n"
      "# seconds Mbps: the rate held over the time since the line before\n",
      command.model, command.bin.empty() ? "" : fmt::format(" --bin '{}'", command.bin),
      command.length, command.seed);
  const auto refuse_above = [&](double pieces) {
    if (pieces > most_pieces)
      throw InputError(fmt::format("--length = {}; expected at most {:.0f} lines of output",
                                   command.length, most_pieces));
  };
  if (!command.bin.empty()) {
    const Seconds bin = duration("--bin", command.bin, 1e-3, 3600);
    const double bins = std::max(std::floor(length / bin + 1e-9), 1.);
    refuse_above(bins);
    const auto rates = bin_rates(*source, static_cast<std::size_t>(bins), bin);
    for (std::size_t b = 0; b < rates.size(); ++b)
      text +=
          fmt::format("{:.12g} {:.9g}\n", static_cast<double>(b + 1) * bin.si(), rates[b] / Mbps);
  } else {
    double pieces = 0;
    for (double date = 0; date < length.si();) {
      const RatePiece piece = source->next();
      date = std::min(piece.until.si(), length.si());
      text += fmt::format("{:.15g} {:.12g}\n", date, piece.rate.si() / Mbps);
      refuse_above(++pieces);
    }
  }
  return text;
}

}  // namespace

int fit_channel_to_trace(const ChannelFitCommand& command) {
  if (!is_channel_model(command.output)) {
    throw InputError(fmt::format("--output = {}; expected a file whose name ends in .yaml",
                                 shown(command.output)));
  }
  const auto [trace, fit, comparison] = fitted(command);
  const std::string report = states_text(fit.model) + "\n" +
                             likelihood_text(fit, trace.rates.size()) + "\n" +
                             comparison_text(comparison);
  const std::string head = fmt::format(
      "{}\n{} bins of {} s; model: a draw of {} bins, seed {}. What it is: "
      "traces/channel_fit.hpp.\n\n",
      command_line(command), trace.rates.size(), trace.bin.si(), comparison.drawn.size(),
      command.seed);
  put_in_place(command.output, as_comments(head + report) + to_yaml(fit.model));
  std::string text = report + fmt::format("\nModel: {}\n", command.output);
  if (command.figure) {
    const std::string png = fs::path(command.output).replace_extension(".png").string();
    const std::string trouble = draw_beside(png, comparison, fit.model.note);
    if (!trouble.empty()) throw_if_stopped_before_figure(command.output);
    text += trouble.empty() ? fmt::format("Figure: {}\n", png)
                            : wrapped(fmt::format("Note: no figure was drawn: {}.", trouble));
  }
  text +=
      wrapped(fmt::format("Next: channel: {{uplink: {{trace: {}}}}} in a scenario draws from it; "
                          "updraft channel generate "
                          "{} -o FILE writes a draw as a trace.",
                          command.output, command.output));
  if (!command.quiet) print(text);
  return 0;
}

int generate_trace(const ChannelGenerateCommand& command) {
  const Seconds length = duration("--length", command.length, 1e-3, 1e9);
  if (is_channel_model(command.output))
    throw InputError(fmt::format(
        "-o = {}; expected another ending, such as .txt: .yaml is read as a channel model",
        command.output));
  put_in_place(command.output, drawn(command, length));
  print(fmt::format("Trace: {}\n", command.output));
  return 0;
}

}  // namespace updraft
