// Runs made up for the tests: samples with random but consistent stamps, and the menu and truth
// that they refer to. No station made them, so no law of a queue holds: only the order of stamps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/metrics/run_figures.hpp"

namespace updraft {

struct SyntheticRun {
  Menu menu;
  Truth truth;
  Samples samples{0};
  StationCounts counts;
  MetricsContext context;
};

inline SyntheticRun synthetic_run(std::uint64_t seed, std::size_t n) {
  Stream random(seed, "synthetic");
  SyntheticRun run;
  const std::size_t rows = 1 + n / 2;  // rows repeat
  run.menu.rows = rows;
  run.menu.stages = {{"small", Flops(2e6), "f", {}}, {"big, slow", Flops(7e6), "f", {}}};
  run.menu.variants = {{"image", "f", Flops(90e6), Flops(0), {}, 8},
                       {"coded \"image\"", "f", Flops(80e6), Flops(3e6), {}, 8}};
  run.truth.classes = 4;
  const auto coins = [&](double p) {
    std::vector<std::uint8_t> out;
    for (std::size_t r = 0; r < rows; ++r) out.push_back(random.uniform() < p);
    return out;
  };
  for (std::size_t r = 0; r < rows; ++r) {
    run.truth.label.push_back(static_cast<std::int32_t>(random.below(4)));
  }
  run.truth.edge_correct = {coins(0.7), coins(0.8)};
  run.truth.cloud_correct = {coins(0.95), coins(0.9)};

  Samples& s = run.samples = Samples(n);
  double horizon = 0;
  for (std::size_t i = 0; i < n; ++i) {
    Stamps& t = s.stamps;
    s.device[i] = static_cast<DeviceId>(random.below(3));
    s.row[i] = static_cast<std::uint32_t>(random.below(rows));
    const double fate = random.uniform();
    s.stage[i] = static_cast<StageId>(random.below(2));
    if (fate > 0.8) s.stage[i] = no_stage;
    double now = random.uniform() * 10;
    const auto later = [&] { return SimTime(now += random.exponential(0.01)); };
    t.arrived[i] = SimTime(now);
    t.started[i] = later();
    t.decided[i] = later();
    run.counts.edge_busy += t.decided[i] - t.started[i];
    if (fate < 0.4) {
      s.score[i] = random.uniform();
      s.outcome[i] = Outcome::answered_edge;
      t.answered[i] = t.decided[i];
    } else {
      s.variant[i] = static_cast<VariantId>(random.below(2));
      s.uplink_bytes[i] = static_cast<std::uint32_t>(1000 + random.below(5000));
      t.encoded[i] = later();
      run.counts.edge_busy += t.encoded[i] - t.decided[i];
      t.upload_started[i] = later();
      t.sent[i] = later();
      t.received[i] = later();
      run.counts.uplink_busy += t.sent[i] - t.upload_started[i];
      if (fate < 0.5) {
        s.outcome[i] = Outcome::dropped;
      } else {
        s.outcome[i] = Outcome::answered_cloud;
        s.downlink_bytes[i] = 8;
        t.enqueued[i] = t.received[i];
        t.served_start[i] = later();
        t.served[i] = later();
        t.reply_started[i] = later();
        t.answered[i] = later();
        run.counts.cloud_busy += t.served[i] - t.served_start[i];
        run.counts.downlink_busy += t.answered[i] - t.reply_started[i];
        run.counts.batches += 1;
      }
    }
    horizon = std::max(horizon, now);
  }
  run.counts.horizon = Seconds(horizon);
  run.counts.devices = 3;
  run.counts.uplinks = 3;
  run.counts.downlinks = 3;
  run.counts.servers = 2;
  run.context = {0, 0, Seconds(0.05), Watts(2), Watts(6), Watts(30), Watts(70), Watts(.02)};
  run.counts.radio = {Joules(9 * random.uniform()), Joules(random.uniform()),
                      Joules(20 * random.uniform()), Seconds(2 * horizon * random.uniform()),
                      1 + random.below(40)};
  return run;
}

}  // namespace updraft
