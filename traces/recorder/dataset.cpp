#include "traces/recorder/dataset.hpp"

#include "traces/recorder/minibatch.hpp"

namespace updraft {
namespace {

std::uint64_t hashed(std::uint64_t hash, const void* data, std::size_t bytes) {
  const auto* byte = static_cast<const std::uint8_t*>(data);
  for (std::size_t i = 0; i < bytes; ++i) hash = (hash ^ byte[i]) * 0x100000001b3;
  return hash;
}

}  // namespace

ImageSet picked(const ImageSet& set, const std::vector<std::size_t>& rows) {
  ImageSet out;
  out.shape = set.shape;
  const std::size_t bytes = set.shape.values();
  out.pixels.reserve(rows.size() * bytes);
  out.labels.reserve(rows.size());
  for (const std::size_t row : rows) {
    const auto first = set.pixels.begin() + static_cast<std::ptrdiff_t>(row * bytes);
    out.pixels.insert(out.pixels.end(), first, first + static_cast<std::ptrdiff_t>(bytes));
    out.labels.push_back(set.labels[row]);
    if (!set.file_bytes.empty()) out.file_bytes.push_back(set.file_bytes[row]);
  }
  return out;
}

Parted hold_out(const ImageSet& set, std::size_t count, std::uint64_t seed) {
  const auto order = shuffled(set.size(), Stream(seed, "hold_out"));
  const auto cut = order.begin() + static_cast<std::ptrdiff_t>(count);
  return {picked(set, {cut, order.end()}), picked(set, {order.begin(), cut})};
}

std::uint64_t fingerprint(const ImageSet& set) {
  const std::int32_t shape[] = {set.shape.channels, set.shape.height, set.shape.width};
  std::uint64_t hash = hashed(0xcbf29ce484222325, shape, sizeof shape);
  hash = hashed(hash, set.pixels.data(), set.pixels.size());
  return hashed(hash, set.labels.data(), set.labels.size() * sizeof(std::int32_t));
}

}  // namespace updraft
