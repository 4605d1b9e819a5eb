// The look-ups; read in inference_reader.cpp, written in inference_writer.cpp.
#include "traces/inference_trace.hpp"

namespace updraft {
namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  for (const auto& each : all) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

}  // namespace

const Stage* Split::stage(std::string_view wanted) const { return find_named(stages, wanted); }
const Variant* Split::variant(std::string_view wanted) const {
  return find_named(variants, wanted);
}
const Stage* Split::extractor_of(const Variant& variant) const {
  const Stage* same = stage(variant.name);
  return same == nullptr || same->theta.empty() ? nullptr : same;
}
const Split* InferenceTrace::split(std::string_view wanted) const {
  return find_named(splits, wanted);
}

}  // namespace updraft
