// The radio of a device, for both directions, as a state machine: what its phone or board draws,
// and when it may send.
//
//   idle      -- something to send or receive --> promoting   for promotion_delay
//   promoting -- promoted ----------------------> connected
//   connected -- nothing left ------------------> tail        phase by phase
//   tail      -- something to send or receive --> connected   at once: no promotion
//   tail      -- over --------------------------> idle
//
//   E = n_p P_p t_p + alpha_u B_u + alpha_d B_d + integral of beta + tails            (1)
// n_p, P_p, t_p   promotions, their power and length;  B  bytes carried
// beta            while connected; once where uploads and replies overlap
// Numbers and source: platforms/radio.hpp. What it leaves out: platforms/catalog/radios.yaml.
//
// Dates of bursts alone decide all of it, so only a promotion is an event; whether a tail is over
// is asked when the next burst comes. At the very date of its end a tail is not over.
// - Connected is who has something in a link's queue or under way: also while the rate is zero, and
//   while others have their turn on a link that all devices share (fifo).
// - A transfer of no bytes wants a connected radio as any other.
// - A promotion whose burst was given up meanwhile goes on, and its tail follows.
// - The last tail is charged in full, even beyond the end of the run: the last bit has caused it.
//   What is stuck on a dead link ends with the run.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "platforms/radio.hpp"
#include "sim/core/sample.hpp"
#include "sim/engines/engine.hpp"
#include "sim/engines/one_date.hpp"

namespace updraft {

class Radio {
 public:
  enum class Direction : std::uint8_t { up, down };

  // `power` outlives it.
  Radio(const RadioPower& power, DeviceId device)
      : power_(&power), tail_length_(power.tail_length()), device_(device) {}

  // Something is to go in this direction. True: it may, and the radio stays connected until it has
  // ended. False: not yet; once the event `promoted` has come, begin() it again. Then nothing of
  // this device has begun and not ended.
  template <class AnyEngine>
  bool begin(Direction direction, AnyEngine& engine);
  // What had begun is done or given up, and so much of it was carried.
  void end(Direction direction, Bytes carried, SimTime now);
  // After the run, of what had begun and will never end: it carried so much.
  void stays_connected(Direction direction, Bytes carried) {
    counts_.transfer += alpha(direction) * carried;
  }
  void promoted(SimTime now);
  bool promoting() const { return state_ == State::promoting; }

  // Of a run that ended at `horizon`.
  RadioCounts counts(SimTime horizon) const;

 private:
  enum class State : std::uint8_t { idle, promoting, connected, tail };
  void enter(State state, SimTime now) {
    state_ = state;
    since_ = now;
  }
  JoulesPerByte alpha(Direction direction) const {
    return direction == Direction::up ? power_->uplink : power_->downlink;
  }
  Watts base() const { return power_->base(under_way_[0] > 0, under_way_[1] > 0); }
  bool tail_is_over(SimTime now) const {
    return now - since_ > tail_length_ + Seconds(date_tolerance(now.si()));
  }
  void leave_tail(SimTime now);

  const RadioPower* power_;
  Seconds tail_length_;
  DeviceId device_;
  State state_ = State::idle;
  SimTime since_;       // of this state; of the last change of base() in `connected`
  SimTime awake_from_;  // that it last left idle
  std::array<std::uint32_t, 2> under_way_{};  // per direction
  RadioCounts counts_;                        // of what is over
};

template <class AnyEngine>
bool Radio::begin(Direction direction, AnyEngine& engine) {
  if (state_ == State::promoting) return false;
  const SimTime now = engine.now();
  if (state_ == State::tail) leave_tail(now);
  if (state_ == State::idle) {
    awake_from_ = now;
    ++counts_.promotions;
    counts_.promotion += power_->promotion_power * power_->promotion_delay;
    if (power_->promotion_delay > Seconds(0)) {
      enter(State::promoting, now);
      engine.wake(now + power_->promotion_delay, {EventKind::promoted, device_, 0});
      return false;
    }
  }
  if (state_ == State::connected) counts_.transfer += base() * (now - since_);
  enter(State::connected, now);
  ++under_way_[static_cast<std::size_t>(direction)];
  return true;
}

inline void Radio::end(Direction direction, Bytes carried, SimTime now) {
  counts_.transfer += alpha(direction) * carried + base() * (now - since_);
  --under_way_[static_cast<std::size_t>(direction)];
  enter(under_way_[0] + under_way_[1] > 0 ? State::connected : State::tail, now);
}

inline void Radio::promoted(SimTime now) { enter(State::tail, now); }

// For a burst, which cuts it short, or because it was over before.
inline void Radio::leave_tail(SimTime now) {
  if (tail_is_over(now)) {
    counts_.tail += power_->tail_energy(tail_length_);
    counts_.awake += since_ + tail_length_ - awake_from_;
    state_ = State::idle;
  } else {
    counts_.tail += power_->tail_energy(now - since_);
    state_ = State::connected;  // with nothing under way: its base is 0
    since_ = now;
  }
}

inline RadioCounts Radio::counts(SimTime horizon) const {
  RadioCounts out = counts_;
  if (state_ == State::idle) return out;
  SimTime last = since_;
  if (state_ == State::connected) {
    last = std::max(since_, horizon);
    out.transfer += base() * (last - since_);
  }
  out.tail += power_->tail_energy(tail_length_);
  out.awake += std::max(Seconds(0), std::min(last + tail_length_, horizon) - awake_from_);
  return out;
}

}  // namespace updraft
