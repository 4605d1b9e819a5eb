#include "sim/engines/native/fair_cell.hpp"

#include <algorithm>
#include <utility>

#include "sim/engines/one_date.hpp"

namespace updraft {

void FairCell::Followed::next() {
  const RatePiece piece = source->next();
  rate = piece.rate.si();
  until = piece.until.si();
}

void FairCell::Followed::catch_up(double now) {
  while (until <= now) next();
}

FairCell::FairCell(LinkSpec link) : lanes_(std::max<std::size_t>(link.caps.size(), 1)) {
  link_.source = std::move(link.rate);
  for (std::size_t k = 0; k < link.caps.size(); ++k) lanes_[k].cap.source = std::move(link.caps[k]);
  if (link.caps.empty()) lanes_[0].cap.until = infinity;
  by_end_.resize(lanes_.size());
  by_cap_.resize(lanes_.size());
  by_change_.resize(lanes_.size());
}

std::uint32_t FairCell::start(std::uint32_t lane, double bytes, std::uint64_t key, double now) {
  if (live_ == 0) {  // nobody needed the link's rate meanwhile
    now_ = std::max(now_, now);
    link_.catch_up(now_);
  } else {
    advance(now);
  }
  const std::uint32_t id = lane_of(lane);
  Lane& its = lanes_[id];
  if (its.transfers.empty()) {
    its.sharing = false;
    its.clock = 0;
    its.since = now_;
    its.cap.catch_up(now_);
    follow(id);
  } else {
    leave(id);
  }
  auto transfer = static_cast<std::uint32_t>(transfers_.size());
  if (free_.empty()) {
    transfers_.emplace_back();
    in_lane_.push_back(0);
  } else {
    transfer = free_.back();
    free_.pop_back();
  }
  transfers_[transfer] = {key, bytes, its.clock + bytes, id};
  its.transfers.put(transfer, its.clock + bytes, in_lane_);
  if (!its.cap.stopped()) ++live_;
  join(id);
  settle();
  return transfer;
}

double FairCell::cancel(std::uint32_t transfer, double now) {
  advance(now);
  const Transfer& given_up = transfers_[transfer];
  const double left = given_up.end - clock_of(lanes_[given_up.lane]);
  const double carried = std::clamp(given_up.bytes - left, 0., given_up.bytes);
  remove(transfer);
  return carried;
}

bool FairCell::step(std::uint64_t& key) {
  advance(next_.date);
  switch (next_.what) {
    case What::nothing:
      break;
    case What::link_changes:
      link_.next();
      settle();
      break;
    case What::cap_changes: {
      const std::uint32_t id = changes_.top().id;
      Lane& lane = lanes_[id];
      leave(id);
      lane.cap.next();
      follow(id);
      if (lane.cap.stopped()) live_ -= static_cast<std::uint32_t>(lane.transfers.size());
      join(id);
      settle();
      break;
    }
    case What::capped_done:
    case What::sharing_done: {
      const IndexedHeap& lanes = next_.what == What::capped_done ? capped_by_end_ : sharing_by_end_;
      const std::uint32_t done = lanes_[lanes.top().id].transfers.top().id;
      key = transfers_[done].key;
      remove(done);
      return true;
    }
  }
  return false;
}

double FairCell::clock_of(const Lane& lane) const {
  if (lane.sharing) return virtual_time_ - lane.offset;
  // A lane that cannot be capped is in K for a moment only: since is now, and inf * 0 no number.
  return now_ > lane.since ? lane.clock + lane.cap.rate * (now_ - lane.since) : lane.clock;
}

void FairCell::advance(double now) {
  if (now <= now_) return;
  if (sharing_count_ > 0) virtual_time_ += level_ * (now - now_);
  now_ = now;
}

double FairCell::level() const {
  if (sharing_count_ > 0) return std::max(0., (link_.rate - capped_sum_) / sharing_count_);  // (2)
  return capped_sum_ <= link_.rate ? infinity : -1;  // -1: the largest has to share
}

// Takes the lane out of its set, before its cap or its transfers change; its clock stands at now_.
void FairCell::leave(std::uint32_t id) {
  Lane& lane = lanes_[id];
  const auto count = static_cast<std::uint32_t>(lane.transfers.size());
  lane.clock = clock_of(lane);
  lane.since = now_;
  if (lane.sharing) {
    sharing_by_end_.erase(id, by_end_);
    sharing_by_cap_.erase(id, by_cap_);
    sharing_count_ -= count;
    if (sharing_count_ == 0) virtual_time_ = 0;  // nobody lives in it: it need not lose digits
  } else {
    capped_by_end_.erase(id, by_end_);
    capped_by_cap_.erase(id, by_cap_);
    capped_sum_ = capped_by_cap_.empty() ? 0 : capped_sum_ - count * lane.cap.rate;
  }
}

void FairCell::join(std::uint32_t id) {
  if (lanes_[id].sharing || lanes_[id].cap.rate == infinity) {
    join_sharing(id);
  } else {
    join_capped(id);
  }
}

void FairCell::join_capped(std::uint32_t id) {
  Lane& lane = lanes_[id];
  const double rate = lane.cap.rate;
  const double left = lane.transfers.top().key - lane.clock;
  lane.sharing = false;
  capped_sum_ += static_cast<double>(lane.transfers.size()) * rate;
  capped_by_cap_.put(id, -rate, by_cap_);
  capped_by_end_.put(id, rate > 0 ? now_ + left / rate : infinity, by_end_);
}

void FairCell::join_sharing(std::uint32_t id) {
  Lane& lane = lanes_[id];
  lane.sharing = true;
  lane.offset = virtual_time_ - lane.clock;
  sharing_count_ += static_cast<std::uint32_t>(lane.transfers.size());
  sharing_by_cap_.put(id, lane.cap.rate, by_cap_);
  sharing_by_end_.put(id, lane.transfers.top().key + lane.offset, by_end_);
}

void FairCell::remove(std::uint32_t transfer) {
  const std::uint32_t id = transfers_[transfer].lane;
  Lane& lane = lanes_[id];
  leave(id);
  lane.transfers.erase(transfer, in_lane_);
  free_.push_back(transfer);
  if (!lane.cap.stopped()) --live_;
  if (!lane.transfers.empty()) {
    join(id);
  } else if (by_change_[id] != 0) {
    changes_.erase(id, by_change_);
  }
  settle();
}

// The cap's next change is awaited, if there is one.
void FairCell::follow(std::uint32_t id) {
  const double until = lanes_[id].cap.until;
  if (until < infinity) {
    changes_.put(id, until, by_change_);
  } else if (by_change_[id] != 0) {
    changes_.erase(id, by_change_);
  }
}

// Finds the level again. Lanes above it must share, which can only raise it; then those that it has
// passed are capped, which raises it once more: (2) holds after one pass of each.
void FairCell::settle() {
  while (!capped_by_cap_.empty() && -capped_by_cap_.top().key > level()) {
    const std::uint32_t id = capped_by_cap_.top().id;
    leave(id);
    join_sharing(id);
  }
  while (!sharing_by_cap_.empty() && sharing_by_cap_.top().key <= level()) {
    const std::uint32_t id = sharing_by_cap_.top().id;
    leave(id);
    join_capped(id);
  }
  level_ = level();
  next_ = find_next();
}

FairCell::Next FairCell::find_next() const {
  if (live_ == 0 || link_.stopped()) return {};
  Next change{link_.until, What::link_changes};
  if (!changes_.empty() && changes_.top().key < change.date)
    change = {changes_.top().key, What::cap_changes};
  Next done;
  if (!capped_by_end_.empty()) done = {capped_by_end_.top().key, What::capped_done};
  if (!sharing_by_end_.empty() && level_ > 0) {
    const double left = std::max(0., sharing_by_end_.top().key - virtual_time_);
    const double date = now_ + left / level_;
    if (date < done.date) done = {date, What::sharing_done};
  }
  // What ends when a rate changes on paper has ended: it must not be caught in a stall by an ulp.
  return done.date <= change.date + date_tolerance(change.date) ? done : change;
}

}  // namespace updraft
