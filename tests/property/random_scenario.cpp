#include "tests/property/random_scenario.hpp"

#include <fmt/format.h>

#include <limits>

namespace updraft {
namespace {

Answers random_answers(Stream& random, const std::vector<std::int32_t>& labels, int classes,
                       double skill) {
  Answers out;
  for (const auto label : labels) {
    for (int c = 0; c < classes; ++c) {
      const double lift = c == label ? skill * random.uniform() : 0;
      out.logits.push_back(static_cast<float>(4 * random.uniform() - 2 + lift));
    }
  }
  return out;
}

class Writer {
 public:
  Writer(std::uint64_t seed, const TemporaryFolder& folder, std::uint64_t workload_seed,
         Variety variety)
      : folder_(folder),
        name_(fmt::format("s{}", seed)),
        random_(seed, "scenario"),
        variety_(variety),
        more_(seed, "variety"),
        bundles_(seed, "bundles") {
    scenario_.text = fmt::format("# random scenario {}\n", seed);
    devices_ = 1 + static_cast<int>(random_.below(12));
    if (variety_ != Variety::plain && more_.uniform() < .2)
      devices_ += static_cast<int>(more_.below(39));
    workload(workload_seed);
    device();
    scenario_.text += fmt::format("channel:\n  latency: {}\n", duration(0, 30));
    link("uplink", 20e3);
    link("downlink", 5e3);
    const bool either = variety_ == Variety::failing || variety_ == Variety::encoded;
    if (variety_ == Variety::radio || (either && more_.uniform() < .3)) radio();
    cloud();
    if (variety_ == Variety::cut) partition();
    policies();
    if (chance(.3)) scenario_.text += "replications: 2\n";
  }
  RandomScenario take() { return std::move(scenario_); }

 private:
  bool chance(double p) { return random_.uniform() < p; }
  template <class T>
  T pick(std::initializer_list<T> of) {
    return of.begin()[random_.below(of.size())];
  }
  double between(double low, double high) { return low + random_.uniform() * (high - low); }
  // Half of all durations are whole multiples of 5 ms, so that events meet at one date.
  std::string duration(int low_ms, int high_ms) {
    if (chance(.5)) {
      const int steps = (high_ms - low_ms) / 5 + 1;
      return fmt::format(
          "{} ms", low_ms + 5 * static_cast<int>(random_.below(static_cast<std::uint64_t>(steps))));
    }
    return fmt::format("{:.6f} ms", between(low_ms, high_ms));
  }

  void workload(std::uint64_t workload_seed) {
    const auto rows = 3 + random_.below(20);
    auto trace = random_trace(random_, rows);
    for (const auto& stage : trace.splits[0].stages) stages_.push_back(stage.name);
    if (variety_ == Variety::encoded) to_be_encoded(trace);
    write_inference_trace(trace, folder_.path(name_ + ".h5"));
    for (const auto& variant : trace.splits[0].variants) variants_.push_back(variant.name);
    std::string& text = scenario_.text;
    text += fmt::format("workload:\n  trace: {}\n  seed: {}\n", folder_.path(name_ + ".h5"),
                        workload_seed);
    const bool dated = chance(.2);
    if (!dated && chance(.8))
      text += fmt::format("  samples: {}\n", devices_ + static_cast<int>(random_.below(60)));
    if (chance(.3)) text += "  order: recorded\n";
    if (chance(.2)) text += fmt::format("  payload: {} B\n", random_.below(30000));
    if (chance(.2)) text += fmt::format("  reply: {} B\n", random_.below(3000));
    if (chance(.5)) text += fmt::format("  deadline: {}\n", duration(20, 300));
    text += fmt::format("  arrivals: {}\n", dated ? dates() : arrivals());
  }

  // Encode work of 0 to 40 ms at 1 GMAC/s, mostly, half of it on the grid of 5 ms; an extractor and
  // what it sends, mostly.
  void to_be_encoded(InferenceTrace& trace) {
    const auto work = [&](double none) {
      if (more_.uniform() < none) return Flops(0);
      return Flops(more_.uniform() < .5 ? 1e7 * static_cast<double>(more_.below(9))
                                        : 8e7 * more_.uniform());
    };
    std::vector<Flops> of_variants(trace.splits[0].variants.size());
    for (Flops& each : of_variants) each = work(.3);
    has_extractor_ = more_.uniform() < .7;
    const Flops extractor = work(0);
    const Flops coding = work(.5);
    const Bytes payload(static_cast<double>(50 + more_.below(8000)));
    for (Split& split : trace.splits) {
      for (std::size_t v = 0; v < of_variants.size(); ++v)
        split.variants[v].encode_work = of_variants[v];
      if (!has_extractor_) continue;
      Stage look;
      look.name = "look";
      look.work = extractor;
      look.answers.correct.assign(split.labels.size(), 0);
      look.theta.assign(4 * split.labels.size(), .5F);
      look.theta_convention = "of this test";
      split.stages.push_back(look);
      Variant found;
      found.name = "look";
      found.payload = payload;
      found.encode_work = coding;
      found.cloud_work = Flops(5e8);
      found.answers = random_answers(more_, split.labels, trace.classes, 5);
      split.variants.push_back(found);
    }
  }

  std::string arrivals() {
    switch (random_.below(4)) {
      case 0:
        return "back_to_back";
      case 1:
        return fmt::format("{{periodic: {}, phase: {}}}", duration(5, 200),
                           pick({"aligned", "staggered"}));
      default:
        return fmt::format("{{poisson: {:.3f} Hz}}", between(1, 60));
    }
  }

  std::string dates() {
    const bool whose = chance(.5);
    std::string csv = whose ? "device,seen_ms\n" : "seen_ms\n";
    int date = 0;
    const auto count = 2 + random_.below(20);
    for (std::uint64_t i = 0; i < count; ++i) {
      date += 5 * static_cast<int>(random_.below(12));
      if (whose) csv += fmt::format("{},", random_.below(static_cast<std::uint64_t>(devices_)));
      csv += fmt::format("{}\n", date);
    }
    return fmt::format("{{dates: {}, column: seen_ms}}", folder_.file(name_ + "_dates.csv", csv));
  }

  // Outages, half of them on the grid of 5 ms, and what they do to an upload.
  std::string failing() {
    std::string text = "    outages: ";
    if (more_.uniform() < .5) {
      text += fmt::format("{{up: {} ms, down: {} ms}}\n", 50 + more_.below(1000),
                          10 + more_.below(400));
    } else {
      std::uint64_t at = 0;
      std::string windows;
      for (std::uint64_t i = 0; i < 1 + more_.below(5); ++i) {
        at += 5 * (1 + more_.below(100));
        const std::uint64_t lasts = 5 * (1 + more_.below(60));
        windows += fmt::format("{}{{at: {} ms, lasts: {} ms}}", i == 0 ? "" : ", ", at, lasts);
        at += lasts;
      }
      text += "[" + windows + "]\n";
    }
    const std::uint64_t backoff = 5 * (1 + more_.below(40));
    return text + fmt::format(
                      "    on_outage: {{fail_after: {} ms, retries: {}, backoff: {} ms, "
                      "factor: {}, most: {} ms}}\n",
                      5 * more_.below(20), more_.below(5), backoff, 1 + more_.below(3),
                      backoff + 5 * more_.below(50));
  }

  void device() {
    scenario_.text += fmt::format("device:\n  count: {}\n  use: {}\n", devices_,
                                  pick({"ideal", "raspberry-pi-4b", "cortex-m7"}));
    switch (random_.below(3)) {
      case 0:
        scenario_.text += fmt::format("  stage_time: {}\n", duration(0, 60));
        break;
      case 1:
        scenario_.text += variety_ == Variety::cut
                              ? fmt::format("  stage_time: {}\n", duration(5, 60))
                              : fmt::format("  stage_time: {{exponential: {}}}\n", duration(5, 60));
        break;
      default:
        scenario_.text += "  rate: 2 GMAC/s\n";
    }
    if (variety_ == Variety::encoded && more_.uniform() < .3)
      scenario_.text += fmt::format("  encode_time: {} ms\n", 5 * more_.below(12));
  }

  void link(const std::string& direction, double typical_bytes) {
    std::string text = fmt::format("  {}:\n", direction);
    const bool bundles = variety_ == Variety::radio || variety_ == Variety::encoded;
    if (bundles && direction == "uplink" && more_.uniform() < .3)
      text += fmt::format("    bundle: {{max: {}, delay: {} ms}}\n", 2 + more_.below(4),
                          5 * more_.below(60));
    if (variety_ == Variety::failing && direction == "uplink") {
      text += failing();
      if (bundles_.uniform() < .3)
        text += fmt::format("    bundle: {{max: {}, delay: {} ms}}\n", 2 + bundles_.below(4),
                            5 * bundles_.below(60));
    }
    if (chance(.3)) text += fmt::format("    latency: {}\n", duration(0, 50));
    // A typical payload takes 5 to 200 ms.
    const double Mbps = typical_bytes * 8e-6 / between(.005, .2);
    switch (random_.below(3)) {
      case 0:
        text += fmt::format("    rate: {:.4f} Mbps\n", Mbps);
        break;
      case 1:
        text += recorded(direction, Mbps);
        break;
      default:
        text += modelled(direction, Mbps);
    }
    std::string sharing = pick({"per_device", "fifo", "fair"});
    if (variety_ == Variety::capped) {
      sharing = "fair";
      text += fmt::format("    flow_rate: {{{}}}\n", access_rate(direction, Mbps));
    }
    text += fmt::format("    sharing: {}\n", sharing);
    if (sharing == "fair" && chance(.5) && variety_ != Variety::capped)
      text += fmt::format("    flow_rate: {:.4f} Mbps\n", Mbps * between(.2, 1.2));
    if (sharing == "fair" && chance(.6))
      text += fmt::format("    streams: {}\n", pick({"1", "2", "3", "all"}));
    if (more_.uniform() < .2 && (variety_ != Variety::failing || direction != "uplink"))
      text += fmt::format("    outages: {}\n", outages());
    scenario_.text += text;
  }

  std::string outages() {
    if (more_.uniform() < .5) {
      return fmt::format("{{up: {} ms, down: {} ms, same_for_all: {}}}", 50 + more_.below(500),
                         5 + more_.below(200), more_.uniform() < .3);
    }
    const auto first = more_.below(300);
    return fmt::format("[{{at: {} ms, lasts: 40 ms}}, {{at: {} ms, lasts: {} ms}}]", first,
                       first + 50, 10 + more_.below(400));
  }

  std::string access_rate(const std::string& direction, double Mbps) {
    const double typical = Mbps * (.1 + more_.uniform());
    const auto file = folder_.file(
        name_ + "_" + direction + "_access.yaml",
        fmt::format(
            "format: updraft-channel\nstates:\n"
            "  - {{name: near, rate: {:.4f} Mbps, dwell: {} ms, next: {{far: 1}}}}\n"
            "  - {{name: far, rate: {:.4f} Mbps, dwell: {} ms, next: {{near: .8, out: .2}}}}\n"
            "  - {{name: out, rate: 0 Mbps, dwell: {} ms, next: {{near: 1}}}}\n",
            typical, 20 + more_.below(300), typical * .2, 20 + more_.below(300),
            5 + more_.below(100)));
    return fmt::format("trace: {}, same_for_all: {}", file, more_.uniform() < .3);
  }

  std::string recorded(const std::string& direction, double Mbps) {
    std::string text;
    double date = 0;
    const auto steps = 2 + random_.below(8);
    for (std::uint64_t i = 0; i < steps; ++i) {
      // The first is the shortest: a longer one would look like dates that begin elsewhere.
      const double grid = .05 * static_cast<double>(1 + random_.below(6));
      date += i == 0 ? .01 : chance(.5) ? grid : between(.01, .3);
      const bool stalls = i > 0 && chance(.3);
      text += fmt::format("{:.6f} {:.4f}\n", date, stalls ? 0 : Mbps * between(.2, 3));
    }
    const auto file = folder_.file(name_ + "_" + direction + ".txt", text);
    const std::string at_end = chance(.8) ? "loop" : pick({"hold", "stop"});
    if (at_end != "loop") scenario_.may_stop = true;
    std::string keys = fmt::format("    trace: {}\n    at_end: {}\n", file, at_end);
    if (chance(.2)) keys += fmt::format("    bin: {}\n", duration(20, 200));
    if (chance(.3)) keys += fmt::format("    scale: {:.3f}\n", between(.5, 2));
    if (more_.uniform() < .2) keys += fmt::format("    begin_at: {} ms\n", more_.below(10));
    if (at_end == "loop" && !keys.ends_with("ms\n") && more_.uniform() < .3)
      keys += "    begin_at: random\n";
    return keys;
  }

  std::string modelled(const std::string& direction, double Mbps) {
    const auto file = folder_.file(
        name_ + "_" + direction + ".yaml",
        fmt::format("format: updraft-channel\nstates:\n"
                    "  - {{name: good, rate: {:.4f} Mbps, dwell: {}, next: {{fade: 0.7, out: "
                    "0.3}}}}\n"
                    "  - {{name: fade, rate: {:.4f} Mbps, dwell: {}, next: {{good: 1}}}}\n"
                    "  - {{name: out, rate: 0 Mbps, dwell: {}, next: {{good: 0.5, fade: 0.5}}}}\n",
                    Mbps * 1.5, duration(20, 400), Mbps * .1, duration(10, 200), duration(5, 100)));
    return fmt::format("    trace: {}\n    same_for_all: {}\n", file, pick({"true", "false"}));
  }

  // One of the catalog, or one with short tails, so that much happens at their ends, too: on the
  // grid of 5 ms, as durations are.
  void radio() {
    if (more_.uniform() < .2) {
      scenario_.text += more_.uniform() < .5 ? "  radio: wifi\n" : "  radio: lte\n";
      return;
    }
    const auto grid_ms = [&](std::uint64_t steps) { return 5 * more_.below(steps); };
    std::string text = fmt::format(
        "radios:\n  short:\n    uplink: {:.3f} mW/Mbps\n    downlink: {:.3f} mW/Mbps\n"
        "    base: {{uplink: {} mW, downlink: {} mW}}\n    promotion: {{delay: {} ms, power: {} "
        "mW}}\n"
        "    idle: {} mW\n    source: random\n    tail:",
        500 * more_.uniform(), 200 * more_.uniform(), more_.below(2000), more_.below(2000),
        grid_ms(40), more_.below(2000), more_.below(50));
    const auto phases = more_.below(3);
    for (std::uint64_t k = 0; k < phases; ++k)
      text +=
          fmt::format("\n      - {{lasts: {} ms, power: {} mW}}", grid_ms(30), more_.below(2000));
    if (phases == 0) text += " []";
    scenario_.text += fmt::format("  radio: short\ncatalog: {}\n",
                                  folder_.file(name_ + "_radio.yaml", text + "\n"));
  }

  void cloud() {
    const bool batches = chance(.5);
    std::string text = fmt::format("cloud:\n  use: {}\n  servers: {}\n",
                                   pick({"ideal", "t4", "v100"}), 1 + random_.below(4));
    switch (random_.below(batches ? 3 : 4)) {
      case 0:
        text += fmt::format("  service: {}\n", duration(0, 60));
        break;
      case 1:
        text +=
            fmt::format("  service: {{setup: {}, each: {}}}\n", duration(0, 30), duration(5, 20));
        break;
      case 2:
        break;
      default:
        text += fmt::format("  service: {{exponential: {}}}\n", duration(5, 40));
    }
    if (variety_ == Variety::cut) text = text.substr(0, text.find("  service"));
    if (batches) {
      text +=
          fmt::format("  batch: {{max: {}, delay: {}}}\n", 1 + random_.below(8), duration(0, 40));
    }
    if (chance(.5)) text += fmt::format("  queue_limit: {}\n", random_.below(6));
    scenario_.text += text;
  }

  // Layers that read one or two of those before them; all that nobody reads are outputs.
  void partition() {
    const auto layers = 2 + more_.below(8);
    std::string profile =
        "format: updraft-layers\nname: net\nsource: random\nlayers:\n"
        "  l0: {type: input, shape: [8], bytes: 9000 B}\n";
    std::string edge = "layers:\n";
    std::string cloud = "layers:\n";
    std::vector<bool> read(layers + 1);
    for (std::uint64_t k = 1; k <= layers; ++k) {
      const auto one = more_.uniform() < .7 ? k - 1 : more_.below(k);
      const auto two = more_.below(k);
      read[one] = read[two] = true;
      profile += fmt::format(
          "  l{}: {{type: convolution, from: [l{}{}], shape: [{}], work: {} kMAC}}\n", k, one,
          one == two ? "" : fmt::format(", l{}", two), 1 + more_.below(5000), more_.below(2000));
      const auto ms = more_.uniform() < .2 ? 0 : 5 * more_.below(12);
      edge += fmt::format("  l{}: {} ms\n", k, ms);
      cloud += fmt::format("  l{}: {:.4f} ms\n", k, .2 * static_cast<double>(ms) * more_.uniform());
    }
    profile += "outputs: [";
    bool first = true;
    for (std::uint64_t k = 1; k <= layers; ++k) {
      if (read[k]) continue;
      profile += fmt::format("{}l{}", first ? "" : ", ", k);
      first = false;
    }
    scenario_.text += fmt::format(
        "partition:\n  layers: {}\n  times: {{edge: {}, cloud: {}}}\n  answers: {}\n  coding: {}\n",
        folder_.file(name_ + "_layers.yaml", profile + "]\n"),
        folder_.file(name_ + "_edge.yaml", edge), folder_.file(name_ + "_cloud.yaml", cloud),
        variants_[more_.below(variants_.size())], more_.uniform() < .5 ? "fp32" : "int8");
  }

  std::string cutting_policy() {
    const auto which = more_.below(4);
    if (which == 0) return "policy: fixed_cut, after: input";
    if (which == 1) return "policy: fixed_cut, after: output";
    constexpr const char* objectives[] = {"latency", "energy", "weighted, price: 0.1 s/J",
                                          "latency_within, budget: 100 mJ", "throughput"};
    return fmt::format("policy: {}, first_rate: {} kbps, objective: {}, probe: {}",
                       which == 2 ? "best_cut" : "min_cut", 100 + more_.below(9000),
                       objectives[more_.below(5)], more_.below(6));
  }

  void policies() {
    scenario_.text += "policies:\n";
    const auto count = 2 + random_.below(2);
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string policy = one_policy();
      std::string keys = policy.find("sizing") == std::string::npos ? offload() : "";
      if (variety_ == Variety::cut && more_.uniform() < .8) {
        policy = cutting_policy();
        keys = "";
      }
      if (has_extractor_ && more_.uniform() < .2) {
        policy = "policy: crop";
        keys = "";
      }
      if (variety_ == Variety::encoded && more_.uniform() < .2) {
        policy = fitting_policy();
        keys = "";
      }
      scenario_.text += fmt::format("  - {{name: p{}, {}{}}}\n", i, policy, keys + timeout());
    }
  }

  // Of all that is recorded, for every sample or for those that a stage is unsure of.
  std::string fitting_policy() {
    std::string text = fmt::format("policy: fitting, first_rate: {} kbps, budget: {:.3f} {}",
                                   100 + more_.below(9000), 5 + 200 * more_.uniform(),
                                   more_.uniform() < .7 ? "ms" : "mJ");
    if (more_.uniform() < .4)
      text += fmt::format(", score: margin, delta: {:.3f}", more_.uniform());
    return text;
  }
  std::string one_policy() {
    if (variety_ == Variety::failing && more_.uniform() < .4) {
      return fmt::format(
          "policy: dynamic_sizing, good_rate: {} kbps, poor_rate: {} kbps, "
          "unanswered: {}, good: {{policy: always_cloud, run_stage: true, variant: "
          "{}}}, poor: {{policy: random, offload: 0.3, variant: {}}}",
          500 + more_.below(2000), 100 + more_.below(400), 1 + more_.below(3), variants_[0],
          variants_[0]);
    }
    switch (random_.below(9)) {
      case 0:
        return "policy: always_edge";
      case 1:
      case 2:
        return fmt::format("policy: always_cloud, run_stage: {}", pick({"true", "false"}));
      case 3:
      case 4:
        return fmt::format("policy: random, offload: {:.3f}", random_.uniform());
      case 5:
        return fmt::format("policy: threshold, score: {}, delta: {:.4f}",
                           pick({"q", "msp", "margin"}), random_.uniform());
      case 6:
        return fmt::format("policy: threshold, score: entropy, tune: {{appealing_rate: {} %}}",
                           random_.below(101));
      case 7:
        return fmt::format("policy: ao, thresholds: {}, lambda: {:.3f}, least_samples: {}",
                           pick({"pairwise", "class", "global"}), 3 * random_.uniform(),
                           random_.below(20));
      default:
        return fmt::format("policy: oracle, budget: {:.3f}", random_.uniform());
    }
  }

  std::string offload() {
    std::string text;
    if (variants_.size() > 1 || chance(.3))
      text += ", variant: " + variants_[random_.below(variants_.size())];
    if (chance(.3)) text += ", stage: " + stages_[random_.below(stages_.size())];
    return text;
  }

  // As durations: half of them on the grid of 5 ms on which much else happens.
  std::string timeout() {
    scenario_.timeout_s.push_back(std::numeric_limits<double>::infinity());
    if (variety_ == Variety::plain || more_.uniform() < .4) return "";
    const double grid_ms = 5 * static_cast<double>(1 + more_.below(60));
    const double ms = more_.uniform() < .5 ? grid_ms : grid_ms * more_.uniform();
    scenario_.timeout_s.back() = 1e-3 * ms;
    return fmt::format(", timeout: {:.9f} ms", ms);
  }

  const TemporaryFolder& folder_;
  std::string name_;
  Stream random_;
  Variety variety_;
  Stream more_;
  Stream bundles_;  // of those that fail
  int devices_;
  bool has_extractor_ = false;
  std::vector<std::string> stages_;
  std::vector<std::string> variants_;
  RandomScenario scenario_;
};

}  // namespace

InferenceTrace random_trace(Stream& random, std::size_t rows) {
  InferenceTrace trace;
  trace.dataset = "random";
  trace.classes = 2 + static_cast<int>(random.below(4));
  const auto stages = 1 + random.below(2);
  const auto variants = 1 + random.below(2);
  const bool differ = random.uniform() < .5;
  for (const char* name : {"calibration", "test"}) {
    Split split;
    split.name = name;
    for (std::size_t i = 0; i < rows; ++i) {
      split.labels.push_back(
          static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(trace.classes))));
    }
    for (std::uint64_t s = 0; s < stages; ++s) {
      Stage stage;
      stage.name = fmt::format("edge{}", s);
      stage.work = Flops(2e7 * (1 + static_cast<double>(s)));
      stage.answers = random_answers(random, split.labels, trace.classes, 3);
      Score q{"q", {}};
      for (std::size_t i = 0; i < rows; ++i)
        q.values.push_back(static_cast<float>(random.uniform()));
      stage.scores.push_back(q);
      split.stages.push_back(stage);
    }
    for (std::uint64_t v = 0; v < variants; ++v) {
      Variant variant;
      variant.name = fmt::format("cloud{}", v);
      variant.payload = Bytes(static_cast<double>(10000 * (v + 1)));
      if (differ) {
        for (std::size_t i = 0; i < rows; ++i) {
          variant.payload_bytes.push_back(
              random.uniform() < .1 ? 0 : static_cast<std::uint32_t>(random.below(40000)));
        }
      }
      variant.reply = Bytes(static_cast<double>(random.below(3) * 500));
      variant.cloud_work = Flops(2e9);
      variant.answers = random_answers(random, split.labels, trace.classes, 6);
      split.variants.push_back(variant);
    }
    trace.splits.push_back(split);
  }
  return trace;
}

RandomScenario random_scenario(std::uint64_t seed, const TemporaryFolder& folder,
                               std::uint64_t workload_seed, Variety variety) {
  return Writer(seed, folder, workload_seed, variety).take();
}

}  // namespace updraft
