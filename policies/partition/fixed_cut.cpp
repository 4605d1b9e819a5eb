// One cut for every sample:
//   run the layers up to `after`, offload what crosses; answer where nothing does            (1)
// `after: input` runs nothing at the edge and sends the sample, `after: output` answers there. What
// a cut is: policies/partition/candidate_cut.hpp. The papers' partition baselines are this, with
// the layer chosen by hand (seeds/004, Table 6).
#include <algorithm>

#include "policies/menu_keys.hpp"
#include "policies/one_way.hpp"
#include "policies/partition/cut_keys.hpp"
#include "policies/partition/solvers.hpp"

namespace updraft {

std::unique_ptr<PolicyPlan> make_fixed_cut(Section& params, const PolicyContext& context) {
  const PartitionMenu* partition = read_partition_menu(params, context);
  const StageId reference = read_stage(params, context.menu, Need::if_any);
  if (partition == nullptr || partition->cuts.empty()) {
    params.has("after");
    return nullptr;
  }
  std::vector<std::string> names;  // of cuts between blocks, whatever other policies choose among
  std::vector<std::size_t> numbers;
  for (const auto& cut : chain_cuts(*partition->graph, partition->times)) {
    numbers.push_back(number_in_menu(*partition, cut));
    names.push_back(partition->cuts[numbers.back()].after);
  }
  const std::string after = params.choice("after", std::nullopt, names);
  const auto named = std::find(names.begin(), names.end(), after);
  if (named == names.end()) return nullptr;
  const std::size_t i = numbers[static_cast<std::size_t>(named - names.begin())];
  return always({partition->stages[i], partition->variants[i]}, reference,
                partition->answers);  // (1)
}

}  // namespace updraft
