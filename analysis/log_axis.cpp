#include "analysis/log_axis.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace updraft {

std::string tint(std::string_view colour, double share) {
  std::string out = "#";
  for (std::size_t at = 1; at < 7; at += 2) {
    const double part = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16);
    out += fmt::format("{:02X}", static_cast<int>(255 - share * (255 - part)));
  }
  return out;
}

std::string log_tics(double low, double high) {
  const bool many = std::log10(high / low) > 3.3;
  std::vector<std::string> tics;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10) {
    for (const double factor : {1., 2., 5.}) {
      const double tic = factor * power;
      if (tic < low * .999 || tic > high * 1.001 || (many && factor != 1)) continue;
      tics.push_back(fmt::format("'{:.6g}' {:.6g}", tic, tic));
    }
  }
  return fmt::format("({})", fmt::join(tics, ", "));
}

}  // namespace updraft
