// A scenario: one YAML file, as plain structs with the names of its keys. Checked for form only:
// what needs another file (the trace, the catalog, a policy's own keys) is checked by
// sim/simulation before anything runs. sim/scenario/README.md is the page of the format.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/document.hpp"
#include "sim/units/quantity.hpp"

namespace updraft {

// Exactly one of these per arrivals: block.
struct PeriodicArrivals {
  Hertz rate;
  bool staggered = false;  // device d of n starts d/n of a period later
};
struct PoissonArrivals {
  Hertz rate;  // per device
};
struct BackToBackArrivals {};  // the next sample arrives when the last one has ended (closed loop)
struct DatedArrivals {
  std::string file;  // CSV
  std::string column;
};
using Arrivals = std::variant<PeriodicArrivals, PoissonArrivals, BackToBackArrivals, DatedArrivals>;

struct WorkloadSpec {
  std::string trace;
  Place trace_place;
  std::string split = "test";
  Place split_place;
  Arrivals arrivals;
  Place arrivals_place;
  std::optional<std::uint64_t> samples;  // over all devices; absent: every row of the split once
  bool shuffled = true;                  // order: shuffled | recorded
  std::optional<Bytes> payload;          // replaces the recorded payloads: a what-if
  std::optional<Bytes> reply;
  bool black_box = false;           // the cloud is taken to be always right (seeds/000, Sec. III-C)
  std::optional<Seconds> deadline;  // after arrival
  std::uint64_t seed = 1;
};

// How long a task takes, where the scenario says so itself.
struct ConstantTime {
  Seconds each;
};
struct ExponentialTime {
  Seconds mean;
};
struct BatchTime {
  Seconds setup;  // a batch of b takes setup + b * each
  Seconds each;
};
using ServiceTime = std::variant<ConstantTime, ExponentialTime, BatchTime>;

struct DeviceSpec {
  std::string use;  // a catalog name; "" with stage_time given
  Place use_place;
  std::uint32_t count = 1;
  std::optional<FlopsPerSecond> rate;     // replaces the catalog's
  std::optional<ServiceTime> stage_time;  // replaces work / rate
  std::optional<Seconds> encode_time;     // the same of every payload that is to be encoded
  std::optional<Watts> idle;
  std::optional<Watts> busy;
};

enum class Sharing {
  per_device,
  fifo,
  fair
};  // each device its own link; one queue; one shared cell

// Where in a recorded trace date 0 lies.
struct TraceBegin {
  Place place;
  Seconds at;
  bool random = false;  // in each replication elsewhere, the same place for all that play it
};

struct TraceRate {
  std::string file;
  Place place;
  std::string column;                 // of a CSV
  std::string unit;                   // of that column, where its name does not end in one
  std::optional<Seconds> bin;         // mahimahi: counts are averaged over it
  std::optional<std::string> at_end;  // loop (default) | hold | stop
  std::optional<TraceBegin> begin_at;
  double scale = 1;
  std::optional<bool> same_for_all;  // a modelled channel: all devices see the same draw
};
// A channel model that stands in the scenario itself.
struct ModelRate {
  Document model;  // for traces/channel_model
  double scale = 1;
  bool same_for_all = false;  // as above
};
using GivenRate = std::variant<BytesPerSecond, TraceRate, ModelRate>;

// When a link carries nothing, whatever its rate.
struct RandomOutages {
  Seconds up;  // means of exponential times
  Seconds down;
  bool same_for_all = false;
};
struct PlannedOutage {
  SimTime at;
  Seconds lasts;
};
using Outages = std::variant<RandomOutages, std::vector<PlannedOutage>>;

// What an outage does to an upload under way, where it does not only stall it.
struct OutageHandling {
  Seconds fail_after{1};  // of rate 0: then it fails
  std::uint32_t retries = 3;
  Seconds backoff{.5};  // before the first retry; grows by `factor`, up to `most`
  double factor = 2;
  Seconds most{30};
};

struct LinkSpecification {
  GivenRate rate;
  Seconds latency;
  Sharing sharing = Sharing::per_device;
  // fair: the most that one transfer of a device gets, the same for all or over time.
  std::optional<GivenRate> flow_rate;
  std::optional<Outages> outages;
  std::optional<OutageHandling> on_outage;  // of the uplink; absent: it stalls
  std::uint32_t bundle_max = 1;             // uplink: payloads of a device that leave together,
  Seconds bundle_delay;                     // once so many wait or the first has waited this long
  std::uint32_t streams = 1;  // fair: payloads that one device sends at a time; 0: all
};

struct RadioSpec {
  std::string use;  // a catalog name; "": none
  Place use_place;
};

struct CloudSpec {
  std::string use;
  Place use_place;
  std::uint32_t servers = 1;
  std::optional<ServiceTime> service;  // replaces the catalog's t(b)
  std::uint32_t batch_max = 1;
  Seconds batch_delay;
  std::optional<std::uint64_t> queue_limit;  // waiting samples; absent: unbounded
};

// A network that policies may cut: its layers, timed one by one.
struct PartitionSpec {
  enum class Times {
    roofline,  // of the catalog's layer rates
    ideal,     // work / one rate
    measured   // tables, by layer
  };
  Place place;
  std::string layers;  // a layer profile
  Place layers_place;
  std::string answers;  // the variant whose recorded answers are the network's; "": the only one
  Place answers_place;
  std::string coding = "fp32";  // of tensors on the uplink: fp32 | fp16 | int8
  Times times = Times::roofline;
  std::string edge_times;  // measured: the tables
  Place edge_times_place;
  std::string cloud_times;
  Place cloud_times_place;
};

struct PolicySpec {
  std::string name;  // in tables; unique
  Place name_place;
  std::string policy;  // of the registry
  Place policy_place;
  Document params;  // the whole entry, for the policy's maker
};

struct Scenario {
  std::string file;
  std::string name;   // the file's, without folder and ending
  Document document;  // as read, --set included: what the manifest keeps
  WorkloadSpec workload;
  DeviceSpec device;
  LinkSpecification uplink;
  LinkSpecification downlink;
  RadioSpec radio;
  CloudSpec cloud;
  std::optional<PartitionSpec> partition;
  std::vector<PolicySpec> policies;
  std::string catalog;  // a user's own catalog file; "" for none
  std::uint32_t replications = 1;
  std::string engine = "auto";          // auto | native | simgrid | both
  std::string network_model = "fluid";  // simgrid's: fluid | CM02 | LV08
};

}  // namespace updraft
