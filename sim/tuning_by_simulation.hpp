// Finds what policies' `tune: {budget: ..., maximize: ...}` ask for, by simulating candidates on
// the calibration split: the scenario as it stands (arrivals, channel, cloud, number of samples),
// one policy at a time, a run per candidate value and replication. All candidates meet the same
// arrivals, rows and fades (common random numbers), which are not those of the run that follows:
// its seed is another. First a coarse grid over the whole range, then a finer one around its best;
// the best is, of the candidates that meet every budget (by their means, or `sure`ly), the one with
// the best objective, then the lowest cost.
//
// Not tuned jointly: each policy by itself. The best of many is a little better on its own runs
// than it will be on others; the note says by how much the next best differs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "sim/prepare.hpp"
#include "sim/simulation.hpp"

namespace updraft {

struct TuningOptions {
  std::size_t parallel = usable_cores();
  std::function<void(std::size_t)> begins{};  // so many runs more are to come
  std::function<void()> one_more{};           // one has ended
  // Calls what it is given, which asks `inputs` for something. Where several threads share them,
  // one at a time.
  std::function<void(const std::function<void()>&)> guarded{};
};

// As prepare(), ready to run: what was to be tuned is found, and said in Prepared::tuned. Throws
// InputError, also where no value meets the budgets, and Interrupted.
std::unique_ptr<Prepared> prepare_tuned(const Document& document, const std::string& file,
                                        Inputs& inputs, const TuningOptions& options = {});
std::unique_ptr<Prepared> prepare_tuned(const std::string& file,
                                        const std::vector<std::string>& overrides,
                                        const TuningOptions& options = {});
std::unique_ptr<Prepared> prepare_tuned_text(const std::string& text, const std::string& name);

// The seed under which a scenario of this seed is tuned: another, and below 2^53 as every seed of a
// document is.
std::uint64_t tuning_seed(std::uint64_t seed);

}  // namespace updraft
