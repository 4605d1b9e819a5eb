// The fast engine: an event calendar, FIFO links whose transfers' ends are found by integrating the
// rate, fair cells in virtual time (fair_cell.hpp). No globals: any number of them may run side by
// side. It knows what sim/engines/README.md says and no more physics than that; SimGrid, which has
// more, judges it (tests/differential).
#pragma once

#include <memory>
#include <vector>

#include "sim/engines/engine.hpp"
#include "sim/engines/native/calendar.hpp"
#include "sim/engines/native/fair_cell.hpp"
#include "sim/engines/native/rate_walk.hpp"

namespace updraft {

class NativeEngine final : public Engine {
 public:
  HostId add_host() override { return HostId(hosts_++); }
  LinkId add_link(LinkSpec link) override;

  SimTime now() const override { return SimTime(date_); }
  void execute(HostId, Seconds duration, Token done) override {
    calendar_.push({date_ + duration.si(), key_of(done)});
  }
  void wake(SimTime date, Token token) override;
  TransferId transfer(LinkId link, std::uint32_t lane, Bytes size, Token done) override;
  Bytes cancel(LinkId link, TransferId transfer, Token done) override;

  void run(Handler& handler) override;

 private:
  // A calendar entry's key: kind + 1, owner, id of a token, in the order in which events of one
  // date are delivered; or, with a first nibble of 0, something of a link's own.
  static constexpr unsigned kind_shift = 60;
  static constexpr unsigned owner_shift = 32;
  static constexpr std::uint64_t owner_mask = (std::uint64_t{1} << 28) - 1;
  static std::uint64_t key_of(Token token) {
    return (static_cast<std::uint64_t>(token.kind) + 1) << kind_shift |
           static_cast<std::uint64_t>(token.owner) << owner_shift | token.id;
  }
  static Token token_of(std::uint64_t key);
  static std::uint64_t link_key(std::size_t link, std::uint32_t serial) {
    return static_cast<std::uint64_t>(link) << owner_shift | serial;
  }

  struct FifoLink {
    std::unique_ptr<RateWalk> rate;
    std::uint64_t key = 0;     // of the transfer on it
    std::uint32_t serial = 0;  // tells it from one that was cancelled
    double began = 0;
  };
  struct Cell {
    explicit Cell(LinkSpec link) : fair(std::move(link)) {}
    FairCell fair;
    double expected = std::numeric_limits<double>::infinity();  // its earliest calendar entry
  };
  struct Link {
    bool fifo;
    std::uint32_t index;  // in fifos_ or cells_
  };

  std::uint64_t take(const CalendarEntry& entry);
  bool withdrawn(std::uint64_t key);
  void expect(std::uint32_t cell);
  void deliver_together(const CalendarEntry& first, Handler& handler);

  Calendar calendar_;
  double date_ = 0;
  std::uint32_t hosts_ = 0;
  std::vector<Link> links_;
  std::vector<FifoLink> fifos_;
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> together_;   // keys of one date
  std::vector<std::uint64_t> withdrawn_;  // cancelled transfers of no bytes, all but never any
};

}  // namespace updraft
