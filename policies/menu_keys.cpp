#include "policies/menu_keys.hpp"

#include <algorithm>

namespace updraft {
namespace {

// `names` may be chosen, `all` are numbered.
std::int16_t read_name(Section& params, const std::string& key, Need need,
                       const std::vector<std::string>& names, const std::vector<std::string>& all,
                       const std::optional<std::string>& fallback) {
  if (names.empty()) {
    if (need == Need::required || params.has(key)) {
      params.mistake(key, "a workload trace that records at least one " + key);
    }
    return -1;
  }
  const Document* given = params.node(key);
  const std::string name = params.choice(key, fallback, names);
  if (given != nullptr ? given->text != name : !fallback) return -1;
  return static_cast<std::int16_t>(std::ranges::find(all, name) - all.begin());
}

}  // namespace

StageId read_stage(Section& params, const Menu& menu, Need need) {
  const auto names = menu.answering_stage_names();
  return read_name(params, "stage", need, names, menu.stage_names(),
                   names.empty() ? std::nullopt : std::optional(names.front()));
}

VariantId read_variant(Section& params, const Menu& menu, Need need) {
  const auto names = menu.direct_variant_names();
  return read_name(params, "variant", need, names, menu.variant_names(),
                   names.size() == 1 ? std::optional(names.front()) : std::nullopt);
}

}  // namespace updraft
