#include "tests/bench/bare_chain.hpp"

#include <simgrid/s4u.hpp>

// Needs what s4u.hpp includes.
#include <simgrid/kernel/Timer.hpp>

#include <deque>
#include <string>
#include <vector>

#include "sim/core/random.hpp"

namespace updraft::bench {
namespace {

namespace s4u = simgrid::s4u;
using simgrid::kernel::timer::Timer;

class Chain {
 public:
  explicit Chain(const Workload& w) : w_(w), engine_("bare_chain"), cloud_(w.servers) {
    xbt_log_control_set("root.thresh:critical");
    for (const char* setting : {"network/model:CM02", "network/crosstraffic:0",
                                "network/TCP-gamma:0", "surf/precision:1e-12"}) {
      s4u::Engine::set_config(setting);
    }
    auto* zone = s4u::create_star_zone("bare_chain");
    sink_ = zone->create_host("sink", 1.0)->seal();
    zone->add_route(sink_->get_netpoint(), nullptr, nullptr, nullptr,
                    std::vector<s4u::LinkInRoute>{}, true);
    for (auto& server : cloud_)
      server = zone->create_host("server" + std::to_string(&server - cloud_.data()), 1.0)->seal();
    if (w.cell) cell_ = zone->create_link("cell", w.cell_Bps)->set_latency(1e-18)->seal();
    for (std::uint32_t d = 0; d < w.devices; ++d) {
      const std::string name = std::to_string(d);
      auto* edge = zone->create_host("edge" + name, 1.0)->seal();
      auto* up = port(zone, "up" + name, w.access_Bps[0], cell_);
      access_.push_back(last_link_);
      auto* down = port(zone, "down" + name, w.downlink_Bps, nullptr);
      devices_.push_back({edge, up, down, Stream(1, "arrivals", d), Stream(1, "policy", d)});
      devices_.back().left = w.samples / w.devices;
    }
    zone->seal();
    for (std::uint32_t s = 0; s < w.servers; ++s) idle_.push_back(s);
    s4u::Activity::on_completion_cb([this](const s4u::Activity& a) { completed(a); });
    s4u::Engine::on_time_advance_cb([this](double) { ended_.clear(); });
  }

  std::uint64_t run() {
    for (auto& device : devices_) arrange(device, 0);
    redraw(1);
    engine_.run();
    return answered_;
  }

 private:
  struct Device {
    s4u::Host* edge;
    s4u::Host* up;
    s4u::Host* down;
    Stream arrivals;
    Stream coin;
    std::uint32_t left = 0;
    std::uint32_t edge_queue = 0;  // in service included, as below
    std::uint32_t up_queue = 0;
    std::uint32_t down_queue = 0;
  };
  enum class Step : std::uint8_t { staged, sent, served, replied };
  struct Flight {
    s4u::ActivityPtr activity;
    Device* device = nullptr;
    Step step{};
    std::uint32_t server = 0;
  };

  // Beside a cell the link is a cap: each of its transfers gets at most its rate.
  s4u::Host* port(s4u::NetZone* zone, const std::string& name, double rate, s4u::Link* shared) {
    auto* host = zone->create_host(name, 1.0)->seal();
    last_link_ = zone->create_link("link_" + name, rate)->set_latency(1e-18);
    if (shared != nullptr) last_link_->set_sharing_policy(s4u::Link::SharingPolicy::FATPIPE);
    last_link_->seal();
    std::vector<s4u::LinkInRoute> route{s4u::LinkInRoute(last_link_)};
    if (shared != nullptr) route.emplace_back(shared);
    zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr, route, true);
    return host;
  }

  // Every second, as long as anything is on its way.
  void redraw(std::uint64_t second) {
    Timer::set(static_cast<double>(second), [this, second] {
      if (answered_ == w_.samples) return;
      for (auto* link : access_) link->set_bandwidth(w_.access_Bps[second % w_.access_Bps.size()]);
      redraw(second + 1);
    });
  }

  void arrange(Device& device, double last) {
    if (device.left-- == 0) return;
    const double date = last + device.arrivals.exponential(1 / w_.rate_Hz);
    Timer::set(date, [this, &device, date] {
      arrange(device, date);
      if (device.edge_queue++ == 0) execute(device.edge, w_.stage_s, device, Step::staged, 0);
    });
  }

  template <class Activity>
  void start(const Activity& activity, Device& device, Step step, std::uint32_t server) {
    std::size_t slot = flights_.size();
    if (free_.empty()) {
      flights_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    flights_[slot] = {activity, &device, step, server};
    activity->set_data(reinterpret_cast<void*>(slot + 1));
    activity->start();
  }
  void execute(s4u::Host* host, double seconds, Device& device, Step step, std::uint32_t server) {
    const s4u::ExecPtr exec = s4u::Exec::init();
    exec->set_flops_amount(seconds);
    exec->set_host(host);
    start(exec, device, step, server);
  }
  void transfer(s4u::Host* from, std::uint64_t bytes, Device& device, Step step) {
    const s4u::CommPtr comm = s4u::Comm::sendto_init(from, sink_);
    comm->set_payload_size(bytes);
    start(comm, device, step, 0);
  }

  void completed(const s4u::Activity& activity) {
    const auto slot = reinterpret_cast<std::size_t>(activity.get_data<void>()) - 1;
    Flight flight = std::move(flights_[slot]);
    free_.push_back(slot);
    ended_.push_back(std::move(flight.activity));
    Device& device = *flight.device;
    switch (flight.step) {
      case Step::staged:
        if (--device.edge_queue > 0) execute(device.edge, w_.stage_s, device, Step::staged, 0);
        if (device.coin.uniform() >= w_.offloaded) {
          ++answered_;
        } else if (device.up_queue++ == 0) {
          transfer(device.up, w_.payload_B, device, Step::sent);
        }
        break;
      case Step::sent:
        if (--device.up_queue > 0) transfer(device.up, w_.payload_B, device, Step::sent);
        Timer::set(s4u::Engine::get_clock() + w_.latency_s, [this, &device] {
          queue_.push_back(&device);
          serve();
        });
        break;
      case Step::served:
        idle_.push_back(flight.server);
        serve();
        if (device.down_queue++ == 0) transfer(device.down, w_.reply_B, device, Step::replied);
        break;
      case Step::replied:
        if (--device.down_queue > 0) transfer(device.down, w_.reply_B, device, Step::replied);
        Timer::set(s4u::Engine::get_clock() + w_.latency_s, [this] { ++answered_; });
        break;
    }
  }

  void serve() {
    while (!queue_.empty() && !idle_.empty()) {
      Device& device = *queue_.front();
      queue_.pop_front();
      const std::uint32_t server = idle_.back();
      idle_.pop_back();
      execute(cloud_[server], w_.service_s, device, Step::served, server);
    }
  }

  Workload w_;
  s4u::Engine engine_;
  s4u::Host* sink_ = nullptr;
  s4u::Link* cell_ = nullptr;
  s4u::Link* last_link_ = nullptr;
  std::vector<s4u::Link*> access_;
  std::vector<s4u::Host*> cloud_;
  std::deque<Device> devices_;  // stays in place
  std::deque<Device*> queue_;
  std::vector<std::uint32_t> idle_;
  std::vector<Flight> flights_;
  std::vector<std::size_t> free_;
  std::vector<s4u::ActivityPtr> ended_;
  std::uint64_t answered_ = 0;
};

}  // namespace

std::uint64_t run_bare_chain(const Workload& workload) { return Chain(workload).run(); }

}  // namespace updraft::bench
