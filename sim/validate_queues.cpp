// Cases with random arrivals, held against queueing theory (sim/queueing_theory.hpp). Where a queue
// stands at the cloud, payloads are 0 B: they take no time, so that what arrives is Poisson.
#include "sim/queueing_theory.hpp"
#include "sim/validate_check.hpp"

namespace updraft {
namespace {

double ms(Seconds duration) { return 1e3 * duration.si(); }

std::vector<Check> mm1() {
  const Hertz lambda(70);
  const Seconds s(.010);
  return ask("M/M/1, load 0.7", R"(
workload: {trace: none, payload: 0 B, samples: 20000, arrivals: {poisson: 70 Hz}}
device: {stage_time: {exponential: 10 ms}}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
policies: [{policy: always_edge}]
replications: 20
)",
             middle_of(20000 / 70.),
             {{"mean wait, ms", ms(theory::mmc_wait(lambda, s, 1)), &Stamps::arrived,
               &Stamps::started, mean_ms()}});
}

std::vector<Check> mmc() {
  const Hertz lambda(75);
  const Seconds s(.040);
  return ask("M/M/4, load 0.75", R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 20000, arrivals: {poisson: 75 Hz}}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
cloud: {service: {exponential: 40 ms}, servers: 4}
policies: [{policy: always_cloud}]
replications: 20
)",
             middle_of(20000 / 75.),
             {{"mean wait, ms", ms(theory::mmc_wait(lambda, s, 4)), &Stamps::enqueued,
               &Stamps::served_start, mean_ms()},
              {"wait > 40 ms, %", 100 * theory::mmc_wait_above(lambda, s, 4, Seconds(.040)),
               &Stamps::enqueued, &Stamps::served_start, share_above(.040)}});
}

std::vector<Check> md1() {
  const Hertz lambda(80);
  const Seconds s(.010);
  return ask("M/D/1, load 0.8", R"(
workload: {trace: none, payload: 0 B, samples: 20000, arrivals: {poisson: 80 Hz}}
device: {stage_time: 10 ms}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
policies: [{policy: always_edge}]
replications: 20
)",
             middle_of(20000 / 80.),
             {{"mean wait, ms", ms(theory::md1_wait(lambda, s)), &Stamps::arrived, &Stamps::started,
               mean_ms()},
              {"95 % quantile of wait, ms", ms(theory::md1_wait_quantile(lambda, s, .95)),
               &Stamps::arrived, &Stamps::started, quantile_ms(.95)},
              {"wait > 20 ms, %", 100 * (1 - theory::md1_wait_within(lambda, s, Seconds(.020))),
               &Stamps::arrived, &Stamps::started, share_above(.020)}});
}

std::vector<Check> mdc() {
  return ask("M/D/4, load 0.8", R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 20000, arrivals: {poisson: 80 Hz}}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
cloud: {service: 40 ms, servers: 4}
policies: [{policy: always_cloud}]
replications: 20
)",
             middle_of(20000 / 80.),
             {{"mean wait, ms", ms(theory::mdc_wait(Hertz(80), Seconds(.040), 4)),
               &Stamps::enqueued, &Stamps::served_start, mean_ms()}});
}

// Takes everything that waits; then at most 8 at a time.
std::vector<Check> batches() {
  auto checks =
      ask("batches of all, 20+10b ms", R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 20000, arrivals: {poisson: 50 Hz}}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
cloud: {service: {setup: 20 ms, each: 10 ms}, batch: {max: 1000000}}
policies: [{policy: always_cloud}]
replications: 20
)",
          middle_of(20000 / 50.),
          {{"mean sojourn, ms",
            ms(theory::batch_queue(Hertz(50), Seconds(.020), Seconds(.010), 1000000).sojourn),
            &Stamps::enqueued, &Stamps::served, mean_ms()}});
  for (auto& check :
       ask("batches <= 8, load 0.75", R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 20000, arrivals: {poisson: 60 Hz}}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
cloud: {service: {setup: 20 ms, each: 10 ms}, batch: {max: 8}}
policies: [{policy: always_cloud}]
replications: 20
)",
           middle_of(20000 / 60.),
           {{"mean sojourn, ms",
             ms(theory::batch_queue(Hertz(60), Seconds(.020), Seconds(.010), 8).sojourn),
             &Stamps::enqueued, &Stamps::served, mean_ms()}})) {
    checks.push_back(check);
  }
  return checks;
}

// 10 kB at 8 Mbps: 10 ms alone.
std::vector<Check> shared_link() {
  return ask("fair link, load 0.7", R"(
workload: {trace: none, payload: 10 kB, reply: 0 B, samples: 20000, arrivals: {poisson: 70 Hz}}
channel: {uplink: {rate: 8 Mbps, sharing: fair, streams: all}, downlink: 100 Mbps}
cloud: {service: 0 s, servers: 4}
policies: [{policy: always_cloud}]
replications: 20
)",
             middle_of(20000 / 70.),
             {{"mean upload, ms", ms(theory::shared_sojourn(Hertz(70), Seconds(.010))),
               &Stamps::decided, &Stamps::sent, mean_ms()}});
}

// Four devices that think for 50 ms and then want one server for 20 ms, both exponential.
std::vector<Check> closed_loop() {
  const auto theory = theory::closed_loop(4, Seconds(.050), Seconds(.020));
  const Window window = middle_of(60000 / theory.throughput.si());
  const Figure per_second = [window](std::vector<double>& answered) {
    return static_cast<double>(answered.size()) / (window.to_s - window.from_s);
  };
  return ask(
      "4 devices back to back", R"(
workload: {trace: none, payload: 0 B, reply: 0 B, samples: 60000, arrivals: back_to_back}
device: {stage_time: {exponential: 50 ms}, count: 4}
channel: {uplink: 100 Mbps, downlink: 100 Mbps}
cloud: {service: {exponential: 20 ms}}
policies: [{policy: always_cloud, run_stage: true}]
replications: 5
)",
      window,
      {{"throughput, /s", theory.throughput.si(), &Stamps::arrived, &Stamps::answered, per_second},
       {"mean sojourn at cloud, ms", ms(theory.sojourn), &Stamps::enqueued, &Stamps::served,
        mean_ms()}});
}

}  // namespace

ReferenceTheory reference_theory() {
  ReferenceTheory t;
  const Hertz offloaded = .3 * 100 * Hertz(2);
  const Seconds send = Bytes(60e3) / BytesPerSecond(12.5e6);
  const Seconds serve(.040);
  t.edge = theory::md1_wait(Hertz(2), Seconds(.020)) + Seconds(.020);
  t.upload_wait = theory::md1_wait(offloaded, send);
  t.upload = send;
  t.latency = Seconds(.010);
  // Behind a link of load r, gaps vary by c^2 = 1 - r^2 (exact for M/D/1: Marshall, Operations
  // Research 16(3), 1968), and a queue that they feed waits about c^2 times as long (the
  // approximation of Allen and Cunneen; Allen, Probability, Statistics and Queueing Theory, 1978).
  const double load = offloaded * send;
  const Seconds poisson_wait = theory::mdc_wait(offloaded, serve, 4);
  t.cloud_wait = (1 - load * load) * poisson_wait;
  t.approximate = load * load * poisson_wait;
  t.serve = serve;
  t.reply = Bytes(1e3) / BytesPerSecond(12.5e6);
  return t;
}

namespace {

// scenarios/01_reference.yaml, with more runs.
std::vector<Check> reference() {
  const auto t = reference_theory();
  return ask("reference workload", R"(
workload: {trace: none, payload: 60 kB, reply: 1 kB, samples: 40000, arrivals: {poisson: 2 Hz}}
device: {stage_time: 20 ms, count: 100}
channel:
  uplink: {rate: 100 Mbps, sharing: fifo}
  downlink: {rate: 100 Mbps, sharing: fifo}
  latency: 10 ms
cloud: {service: 40 ms, servers: 4}
policies: [{policy: random, offload: 30 %}]
replications: 20
)",
             middle_of(40000 / 200.),
             {{"mean latency at edge, ms", ms(t.edge), &Stamps::arrived, &Stamps::answered,
               mean_ms(), Outcome::answered_edge},
              {"mean latency offloaded, ms", ms(t.offloaded()), &Stamps::arrived, &Stamps::answered,
               mean_ms(), Outcome::answered_cloud, ms(t.approximate)}});
}

}  // namespace

std::vector<Case> queue_cases() {
  return {mm1, mmc, md1, mdc, batches, shared_link, closed_loop, reference};
}

}  // namespace updraft
