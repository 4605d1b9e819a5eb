#include "analysis/recording/report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "analysis/recording/hull.hpp"
#include "analysis/recording/look.hpp"

namespace updraft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::uint16_t> once(std::size_t rows) { return std::vector<std::uint16_t>(rows, 1); }

std::size_t tuning_rows(const Contest& contest) {
  return contest.tuning == nullptr ? 0 : contest.tuning->size();
}

// Draw i has streams of its own, so that it is the same whoever computes it and when.
struct AllDraws {
  Draws contenders;
  std::vector<AoFigures> ao;  // draw by draw, entry by entry
};

AllDraws draw_all(const Contest& contest, const AoSection& ao, const DrawOptions& options) {
  const std::size_t contenders = contest.contenders.size();
  const std::size_t entries = ao.entries.size();
  AllDraws draws{{contenders, std::vector<Figures>(options.draws * contenders)},
                 std::vector<AoFigures>(options.draws * entries)};
  side_by_side(
      options.draws,
      [&](std::size_t i) {
        Stream reported(options.seed, "bootstrap", i);
        Stream tuning(options.seed, "bootstrap of tuning", i);
        const auto weights = drawn(contest.reported->size(), reported);
        const auto found = look(contest, weights, drawn(tuning_rows(contest), tuning));
        std::copy(found.begin(), found.end(),
                  draws.contenders.figures.begin() + static_cast<std::ptrdiff_t>(i * contenders));
        for (std::size_t e = 0; e < entries; ++e)
          draws.ao[i * entries + e] = look(contest, ao.entries[e], weights);
      },
      options.between);
  return draws;
}

// The figures of the contenders on the tuning split alone, in the same order; empty without one.
std::vector<Figures> look_at_tuning(const Contest& contest) {
  if (contest.tuning == nullptr) return {};
  const Contest there = contest_of(*contest.trace, contest.tuning->name,
                                   contest.variant == nullptr ? "" : contest.variant->name);
  const auto found = look(there, once(there.reported->size()), {});
  std::vector<Figures> out(contest.contenders.size());
  for (std::size_t c = 0; c < out.size(); ++c) {
    const Contender& wanted = contest.contenders[c];
    for (std::size_t k = 0; k < found.size(); ++k) {
      const Contender& other = there.contenders[k];
      if (other.score == wanted.score && other.kind == wanted.kind &&
          there.stage_of(other).name == contest.stage_of(wanted).name)
        out[c] = found[k];
    }
  }
  return out;
}

// The intervals of `count` figures, each over `draws` draws.
template <class Drawn, class Into>
void add_intervals(std::size_t count, std::size_t draws, const Drawn& drawn, Into& low,
                   Into& high) {
  for (std::size_t f = 0; f < count; ++f) {
    std::vector<double> values;
    for (std::size_t d = 0; d < draws; ++d) values.push_back(drawn(d)[f]);
    const Interval interval = middle(std::move(values));
    low[f] = interval.low;
    high[f] = interval.high;
  }
}

// Every threshold, and which of them are corners of the hull.
void add_curve(const Contest& contest, const Contender& contender, ContenderReport& out) {
  const Tally tally(*contender.reported, once(contender.reported->rows()));
  const Setting hull_setting =
      contest.has(Setting::white_box) ? Setting::white_box : Setting::black_box;
  for (const Setting setting : all_settings) {
    if (!contest.has(setting)) continue;
    std::vector<PlanePoint> plane;
    for (std::size_t k = 0; k < tally.thresholds(); ++k)
      plane.push_back({tally.appealing_rate(k), tally.accuracy(k, setting)});
    const auto corners = upper_hull(plane);
    std::vector<PlanePoint> hull;
    hull.reserve(corners.size());
    for (const std::size_t corner : corners) hull.push_back(plane[corner]);
    const auto& specs = target_specs();
    for (std::size_t t = 0; t < specs.size(); ++t) {
      if (specs[t].setting != setting || specs[t].from != DeltaFrom::swept) continue;
      const double asked = out.seen.at(t, Reached::asked);
      out.hull_appealing_rate[t] = std::isnan(asked) ? nan : least_x_reaching(hull, asked);
    }
    if (setting != hull_setting) continue;
    for (std::size_t k = 0; k < tally.thresholds(); ++k) {
      out.curve.push_back(
          {contender.reported->delta(k), tally.appealing_rate(k),
           contest.has(Setting::white_box) ? tally.accuracy(k, Setting::white_box) : nan,
           tally.accuracy(k, Setting::black_box), false});
    }
    for (const std::size_t corner : corners) out.curve[corner].on_hull = true;
  }
}

}  // namespace

RecordingReport report_on(Contest asked, const DrawOptions& options) {
  RecordingReport report{std::move(asked), options.seed, options.draws, {}, {}, {}};
  const Contest& contest = report.contest;
  const auto seen = look(contest, once(contest.reported->size()), once(tuning_rows(contest)));
  report.ao = ao_section(contest);
  const AllDraws all = draw_all(contest, report.ao, options);
  const Draws& draws = all.contenders;
  for (std::size_t c = 0; c < contest.contenders.size(); ++c) {
    const Contender& contender = contest.contenders[c];
    const Stage& stage = contest.stage_of(contender);
    ContenderReport out{seen[c], {}, {}, {}, {}, std::vector<double>(target_count, nan)};
    if (contest.variant != nullptr) out.cost = cost_of(*contest.reported, stage, *contest.variant);
    add_intervals(
        Figures::count, draws.count(),
        [&](std::size_t d) -> const Figures& { return draws.of(d, c); }, out.low, out.high);
    if (contender.reported) add_curve(contest, contender, out);
    report.contenders.push_back(std::move(out));
  }
  const std::size_t entries = report.ao.entries.size();
  for (std::size_t e = 0; e < entries; ++e) {
    AoEntry& entry = report.ao.entries[e];
    add_intervals(
        AoFigures::count, options.draws,
        [&](std::size_t d) -> const AoFigures& { return all.ao[d * entries + e]; }, entry.low,
        entry.high);
  }
  report.differences = differences(contest, seen, look_at_tuning(contest), draws);
  return report;
}

}  // namespace updraft
