#include "sim/core/random.hpp"

#include <bit>

#include "sim/core/portable_math.hpp"

namespace updraft {
namespace {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): turns any 64 bits into well-mixed ones.
std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Stream::Stream(std::uint64_t seed, std::string_view name, std::uint64_t index,
               std::uint64_t replication) {
  std::uint64_t mix = seed;
  for (const char c : name) mix = split_mix(mix) ^ static_cast<unsigned char>(c);
  mix = split_mix(mix) ^ index;
  mix = split_mix(mix) ^ replication;
  for (auto& word : state_) word = split_mix(mix);
}

std::uint64_t Stream::bits() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Stream::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Stream::exponential(double mean) { return -mean * portable::log(1 - uniform()); }

std::uint64_t Stream::below(std::uint64_t bound) {
  const std::uint64_t reject =
      (0 - bound) % bound;  // 2^64 mod bound values would be drawn once too often
  while (true) {
    const std::uint64_t draw = bits();
    if (draw >= reject) return draw % bound;
  }
}

}  // namespace updraft
