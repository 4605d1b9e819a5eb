#include "traces/channel_model.hpp"

#include <fmt/format.h>

#include <numeric>

#include "sim/units/parse.hpp"

namespace updraft {
namespace {

using Matrix = std::vector<std::vector<double>>;

// (1): solves pi = pi P for an irreducible P, by censoring the states away from the last one.
std::vector<double> visit_shares(Matrix p) {
  const std::size_t n = p.size();
  for (std::size_t k = n; k-- > 1;) {
    double leaving = 0;
    for (std::size_t j = 0; j < k; ++j) leaving += p[k][j];
    for (std::size_t i = 0; i < k; ++i) {
      p[i][k] /= leaving;
      for (std::size_t j = 0; j < k; ++j) p[i][j] += p[i][k] * p[k][j];
    }
  }
  std::vector<double> pi(n, 1.);
  double sum = 1;
  for (std::size_t k = 1; k < n; ++k) {
    pi[k] = 0;
    for (std::size_t i = 0; i < k; ++i) pi[k] += pi[i] * p[i][k];
    sum += pi[k];
  }
  for (auto& share : pi) share /= sum;
  return pi;
}

}  // namespace

BytesPerSecond ChannelModel::State::mean() const {
  return std::accumulate(rates.begin(), rates.end(), BytesPerSecond(0)) /
         static_cast<double>(rates.size());
}

std::vector<double> ChannelModel::time_shares() const {
  Matrix p;
  for (const auto& state : states) p.push_back(state.next);
  auto shares = visit_shares(std::move(p));
  double sum = 0;
  for (std::size_t k = 0; k < states.size(); ++k) sum += shares[k] *= states[k].dwell.si();
  for (auto& share : shares) share /= sum;  // (2)
  return shares;
}

BytesPerSecond ChannelModel::mean() const {
  const auto shares = time_shares();
  BytesPerSecond sum;
  for (std::size_t k = 0; k < states.size(); ++k) sum += shares[k] * states[k].mean();  // (3)
  return sum;
}

bool is_channel_model(const std::string& file) {
  return file.ends_with(".yaml") || file.ends_with(".yml");
}

std::string to_yaml(const ChannelModel& model) {
  std::string out = "format: updraft-channel\n";
  if (!model.note.empty()) out += fmt::format("note: \"{}\"\n", model.note);
  if (model.slot > Seconds(0)) out += "slot: " + text_of(model.slot) + "\n";
  out += "states:\n";
  for (const auto& state : model.states) {
    out += fmt::format("  - name: {}\n", state.name);
    std::vector<std::string> rates;
    for (const auto& rate : state.rates)
      rates.push_back(rate == BytesPerSecond(0) ? "0 Mbps" : text_of(rate));
    out += rates.size() == 1 ? fmt::format("    rate: {}\n", rates[0])
                             : fmt::format("    rates: [{}]\n", fmt::join(rates, ", "));
    out += fmt::format("    dwell: {}\n", text_of(state.dwell));
    std::vector<std::string> parts;
    for (std::size_t j = 0; j < state.next.size(); ++j) {
      if (state.next[j] > 0)
        parts.push_back(fmt::format("{}: {}", model.states[j].name, state.next[j]));
    }
    if (!parts.empty()) out += fmt::format("    next: {{{}}}\n", fmt::join(parts, ", "));
  }
  return out;
}

}  // namespace updraft
