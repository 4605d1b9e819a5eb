// Does every run obey the laws? 500 random scenarios of each variety, each from its seed, on the
// native engine, and some on SimGrid. A failing seed is printed with its scenario;
// UPDRAFT_PROPERTY_SEED=17 runs that one alone. One that has failed once goes on the list
// `once_failed`, so that it is run for ever, beyond the 500, too.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "tests/property/laws.hpp"
#include "tests/property/random_scenario.hpp"

namespace updraft {
namespace {

constexpr std::uint64_t scenarios = 500;

// 43, 196: a link that stops for good left samples behind, the horizon ended before the work did,
// and busy shares came to 9.
constexpr std::uint64_t once_failed[] = {43, 196};

std::vector<std::uint64_t> seeds(std::uint64_t step = 1) {
  if (const char* one = std::getenv("UPDRAFT_PROPERTY_SEED"))
    return {std::strtoull(one, nullptr, 10)};
  std::vector<std::uint64_t> out;
  for (std::uint64_t seed = 1; seed <= scenarios; seed += step) out.push_back(seed);
  if (step == 1) {
    for (const std::uint64_t seed : once_failed) {
      if (seed > scenarios) out.push_back(seed);
    }
  }
  return out;
}

struct Outcomes {
  std::vector<Run> runs;  // [policy * replications + replication]
  std::vector<PolicyResult> results;
};

Outcomes run_all(const Prepared& prepared, EngineKind engine = EngineKind::native) {
  Outcomes out;
  out.results = simulate(
      prepared, engine, [&](std::size_t, std::size_t, const Run& run) { out.runs.push_back(run); });
  return out;
}

// The figures' own laws: outcomes add up to the samples, phases to the latency.
void check_figures(const RunFigures& f, std::vector<std::string>& broken) {
  const double ended = f.answered_edge + f.answered_cloud + f.fell_back + f.dropped;
  if (ended != f.samples) broken.push_back(fmt::format("{} of {} ended", ended, f.samples));
  const double phases = f.edge_wait_s + f.stage_s + f.encode_s + f.upload_wait_s + f.upload_s +
                        f.uplink_propagation_s + f.cloud_wait_s + f.serve_s + f.reply_wait_s +
                        f.reply_s;
  if (std::abs(phases - f.latency_mean_s) > 1e-9 * (1 + f.horizon_s))
    broken.push_back(fmt::format("phases sum to {}, latency is {}", phases, f.latency_mean_s));
  for (const double share :
       {f.edge_busy_share, f.uplink_busy_share, f.cloud_busy_share, f.downlink_busy_share}) {
    if (share < 0 || share > 1 + 1e-9) broken.push_back(fmt::format("a busy share of {}", share));
  }
}

// What all scenarios together came by: a generator that makes dull ones proves nothing.
struct Tally {
  double answered_edge = 0;
  double answered_cloud = 0;
  double fell_back = 0;
  double late_replies = 0;
  double dropped = 0;
  double promotions = 0;
  double encode_time_s = 0;
  double given_up_encoding = 0;
  double made_late = 0;  // by an extractor that ran after another stage, or none
  double most_in_uplink = 0;
  double largest_mean_batch = 0;
};

void count(const RunFigures& f, Tally& tally) {
  tally.answered_edge += f.answered_edge;
  tally.answered_cloud += f.answered_cloud;
  tally.fell_back += f.fell_back;
  tally.late_replies += f.late_replies;
  tally.dropped += f.dropped;
  if (f.radio_promotions > 0) tally.promotions += f.radio_promotions;
  tally.most_in_uplink = std::max(tally.most_in_uplink, f.uplink_queue_max);
  if (f.batch_size_mean > tally.largest_mean_batch) tally.largest_mean_batch = f.batch_size_mean;
  if (f.encode_s > 0) tally.encode_time_s += f.encode_s;
}

void count(const Run& run, const Menu& menu, Tally& tally) {
  const Samples& samples = run.samples;
  for (SampleId s = 0; s < samples.size(); ++s) {
    tally.given_up_encoding += samples.outcome[s] == Outcome::fell_back &&
                               samples.stamps.answered[s] < samples.stamps.encoded[s];
    if (samples.variant[s] < 0) continue;
    const StageId maker = menu.variants[static_cast<std::size_t>(samples.variant[s])].made_by;
    tally.made_late += maker != no_stage && maker != samples.stage[s];
  }
}

std::vector<std::string> broken_by(const RandomScenario& scenario, const Prepared& prepared,
                                   EngineKind engine, Tally& tally) {
  const auto [runs, results] = run_all(prepared, engine);
  const std::size_t replications = prepared.replications.size();
  std::vector<std::string> broken;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto add = [&](const std::vector<std::string>& lines) {
      for (const auto& line : lines)
        broken.push_back(
            fmt::format("policy {} replication {}: {}", i / replications, i % replications, line));
    };
    add(broken_laws(prepared, runs[i], i % replications, scenario.may_stop,
                    scenario.timeout_s[i / replications]));
    add(broken_common_randomness(prepared, runs[i % replications], runs[i]));
    std::vector<std::string> of_figures;
    check_figures(results[i / replications].runs[i % replications], of_figures);
    count(results[i / replications].runs[i % replications], tally);
    count(runs[i], *prepared.menu, tally);
    add(of_figures);
  }
  return broken;
}

std::string first_lines(const std::vector<std::string>& lines) {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 5); ++i) out += lines[i] + "\n";
  return out;
}

// Every step-th seed.
Tally obey(Variety variety, EngineKind engine, std::uint64_t step) {
  const TemporaryFolder folder;
  Tally tally;
  for (const std::uint64_t seed : seeds(step)) {
    const auto scenario = random_scenario(seed, folder, 1, variety);
    CAPTURE(seed);
    CAPTURE(scenario.text);
    std::vector<std::string> broken;
    try {
      broken = broken_by(scenario, *prepare_text(scenario.text, folder.path("random.yaml")), engine,
                         tally);
    } catch (const std::exception& error) {
      broken.emplace_back(error.what());
    }
    const std::string lines = first_lines(broken);
    CAPTURE(lines);
    CHECK(broken.empty());
  }
  return tally;
}

TEST_CASE("500 random scenarios obey every law") {
  const Tally tally = obey(Variety::plain, EngineKind::native, 1);
  if (seeds().size() == 1) return;
  CHECK(tally.fell_back == 0);
  CHECK(tally.answered_edge > 1000);
  CHECK(tally.answered_cloud > 1000);
  CHECK(tally.dropped > 100);
  CHECK(tally.most_in_uplink > 5);
  CHECK(tally.largest_mean_batch > 2);
}

TEST_CASE("with time-outs and up to 50 devices they do, too") {
  const Tally tally = obey(Variety::wide, EngineKind::native, 1);
  if (seeds().size() == 1) return;
  CHECK(tally.fell_back > 1000);
  CHECK(tally.late_replies > 1000);
}

TEST_CASE("and with access rates that change") { obey(Variety::capped, EngineKind::native, 2); }

TEST_CASE("and with radios, whose energy is what their power integrates to") {
  const Tally tally = obey(Variety::radio, EngineKind::native, 1);
  if (seeds().size() == 1) return;
  CHECK(tally.promotions > 3000);
  CHECK(tally.fell_back > 1000);
}

TEST_CASE("and with networks that are cut") {
  const Tally tally = obey(Variety::cut, EngineKind::native, 2);
  if (seeds().size() == 1) return;
  CHECK(tally.answered_cloud > 1000);
  CHECK(tally.answered_edge > 500);
}

TEST_CASE("and with payloads that the device encodes, or an extractor makes") {
  const Tally tally = obey(Variety::encoded, EngineKind::native, 1);
  if (seeds().size() == 1) return;
  CHECK(tally.answered_cloud > 1000);
  CHECK(tally.encode_time_s > 1);
  CHECK(tally.given_up_encoding > 100);
  CHECK(tally.made_late > 1000);
}

TEST_CASE("and on SimGrid") {
  obey(Variety::plain, EngineKind::simgrid, 40);
  obey(Variety::wide, EngineKind::simgrid, 40);
  obey(Variety::radio, EngineKind::simgrid, 40);
  obey(Variety::cut, EngineKind::simgrid, 40);
  obey(Variety::encoded, EngineKind::simgrid, 40);
}

TEST_CASE("the same seed gives the same bytes, run after run") {
  const TemporaryFolder folder;
  for (const std::uint64_t seed : seeds(20)) {
    CAPTURE(seed);
    const auto scenario = random_scenario(seed, folder);
    const auto first = run_all(*prepare_text(scenario.text, folder.path("random.yaml"))).runs;
    const auto second = run_all(*prepare_text(scenario.text, folder.path("random.yaml"))).runs;
    REQUIRE(first.size() == second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      CAPTURE(i);
      CHECK(all_bytes(first[i]) == all_bytes(second[i]));
    }
  }
}

TEST_CASE("another seed or another replication draws other arrivals") {
  const TemporaryFolder folder;
  int poisson = 0;
  for (const std::uint64_t seed : seeds(16)) {
    CAPTURE(seed);
    const auto a = random_scenario(seed, folder, 1).text + "replications: 2\n";
    const auto b = random_scenario(seed, folder, 2).text;
    if (a.find("poisson") == std::string::npos ||
        a.find("replications: 2\n") != a.rfind("replications: 2\n"))
      continue;
    ++poisson;
    const auto of_a = run_all(*prepare_text(a, folder.path("random.yaml"))).runs;
    const auto of_b = run_all(*prepare_text(b, folder.path("random.yaml"))).runs;
    const auto first = [](const Run& run) { return run.samples.stamps.arrived[0]; };
    CHECK(first(of_a[0]) != first(of_b[0]));
    CHECK(first(of_a[0]) != first(of_a[1]));
  }
  CHECK((poisson > 0 || seeds().size() == 1));
}

// A law that nothing could break would say nothing: each damage below is done to a sound run.
TEST_CASE("the laws notice a run that was tampered with") {
  const TemporaryFolder folder;
  const std::string text =
      "workload: {trace: none, payload: 10 kB, reply: 1 kB, samples: 40, arrivals: {poisson: 20 "
      "Hz}}\n"
      "device: {count: 3, stage_time: 10 ms, encode_time: 4 ms}\n"
      "channel: {uplink: {rate: 4 Mbps, sharing: fifo}, downlink: {rate: 4 Mbps, sharing: fair}, "
      "latency: 5 ms}\n"
      "cloud: {service: {setup: 5 ms, each: 2 ms}, batch: {max: 3, delay: 4 ms}, queue_limit: 3}\n"
      "policies: [{policy: random, offload: 70 %}]\n";
  const auto prepared = prepare_text(text, folder.path("sound.yaml"));
  const Run sound = run_all(*prepared).runs[0];
  REQUIRE(broken_laws(*prepared, sound, 0, false).empty());
  const auto answered = [&](Outcome outcome) {
    SampleId s = 0;
    while (sound.samples.outcome[s] != outcome) ++s;
    return s;
  };
  const SampleId edge = answered(Outcome::answered_edge);
  const SampleId cloud = answered(Outcome::answered_cloud);
  const auto noticed = [&](const auto& damage) {
    Run run = sound;
    damage(run.samples, run.samples.stamps, run.counts);
    return !broken_laws(*prepared, run, 0, false).empty();
  };
  const Seconds little(1e-6);
  CHECK(noticed([&](Samples& s, Stamps&, auto&) { s.outcome[edge] = Outcome::pending; }));
  CHECK(noticed([&](Samples& s, Stamps&, auto&) { s.outcome[edge] = Outcome::dropped; }));
  CHECK(noticed([&](Samples& s, Stamps&, auto&) { s.uplink_bytes[cloud] += 10; }));
  CHECK(noticed([&](Samples& s, Stamps&, auto&) { std::swap(s.row[0], s.row[1]); }));
  CHECK(noticed([&](Samples&, auto&, StationCounts& c) { c.batches = 1; }));
  CHECK(noticed([&](Samples&, auto&, StationCounts& c) { c.unsent_wait += Seconds(1e-6); }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.served[cloud] = SimTime::never(); }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.sent[edge] = at.decided[edge]; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.encoded[edge] = at.decided[edge]; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.encoded[cloud] = at.encoded[cloud] + little; }));
  CHECK(noticed([&](auto&, auto&, StationCounts& c) { c.edge_busy += little; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.started[cloud] = at.started[cloud] + little; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.decided[edge] = at.decided[edge] + little; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) {
    at.upload_started[cloud] = at.upload_started[cloud] + little;
  }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.sent[cloud] = at.sent[cloud] - little; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.received[cloud] = at.sent[cloud]; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.served[cloud] = at.served[cloud] + little; }));
  CHECK(
      noticed([&](auto&, Stamps& at, auto&) { at.answered[cloud] = at.answered[cloud] + little; }));
}

TEST_CASE("and one whose radios were tampered with") {
  const TemporaryFolder folder;
  // Replies come 0.1 s and more after the end of WiFi's promotion, uploads every half a second:
  // after its tail of 238 ms most need another promotion.
  const std::string text =
      "workload: {trace: none, payload: 10 kB, reply: 1 kB, samples: 40, arrivals: {poisson: 2 "
      "Hz}}\n"
      "device: {count: 2, stage_time: 10 ms}\n"
      "channel: {uplink: 4 Mbps, downlink: 4 Mbps, latency: 5 ms, radio: wifi}\n"
      "cloud: {service: 5 ms}\n"
      "policies: [{policy: random, offload: 70 %}]\n";
  const auto prepared = prepare_text(text, folder.path("radio.yaml"));
  const Run sound = run_all(*prepared).runs[0];
  REQUIRE(broken_laws(*prepared, sound, 0, false).empty());
  REQUIRE(sound.counts.radio.promotions > 5);
  const auto noticed = [&](const auto& damage) {
    Run run = sound;
    damage(run.samples.stamps, run.counts.radio);
    return !broken_laws(*prepared, run, 0, false).empty();
  };
  SampleId first = 0;
  while (sound.samples.outcome[first] != Outcome::answered_cloud) ++first;
  CHECK(noticed([](auto&, RadioCounts& c) { c.transfer += Joules(1e-8); }));
  CHECK(noticed([](auto&, RadioCounts& c) { c.promotion += Joules(1e-8); }));
  CHECK(noticed([](auto&, RadioCounts& c) { c.tail -= Joules(1e-8); }));
  CHECK(noticed([](auto&, RadioCounts& c) { c.awake += Seconds(1e-6); }));
  CHECK(noticed([](auto&, RadioCounts& c) { --c.promotions; }));
  // As if the first had not waited for its promotion.
  CHECK(noticed([&](Stamps& at, auto&) { at.upload_started[first] = at.decided[first]; }));
}

TEST_CASE("and one whose time-outs were tampered with") {
  const TemporaryFolder folder;
  // 10 kB at 1 Mbps take 80 ms: one device at 10 Hz cannot have all its replies within 120 ms
  const std::string text =
      "workload: {trace: none, payload: 10 kB, reply: 1 kB, samples: 60, arrivals: {poisson: 10 "
      "Hz}}\n"
      "device: {stage_time: 10 ms}\n"
      "channel: {uplink: 1 Mbps, downlink: 1 Mbps, latency: 15 ms}\n"
      "cloud: {service: 5 ms}\n"
      "policies: [{policy: always_cloud, run_stage: true, timeout: 120 ms}]\n";
  const auto prepared = prepare_text(text, folder.path("impatient.yaml"));
  const Run sound = run_all(*prepared).runs[0];
  constexpr double timeout_s = .120;
  REQUIRE(broken_laws(*prepared, sound, 0, false, timeout_s).empty());
  const Stamps& its = sound.samples.stamps;
  const auto first = [&](const auto& is_one) {
    for (SampleId s = 0; s < sound.samples.size(); ++s) {
      if (sound.samples.outcome[s] == Outcome::fell_back && is_one(s)) return s;
    }
    FAIL("none fell back like that");
    return SampleId{0};
  };
  const SampleId late = first([&](SampleId s) { return its.reply_started[s].set(); });
  const SampleId under_way =
      first([&](SampleId s) { return its.upload_started[s].set() && !its.sent[s].set(); });
  // Under way, and nobody waited behind it.
  const SampleId alone = first([&](SampleId s) {
    return its.upload_started[s].set() && !its.sent[s].set() &&
           (s + 1 == sound.samples.size() || its.decided[s + 1] > its.answered[s]);
  });
  const auto noticed = [&](const auto& damage) {
    Run run = sound;
    damage(run.samples, run.samples.stamps, run.counts);
    return !broken_laws(*prepared, run, 0, false, timeout_s).empty();
  };
  const Seconds little(1e-6);
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.answered[late] = at.answered[late] + little; }));
  CHECK(noticed([&](Samples& s, auto&, auto&) { s.outcome[late] = Outcome::answered_cloud; }));
  CHECK(noticed([&](Samples& s, auto&, auto&) { s.outcome[late] = Outcome::dropped; }));
  CHECK(noticed([&](Samples& s, auto&, auto&) { s.stage[late] = no_stage; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.received[late] = SimTime::never(); }));
  CHECK(noticed([&](auto&, auto&, StationCounts& c) { ++c.late_replies; }));
  CHECK(noticed([&](auto&, auto&, StationCounts& c) { --c.late_replies; }));
  CHECK(noticed([&](Samples& s, auto&, auto&) { s.uplink_bytes[under_way] += 2; }));
  CHECK(noticed([&](Samples& s, auto&, auto&) { s.uplink_bytes[under_way] -= 2; }));
  CHECK(
      noticed([&](auto&, Stamps& at, auto&) { at.upload_started[under_way] = SimTime::never(); }));
  CHECK(noticed([&](Samples& s, Stamps& at, auto&) {
    at.upload_started[alone] = SimTime::never();
    s.uplink_bytes[alone] = 0;
  }));
  CHECK(noticed(
      [&](auto&, Stamps& at, auto&) { at.sent[under_way] = at.answered[under_way] + little; }));
  CHECK(noticed([&](auto&, Stamps& at, auto&) { at.encoded[late] = SimTime::never(); }));
  CHECK_FALSE(broken_laws(*prepared, sound, 0, false, timeout_s + .001).empty());
  CHECK_FALSE(broken_laws(*prepared, sound, 0, false).empty());
}

TEST_CASE("and one whose stuck upload was tampered with") {
  const TemporaryFolder folder;
  // Decided every 10 ms from 1 on, 10 ms an upload at 8 Mbps, which ends at 55: sample 5 has 4 ms.
  const std::string stops = folder.file("stops.txt", "0.055 8\n0.2 0\n");
  const auto prepared = prepare_text(
      "workload: {trace: none, payload: 10 kB, reply: 0 B, samples: 30, arrivals: {periodic: 100 "
      "Hz}}\ndevice: {stage_time: 1 ms}\n"
      "channel: {uplink: {trace: '" +
          stops +
          "', at_end: hold}, downlink: 8 Mbps}\npolicies: [{policy: always_cloud, run_stage: "
          "true}]\n",
      folder.path("stops.yaml"));
  const Run sound = run_all(*prepared).runs[0];
  REQUIRE(broken_laws(*prepared, sound, 0, true).empty());
  const SampleId stuck = 5;  // begun at 51
  CHECK(sound.samples.uplink_bytes[stuck] == 4000);
  for (const std::uint32_t wrong : {0, 3000, 3998, 4002, 10000}) {
    Run run = sound;
    run.samples.uplink_bytes[stuck] = wrong;
    CHECK_FALSE(broken_laws(*prepared, run, 0, true).empty());
  }
}

}  // namespace
}  // namespace updraft
