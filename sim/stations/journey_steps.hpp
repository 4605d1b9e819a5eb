// What a journey does at each event: the definitions of journey.hpp. Included where a journey is
// made for an engine, and nowhere else.
#pragma once

#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/stations/journey.hpp"

namespace updraft {
template <class AnyEngine>
std::vector<HostId> add_hosts(AnyEngine& engine, std::uint32_t count) {
  std::vector<HostId> hosts;
  for (std::uint32_t i = 0; i < count; ++i) hosts.push_back(engine.add_host());
  return hosts;
}

inline std::vector<Radio> radios_of(const JourneyPlan& plan) {
  std::vector<Radio> radios;
  if (plan.radio == nullptr) return radios;
  radios.reserve(plan.devices());
  for (DeviceId d = 0; d < plan.devices(); ++d) radios.emplace_back(*plan.radio, d);
  return radios;
}

template <class AnyEngine>
Journey<AnyEngine>::Journey(const JourneyPlan& plan, AnyEngine& engine, std::vector<LinkId> uplinks,
                            std::vector<LinkId> downlinks, std::vector<OutageWatch> watches)
    : plan_(plan),
      engine_(engine),
      samples_(plan.rows.size()),
      edge_plan_{plan.menu, &plan.stage_times, &plan.encode_times, plan.seed, plan.replication},
      radios_(radios_of(plan)),
      uplink_(plan.uplink, std::move(uplinks), plan.devices(), EventKind::upload_done,
              EventKind::received,
              {&samples_.device, &samples_.uplink_bytes, &samples_.stamps.upload_started,
               &samples_.stamps.sent},
              {radios_.empty() ? nullptr : radios_.data(), Radio::Direction::up}),
      cloud_(plan.cloud, add_hosts(engine, plan.servers), plan.seed, plan.replication),
      downlink_(
          plan.downlink, std::move(downlinks), plan.devices(), EventKind::reply_done,
          EventKind::reply_received,
          {&samples_.device, &samples_.downlink_bytes, &samples_.stamps.reply_started, nullptr},
          {radios_.empty() ? nullptr : radios_.data(), Radio::Direction::down}) {
  std::copy(plan.rows.begin(), plan.rows.end(), samples_.row.begin());
  if (plan.policy->hears_of_replies()) meters_.resize(plan.devices());
  if (plan.upload_failures) {
    failures_.emplace(*plan.upload_failures, std::move(watches), samples_.size());
    uplink_.fails_as(&*failures_);
  }
  const auto hosts = add_hosts(engine, plan.devices());
  devices_.reserve(plan.devices());
  arriving_.reserve(plan.devices());
  for (DeviceId d = 0; d < plan.devices(); ++d) {
    std::fill(samples_.device.begin() + plan.first[d], samples_.device.begin() + plan.first[d + 1],
              d);
    devices_.emplace_back(
        d, hosts[d], plan.first[d], edge_plan_,
        plan.policy->for_device(Stream(plan.seed, "policy", d, plan.replication)));
    arriving_.push_back(
        {ArrivalDates(plan.arrivals, d, plan.devices(), plan.first[d + 1] - plan.first[d],
                      Stream(plan.seed, "arrivals", d, plan.replication))});
  }
}

template <class AnyEngine>
void Journey<AnyEngine>::run() {
  for (DeviceId d = 0; d < plan_.devices(); ++d) arrange_arrival(d);
  engine_.run(*this);
  for (SampleId s = 0; s < samples_.size(); ++s) {
    if (samples_.outcome[s] == Outcome::pending) leave_behind(s);
  }
  uplink_.close(last_end_);
  downlink_.close(last_end_);
}

// It ends with the run: on a link that has stopped for good, or behind one that is.
template <class AnyEngine>
void Journey<AnyEngine>::leave_behind(SampleId sample) {
  const Stamps& its = samples_.stamps;
  samples_.outcome[sample] = Outcome::dropped;
  last_end_ = std::max(last_end_, last_act_);
  if (!its.sent[sample].set()) {
    const std::uint32_t carried =
        its.upload_started[sample].set() ? uplink_.strand(sample, engine_) : 0;
    samples_.uplink_bytes[sample] = failures_ ? failures_->carried(sample, carried) : carried;
    if (its.encoded[sample].set()) never_sent(sample, last_end_);
  }
  samples_.downlink_bytes[sample] =
      its.reply_started[sample].set() ? downlink_.strand(sample, engine_) : 0;
}

// One arrival of a device is in the engine's calendar at a time.
template <class AnyEngine>
void Journey<AnyEngine>::arrange_arrival(DeviceId device) {
  Arriving& next = arriving_[device];
  const SampleId sample = plan_.first[device] + next.arrived;
  if (sample == plan_.first[device + 1]) return;
  const bool closed = plan_.arrivals.kind == ArrivalPlan::Kind::back_to_back;
  const SimTime date = closed ? engine_.now() : next.dates.date(next.arrived);
  ++next.arrived;
  engine_.wake(date, {EventKind::arrival, device, sample});
}

template <class AnyEngine>
void Journey<AnyEngine>::on_event(Token token) {
  switch (token.kind) {
    case EventKind::stage_done:
      return on<EventKind::stage_done>(token.owner, token.id);
    case EventKind::encode_done:
      return on<EventKind::encode_done>(token.owner, token.id);
    case EventKind::upload_done:
      return on<EventKind::upload_done>(token.owner, token.id);
    case EventKind::batch_done:
      return on<EventKind::batch_done>(token.owner, token.id);
    case EventKind::reply_done:
      return on<EventKind::reply_done>(token.owner, token.id);
    case EventKind::promoted:
      return on<EventKind::promoted>(token.owner, token.id);
    case EventKind::link_check:
      return on<EventKind::link_check>(token.owner, token.id);
    case EventKind::retry:
      return on<EventKind::retry>(token.owner, token.id);
    case EventKind::received:
      return on<EventKind::received>(token.owner, token.id);
    case EventKind::batch_due:
      return on<EventKind::batch_due>(token.owner, token.id);
    case EventKind::bundle_due:
      return on<EventKind::bundle_due>(token.owner, token.id);
    case EventKind::reply_received:
      return on<EventKind::reply_received>(token.owner, token.id);
    case EventKind::timed_out:
      return on<EventKind::timed_out>(token.owner, token.id);
    case EventKind::arrival:
      return on<EventKind::arrival>(token.owner, token.id);
  }
}

template <class AnyEngine>
template <EventKind kind>
void Journey<AnyEngine>::on([[maybe_unused]] std::uint32_t owner, std::uint32_t id) {
  const SampleId sample = id;
  constexpr bool may_be_over = kind == EventKind::link_check || kind == EventKind::bundle_due ||
                               kind == EventKind::retry || kind == EventKind::timed_out ||
                               kind == EventKind::batch_due;
  if constexpr (!may_be_over) last_act_ = std::max(last_act_, engine_.now());
  if constexpr (kind == EventKind::arrival) {
    devices_[owner].arrive(sample, engine_, samples_);
    if (plan_.arrivals.kind != ArrivalPlan::Kind::back_to_back) arrange_arrival(owner);
    edge_goes_on(owner);
  } else if constexpr (kind == EventKind::stage_done) {
    devices_[owner].stage_done();
    edge_goes_on(owner);
  } else if constexpr (kind == EventKind::encode_done) {
    devices_[owner].encode_done(engine_, samples_);
    if (samples_.outcome[sample] == Outcome::pending) {
      send_payload(sample);
    } else {  // its time was up meanwhile
      last_end_ = std::max(last_end_, engine_.now());
    }
    edge_goes_on(owner);
  } else if constexpr (kind == EventKind::upload_done) {
    uplink_.done(sample, engine_);
    if (auto* meter = meter_of(sample)) meter->left(sample, samples_);
    if (failures_) {
      failures_->ended(sample);
      samples_.uplink_bytes[sample] = failures_->carried(sample, samples_.uplink_bytes[sample]);
    }
  } else if constexpr (kind == EventKind::link_check) {
    if (failures_->has_failed(sample, owner, engine_)) broken_off(sample);
  } else if constexpr (kind == EventKind::retry) {
    if (samples_.outcome[sample] != Outcome::pending) return;  // its time was up meanwhile
    last_act_ = std::max(last_act_, engine_.now());
    failures_->tried_again(sample);
    if (auto* meter = meter_of(sample)) meter->queued_again(sample);
    uplink_.send_again(sample, engine_);
  } else if constexpr (kind == EventKind::promoted) {
    radios_[owner].promoted(engine_.now());
    uplink_.radio_is_connected(owner, engine_);
    downlink_.radio_is_connected(owner, engine_);
  } else if constexpr (kind == EventKind::received) {
    received(sample);
  } else if constexpr (kind == EventKind::batch_due) {
    cloud_.batch_due(sample, engine_, samples_);
  } else if constexpr (kind == EventKind::bundle_due) {
    if (uplink_.bundle_due(owner, id, engine_)) last_act_ = std::max(last_act_, engine_.now());
  } else if constexpr (kind == EventKind::batch_done) {
    last_end_ = std::max(last_end_, engine_.now());
    for (const SampleId served : cloud_.batch_done(owner, engine_, samples_)) {
      const auto variant = static_cast<std::size_t>(samples_.variant[served]);
      samples_.downlink_bytes[served] = plan_.menu->variants[variant].reply_bytes;
      downlink_.send(served, engine_);
    }
  } else if constexpr (kind == EventKind::reply_done) {
    downlink_.done(sample, engine_);
  } else if constexpr (kind == EventKind::reply_received) {
    replied(sample);
  } else {
    static_assert(kind == EventKind::timed_out);
    timed_out(sample);
  }
}

// Hands every sample that this device has decided on to its next station.
template <class AnyEngine>
void Journey<AnyEngine>::edge_goes_on(DeviceId device) {
  const auto link = [&] {
    return meters_.empty() ? LinkView{} : meters_[device].view(engine_.now(), samples_);
  };
  while (const auto decided =
             devices_[device].next(engine_, samples_, uplink_.waiting(device), link())) {
    if (decided->decision.offloads()) {
      offload(decided->sample, device, decided->decision);
    } else {
      samples_.stamps.answered[decided->sample] = engine_.now();
      end(decided->sample, Outcome::answered_edge);
    }
  }
}

template <class AnyEngine>
void Journey<AnyEngine>::offload(SampleId sample, DeviceId device, const Decision& decision) {
  if (decision.timeout < no_timeout) {
    if (limited_.empty()) limited_.resize(samples_.size());
    limited_[sample] = true;
    engine_.wake(engine_.now() + decision.timeout, {EventKind::timed_out, device, sample});
  }
  if (samples_.stamps.encoded[sample].set()) send_payload(sample);
}

template <class AnyEngine>
void Journey<AnyEngine>::send_payload(SampleId sample) {
  const auto variant = static_cast<std::size_t>(samples_.variant[sample]);
  samples_.uplink_bytes[sample] = plan_.menu->variants[variant].payload_bytes[samples_.row[sample]];
  if (auto* meter = meter_of(sample)) meter->queued(sample);
  uplink_.send(sample, engine_);
}

// The upload under way has failed. What it had carried has been sent for nothing.
template <class AnyEngine>
void Journey<AnyEngine>::broken_off(SampleId sample) {
  last_act_ = std::max(last_act_, engine_.now());
  const std::uint32_t carried = uplink_.give_up(sample, engine_);
  samples_.stamps.upload_started[sample] = SimTime::never();
  if (auto* meter = meter_of(sample)) {
    meter->given_up(sample);
    meter->unanswered();
  }
  if (const auto wait = failures_->failed(sample, carried)) {
    engine_.wake(engine_.now() + *wait, {EventKind::retry, samples_.device[sample], sample});
    return;
  }
  samples_.uplink_bytes[sample] = failures_->carried(sample, 0);
  never_sent(sample, engine_.now());
  settle_for_edge(sample);
}

// It is given up, or the run is over. Where its upload (or its next try) has not begun it has
// waited till now.
template <class AnyEngine>
void Journey<AnyEngine>::never_sent(SampleId sample, SimTime now) {
  if (samples_.stamps.upload_started[sample].set()) return;
  unsent_wait_ += now - samples_.stamps.encoded[sample];
}

template <class AnyEngine>
void Journey<AnyEngine>::received(SampleId sample) {
  samples_.stamps.received[sample] = engine_.now();
  if (cloud_.receive(sample, engine_, samples_)) return;
  // Nobody tells the device: where it waits no longer than its time-out, that is what ends the
  // sample.
  if (limited_.empty() || !limited_[sample]) end(sample, Outcome::dropped);
}

template <class AnyEngine>
void Journey<AnyEngine>::replied(SampleId sample) {
  if (auto* meter = meter_of(sample)) {
    const bool in_time = samples_.outcome[sample] == Outcome::pending;
    meter->replied(engine_.now() - samples_.stamps.decided[sample], in_time);
  }
  if (samples_.outcome[sample] != Outcome::pending) {  // too late: nobody waits for it
    ++late_replies_;
    last_end_ = std::max(last_end_, engine_.now());
    return;
  }
  samples_.stamps.answered[sample] = engine_.now();
  end(sample, Outcome::answered_cloud);
}

// The edge's answer stands, if it has one. What has not left is not sent any more, though it is
// encoded to its end; what has left costs the cloud its work, for nobody tells it.
template <class AnyEngine>
void Journey<AnyEngine>::timed_out(SampleId sample) {
  if (samples_.outcome[sample] != Outcome::pending) return;
  LinkMeter* meter = meter_of(sample);
  if (meter != nullptr) meter->unanswered();
  if (samples_.stamps.encoded[sample].set() && !samples_.stamps.sent[sample].set()) {
    if (meter != nullptr) meter->given_up(sample);
    const bool waits = failures_ && failures_->waits(sample);  // for its next try
    const std::uint32_t carried = waits ? 0 : uplink_.give_up(sample, engine_);
    samples_.uplink_bytes[sample] = failures_ ? failures_->carried(sample, carried) : carried;
    if (failures_) failures_->ended(sample);
    never_sent(sample, engine_.now());
  }
  settle_for_edge(sample);
}

template <class AnyEngine>
void Journey<AnyEngine>::settle_for_edge(SampleId sample) {
  const StageId stage = samples_.stage[sample];
  if (stage == no_stage || !plan_.menu->stages[static_cast<std::size_t>(stage)].answers) {
    end(sample, Outcome::dropped);
    return;
  }
  samples_.stamps.answered[sample] = engine_.now();
  end(sample, Outcome::fell_back);
}

template <class AnyEngine>
void Journey<AnyEngine>::end(SampleId sample, Outcome outcome) {
  UPDRAFT_CHECK(samples_.outcome[sample] == Outcome::pending,
                "sample " + std::to_string(sample) + " ended twice");
  samples_.outcome[sample] = outcome;
  last_end_ = std::max(last_end_, engine_.now());
  if (plan_.arrivals.kind == ArrivalPlan::Kind::back_to_back)
    arrange_arrival(samples_.device[sample]);
}

template <class AnyEngine>
StationCounts Journey<AnyEngine>::counts() const {
  StationCounts counts;
  counts.horizon = last_end_ - SimTime(0);
  for (const auto& device : devices_) {
    counts.edge_busy += device.busy();
    counts.edge_queue_max = std::max(counts.edge_queue_max, device.queue_max());
  }
  counts.devices = plan_.devices();
  counts.uplink_busy = uplink_.busy();
  counts.uplinks = uplink_.links();
  counts.uplink_queue_max = uplink_.queue_max();
  counts.downlink_busy = downlink_.busy();
  counts.downlinks = downlink_.links();
  counts.cloud_busy = cloud_.busy();
  counts.servers = plan_.servers;
  counts.batches = cloud_.batches();
  counts.cloud_queue_max = cloud_.queue_max();
  counts.late_replies = late_replies_;
  counts.unsent_wait = unsent_wait_;
  if (failures_) counts.failed_uploads = failures_->count();
  for (const Radio& radio : radios_) counts.radio += radio.counts(last_end_);
  return counts;
}

}  // namespace updraft
