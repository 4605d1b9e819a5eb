#include "policies/routing/payload_choice.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <tuple>

#include "sim/core/check.hpp"

namespace updraft {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// Up to this x a cost stays within the limit; below 0 if at none.
double last_within(const CostLine& cost, double limit) {
  if (cost.at_zero > limit) return -1;
  return cost.slope > 0 ? (limit - cost.at_zero) / cost.slope : infinite;
}

double crossing(const CostLine& a, const CostLine& b) {
  return a.slope == b.slope ? infinite : (b.at_zero - a.at_zero) / (a.slope - b.slope);
}

}  // namespace

PayloadChoice::PayloadChoice(std::vector<Payload> payloads, const PayloadBudget& budget,
                             const DeviceCosts& device)
    : payloads_(std::move(payloads)),
      budget_(budget),
      limit_(std::visit([](auto given) { return given.si(); }, budget)),
      busy_(device.busy),
      send_(device.send),
      per_byte_(device.per_byte) {
  UPDRAFT_CHECK(!payloads_.empty(), "no payload");
  std::ranges::stable_sort(payloads_, [](const Payload& a, const Payload& b) {
    return std::tuple(b.correct, a.bytes) < std::tuple(a.correct, b.bytes);
  });
  for (const auto& payload : payloads_) mean_ += payload.bytes;
  mean_ = mean_ / static_cast<double>(payloads_.size());
}

CostLine PayloadChoice::line_of(const Payload& payload, std::uint32_t ahead) const {
  if (std::holds_alternative<Seconds>(budget_))
    return {payload.work.si(), (ahead * mean_ + payload.bytes).si()};  // (1)
  return {(busy_ * payload.work + per_byte_ * payload.bytes).si(),
          send_.si() * payload.bytes.si()};  // (2)
}

std::size_t PayloadChoice::best_at(double x, std::uint32_t ahead) const {
  std::size_t least = 0;
  double least_cost = infinite;
  for (std::size_t i = 0; i < payloads_.size(); ++i) {
    const double cost = line_of(payloads_[i], ahead).at(x);
    if (cost <= limit_) return i;  // (3)
    if (cost < least_cost) {
      least = i;
      least_cost = cost;
    }
  }
  return least;  // (4)
}

const Payload& PayloadChoice::at(BytesPerSecond rate, std::uint32_t ahead) const {
  return payloads_[best_at(1 / rate.si(), ahead)];
}

// The choice changes only where a payload begins to fit, or where two that do not cost the same.
std::vector<PayloadChoice::Piece> PayloadChoice::pieces() const {
  std::vector<double> turns;
  for (std::size_t i = 0; i < payloads_.size(); ++i) {
    const CostLine line = line_of(payloads_[i], 0);
    turns.push_back(last_within(line, limit_));
    for (std::size_t j = 0; j < i; ++j) turns.push_back(crossing(line, line_of(payloads_[j], 0)));
  }
  std::erase_if(turns, [](double x) { return !(x > 0) || x == infinite; });
  std::ranges::sort(turns, std::greater());  // slow rates first
  std::vector<Piece> out;
  double before = infinite;
  for (std::size_t k = 0; k <= turns.size(); ++k) {
    const double next = k < turns.size() ? turns[k] : 0;
    if (before < infinite && before - next <= 1e-12 * before) continue;  // one but for rounding
    const double between = before < infinite ? next + (before - next) / 2 : next > 0 ? 2 * next : 1;
    const Payload* best = &payloads_[best_at(between, 0)];
    if (out.empty() || out.back().payload != best)
      out.push_back({BytesPerSecond(before < infinite ? 1 / before : 0), best});
    before = next;
  }
  return out;
}

BytesPerSecond PayloadChoice::kept_from() const {
  double last = -1;
  for (const auto& payload : payloads_)
    last = std::max(last, last_within(line_of(payload, 0), limit_));
  return BytesPerSecond(last < 0 ? infinite : 1 / last);
}

}  // namespace updraft
