#include "traces/recorder/judging.hpp"

#include <algorithm>

#include "traces/hdf5/writing.hpp"

namespace updraft {

Answers judged(std::vector<float> logits, const std::vector<std::int32_t>& labels, bool half) {
  Answers out;
  out.logits = std::move(logits);
  if (half) {
    for (float& logit : out.logits) logit = hdf5::nearest_half(logit);
  }
  const std::size_t classes = out.logits.size() / labels.size();
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto first = out.logits.begin() + static_cast<std::ptrdiff_t>(row * classes);
    const auto largest = std::max_element(first, first + static_cast<std::ptrdiff_t>(classes));
    out.predicted.push_back(static_cast<std::int32_t>(largest - first));
    out.correct.push_back(out.predicted.back() == labels[row] ? 1 : 0);
  }
  return out;
}

bool is_trace_name(const std::string& name) {
  const bool printable = std::all_of(
      name.begin(), name.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '/'; });
  return printable && name.find_first_not_of('.') != std::string::npos;
}

std::vector<Variant> image_variants(const ImageSet& set, Bytes reply, Flops cloud_work,
                                    const std::string& family, const Answers& answers) {
  Variant image;
  image.name = "image";
  image.payload = Bytes(static_cast<double>(set.shape.values()));
  image.reply = reply;
  image.cloud_work = cloud_work;
  image.family = family;
  image.answers = answers;
  std::vector<Variant> variants{image};
  if (!set.file_bytes.empty()) {
    image.name = "jpeg";
    image.payload = Bytes();
    image.payload_bytes = set.file_bytes;
    variants.push_back(std::move(image));
  }
  return variants;
}

}  // namespace updraft
