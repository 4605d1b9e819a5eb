// A link that all transfers on it share, max-min fair, each at most its lane's cap (a device's
// access rate, over time): exact, O(log n) per event, in whatever way rates change.
//
// With C the link's rate, c_k the cap of lane k and n_k its transfers, each transfer gets
//   r_k = min(c_k, L),   sum_k n_k r_k = min(C, sum_k n_k c_k)                            (1)
// L is the water level: with K the capped lanes (c_k <= L) and S the sharing ones (c_k > L),
//   L = (C - sum_K n_k c_k) / sum_S n_k                                                   (2)
// All sharing transfers progress alike: they live in one virtual time V, V' = L, and each ends at
// the V at which it has carried its bytes. A capped lane has a clock of its own, which runs at c_k.
// A lane moves between S and K as a whole and keeps its clock, so that no transfer is touched when
// rates change: only lanes move, and those only whose cap the level has passed. Source: Bertsekas
// and Gallager, Data Networks (2nd ed., 1992), Sec. 6.5.2, max-min fairness; virtual time as in
// Demers, Keshav and Shenker, SIGCOMM 1989.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "sim/engines/engine.hpp"
#include "sim/engines/native/indexed_heap.hpp"

namespace updraft {

class FairCell {
 public:
  explicit FairCell(LinkSpec link);

  // A transfer of `bytes` > 0 begins; `key` comes back when it is done. `now` never goes back.
  std::uint32_t start(std::uint32_t lane, double bytes, std::uint64_t key, double now);
  // Takes a transfer away; the bytes that it has carried.
  double cancel(std::uint32_t transfer, double now);

  // The next date at which something happens here by itself; infinity: nothing does.
  double next_date() const { return next_.date; }
  // Makes what is due at next_date() happen. True if a transfer is done: `key` is its.
  bool step(std::uint64_t& key);

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  struct Transfer {
    std::uint64_t key;
    double bytes;
    double end;  // by its lane's clock
    std::uint32_t lane;
  };
  // A rate that is followed piece by piece while somebody needs it.
  struct Followed {
    std::unique_ptr<RateSource> source;  // none: as much as there is, for ever
    double rate = infinity;
    double until = -infinity;

    void next();
    void catch_up(double now);
    bool stopped() const { return rate == 0 && until == infinity; }
  };
  struct Lane {
    Followed cap;
    IndexedHeap transfers;  // by end
    bool sharing = false;
    double clock = 0;  // of a capped lane, at `since`; of a sharing one: V = clock + offset
    double since = 0;
    double offset = 0;
  };
  enum class What : std::uint8_t { nothing, link_changes, cap_changes, capped_done, sharing_done };
  struct Next {
    double date = infinity;
    What what = What::nothing;
  };

  std::uint32_t lane_of(std::uint32_t lane) const { return lanes_.size() == 1 ? 0 : lane; }
  double clock_of(const Lane& lane) const;
  void advance(double now);
  double level() const;
  void leave(std::uint32_t id);
  void join(std::uint32_t id);  // the set that it was in, or capped
  void join_capped(std::uint32_t id);
  void join_sharing(std::uint32_t id);
  void remove(std::uint32_t transfer);
  void follow(std::uint32_t id);
  void settle();
  Next find_next() const;

  Followed link_;
  std::vector<Lane> lanes_;
  std::vector<Transfer> transfers_;
  std::vector<std::uint32_t> free_;
  IndexedHeap::Places in_lane_;  // [transfer]

  double now_ = 0;
  double virtual_time_ = 0;
  double level_ = infinity;
  double capped_sum_ = 0;            // sum over K of n c
  std::uint32_t sharing_count_ = 0;  // transfers in S
  std::uint32_t live_ = 0;           // transfers in lanes whose cap has not stopped for good

  IndexedHeap sharing_by_end_;  // lanes of S by the V of their first end
  IndexedHeap sharing_by_cap_;
  IndexedHeap capped_by_end_;   // lanes of K by date
  IndexedHeap capped_by_cap_;   // largest first: keys negated
  IndexedHeap changes_;         // lanes with transfers by the date their cap changes
  IndexedHeap::Places by_end_;  // [lane]
  IndexedHeap::Places by_cap_;
  IndexedHeap::Places by_change_;
  Next next_;
};

}  // namespace updraft
