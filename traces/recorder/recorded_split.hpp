// From trained networks to one split of a trace: what each says of every row. Includes torch.
#pragma once

#include <string>
#include <vector>

#include "traces/inference_trace.hpp"
#include "traces/recorder/coded_images.hpp"
#include "traces/recorder/member.hpp"

namespace updraft {

// `members` as members_of puts them, trained; `codecs` those of the recipe, in their order.
//   a stage        a stage; with two exits two
//   an extractor   a stage that has theta and no answer of its own (`correct` is 0 everywhere),
//   and,
//                  under the same name, the variant that sends its crop, a byte a value
//   the cloud      the variants of judging.hpp
//   a codec        a variant of its name
Split recorded_split(const std::string& name, const ImageSet& set, const Recipe& recipe,
                     std::vector<Member>& members, const std::vector<Codec>& codecs,
                     torch::Device device);

}  // namespace updraft
