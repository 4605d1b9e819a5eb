#include "analysis/recording/ao.hpp"

#include <algorithm>
#include <optional>

#include "sim/core/menu.hpp"
#include "sim/core/portable_math.hpp"

namespace updraft {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The columns of one stage that AO looks at.
struct Columns {
  std::vector<double> margin;
  TopClasses top;
};

std::optional<Columns> columns_of(const InferenceTrace& trace, const Stage& stage) {
  const auto classes = static_cast<std::size_t>(trace.classes);
  Columns out{{}, top_classes(stage.answers.logits, classes)};
  if (out.top.top1.empty()) return std::nullopt;
  for (const Score& score : stage.scores) {  // a recorded one counts, as in a simulation
    if (score.name == "margin") out.margin.assign(score.values.begin(), score.values.end());
  }
  if (out.margin.empty()) {
    for (auto& derived : derived_scores(stage.answers.logits, classes)) {
      if (derived.name == "margin") out.margin = std::move(derived.values);
    }
  }
  return out;
}

// Weighted rows, by where they went.
struct Allocated {
  std::int32_t kept = 0;
  std::int32_t sent = 0;
  std::int32_t kept_right = 0;
  std::int32_t sent_right = 0;

  std::int32_t right() const { return kept_right + sent_right; }
  std::array<double, ao_own_count> figures() const {
    const auto share = [](std::int32_t part, std::int32_t of) {
      return of == 0 ? nan : static_cast<double>(part) / static_cast<double>(of);
    };
    const std::int32_t all = kept + sent;
    return {share(kept, all), share(kept_right, kept), share(sent_right, sent),
            share(right(), all)};  // (1)
  }
};

struct Tallied {
  Allocated rows;
  std::int32_t edge_right = 0;  // of all
};

// What became of a row, in one number: draws count nothing else.
enum Fate : std::uint8_t { kept = 1, edge_right = 2, cloud_right = 4 };
constexpr std::size_t fate_count = 8;

std::vector<std::uint8_t> fates_of(const Contest& contest, std::size_t stage,
                                   const AoThresholds& thresholds, const Columns& rows) {
  const auto& edge = contest.reported->stages[stage].answers.correct;
  const Variant* variant = contest.variant;
  std::vector<std::uint8_t> out;
  out.reserve(rows.margin.size());
  for (std::size_t i = 0; i < rows.margin.size(); ++i) {
    const bool keep = rows.margin[i] >= thresholds.of(rows.top.top1[i], rows.top.top2[i]);
    const bool cloud = variant == nullptr || variant->answers.correct[i] != 0;
    out.push_back(static_cast<std::uint8_t>((keep ? kept : 0) | (edge[i] != 0 ? edge_right : 0) |
                                            (cloud ? cloud_right : 0)));
  }
  return out;
}

Tallied tally(const std::vector<std::uint8_t>& fates, Weights weights) {
  std::array<std::int32_t, fate_count> counts{};
  for (std::size_t i = 0; i < fates.size(); ++i) counts[fates[i]] += weights[i];
  Tallied out;
  for (std::size_t fate = 0; fate < fate_count; ++fate) {
    const std::int32_t count = counts[fate];
    (fate & kept ? out.rows.kept : out.rows.sent) += count;
    if ((fate & kept) && (fate & edge_right)) out.rows.kept_right += count;
    if (!(fate & kept) && (fate & cloud_right)) out.rows.sent_right += count;
    if (fate & edge_right) out.edge_right += count;
  }
  return out;
}

std::optional<Crossing> crossing(const Contest& contest, const AoEntry& entry, std::size_t rival,
                                 const Tallied& ao, Weights weights) {
  return Crossing::cheapest(*contest.contenders[entry.rivals[rival]].reported, weights,
                            ao.edge_right, ao.rows.right());
}

void add_curve(const Contest& contest, const AoCalibration& calibration, const Columns& rows,
               Weights once, AoEntry& entry) {
  constexpr int per_decade = 8;
  for (int k = -2 * per_decade; k <= 2 * per_decade; ++k) {
    const double lambda = portable::exp(k * (portable::log(10) / per_decade));
    const auto fates =
        fates_of(contest, entry.stage, calibration.thresholds(entry.groups, lambda), rows);
    entry.curve.push_back({lambda, tally(fates, once).rows.figures()});
  }
}

// The contender with this score of the stage; it ranks rows of logits, so it is there.
std::size_t contender_of(const Contest& contest, std::size_t stage, std::string_view score) {
  const auto found = std::ranges::find_if(contest.contenders, [&](const Contender& contender) {
    return contender.stage == stage && contender.score == score && contender.reported;
  });
  return static_cast<std::size_t>(found - contest.contenders.begin());
}

void add_stage(const Contest& contest, std::size_t family, std::size_t stage,
               const AoCalibration& calibration, const Columns& rows, AoSection& out) {
  const std::vector<std::uint16_t> once(contest.reported->size(), 1);
  for (const AoGroups groups : {AoGroups::pairwise, AoGroups::by_class}) {
    AoEntry entry{stage, family, groups, {}, {}, {}, {}};
    const AoThresholds thresholds = calibration.thresholds(groups, 1);
    entry.origins = thresholds.origins(static_cast<std::size_t>(contest.trace->classes));
    entry.fates = fates_of(contest, stage, thresholds, rows);
    for (std::size_t r = 0; r < ao_rivals.size(); ++r)
      entry.rivals[r] = contender_of(contest, stage, score_of(ao_rivals[r]));
    add_curve(contest, calibration, rows, once, entry);
    entry.seen = look(contest, entry, once);
    const Tallied ao = tally(entry.fates, once);
    for (std::size_t r = 0; r < ao_rivals.size(); ++r) {
      const auto at = crossing(contest, entry, r, ao, once);
      entry.delta[r] =
          at ? contest.contenders[entry.rivals[r]].reported->delta(at->threshold) : nan;
    }
    out.entries.push_back(std::move(entry));
  }
}

}  // namespace

std::string_view name_of(AoRival rival) {
  switch (rival) {
    case AoRival::cdl:
      return "cdl";
    case AoRival::branchynet:
      return "branchynet";
    default:
      return "margin";
  }
}

std::string_view score_of(AoRival rival) {
  switch (rival) {
    case AoRival::cdl:
      return "msp";
    case AoRival::branchynet:
      return "entropy";
    default:
      return "margin";
  }
}

AoFigures look(const Contest& contest, const AoEntry& entry, Weights weights) {
  const Tallied ao = tally(entry.fates, weights);
  AoFigures out;
  const auto own = ao.rows.figures();
  for (std::size_t f = 0; f < own.size(); ++f) out[f] = own[f];
  for (std::size_t r = 0; r < ao_rivals.size(); ++r) {
    const auto at = crossing(contest, entry, r, ao, weights);
    if (!at) continue;
    Allocated rival;
    rival.sent = at->offloaded;
    rival.kept = ao.rows.kept + ao.rows.sent - at->offloaded;
    rival.kept_right = ao.edge_right - (at->offloaded - at->edge_wrong);
    rival.sent_right = at->right - rival.kept_right;
    const auto figures = rival.figures();
    for (std::size_t f = 0; f < figures.size(); ++f)
      out[ao_own_count + r * ao_figure_count + f] = figures[f];
    const auto put = [&](AoFigure figure, double value) {
      out[AoFigures::index(ao_rivals[r], figure)] = value;
    };
    const double n = own[AoFigures::index(AoFigure::kept)];
    const double rival_kept = figures[AoFigures::index(AoFigure::kept)];
    if (rival_kept > 0) put(AoFigure::gain, n / rival_kept - 1);               // (2)
    if (rival_kept < 1) put(AoFigure::saved, 1 - (1 - n) / (1 - rival_kept));  // (3)
    put(AoFigure::difference, n - rival_kept);
  }
  return out;
}

AoSection ao_section(const Contest& contest) {
  AoSection out;
  const InferenceTrace& trace = *contest.trace;
  const Split* calibration = trace.split("calibration");
  if (calibration == nullptr) {
    out.missing = "the file has no calibration split to find thresholds on";
    return out;
  }
  if (calibration == contest.reported) {
    out.missing = "it would judge its thresholds on the rows that they were found on";
    return out;
  }
  for (std::size_t f = 0; f < contest.families.size(); ++f) {
    for (const std::size_t stage : contest.families[f].stages) {
      const Stage& reported = contest.reported->stages[stage];
      const Stage* twin = calibration->stage(reported.name);
      const auto rows = columns_of(trace, reported);
      const auto found_on = twin == nullptr ? std::nullopt : columns_of(trace, *twin);
      if (!rows || !found_on) continue;
      const AoCalibration thresholds(
          {found_on->margin, found_on->top.top1, found_on->top.top2, twin->answers.correct}, {});
      add_stage(contest, f, stage, thresholds, *rows, out);
    }
  }
  if (out.entries.empty())
    out.missing = "no stage has logits of two classes or more in both splits";
  return out;
}

}  // namespace updraft
