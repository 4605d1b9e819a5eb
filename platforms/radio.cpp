#include "platforms/radio.hpp"

#include <fmt/format.h>

#include "platforms/catalog_entry.hpp"

namespace updraft {
namespace {

constexpr Range any_power{0, 1e6, false};
constexpr Range any_delay{0, 1e6, false};

// "1288 mW", or {uplink: 2799 mW, downlink: 2754 mW}
void read_base(Section& entry, RadioPower& out) {
  if (!entry.has("base") || entry.is_scalar("base")) {
    out.uplink_base = entry.quantity<Watts>("base", std::nullopt, any_power);
    out.downlink_base = out.uplink_base;
    return;
  }
  Section base = entry.section("base");
  out.uplink_base = base.quantity<Watts>("uplink", std::nullopt, any_power);
  out.downlink_base = base.quantity<Watts>("downlink", std::nullopt, any_power);
  base.finish();
}

void read_tail(Section& entry, RadioPower& out) {
  const Document* list = entry.node("tail");
  if (list == nullptr || list->kind != Document::Kind::list) {
    entry.mistake("tail", "a list of phases, such as [{lasts: 11.6 s, power: 1060 mW}]");
    return;
  }
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    Section phase(list->items[i], fmt::format("{}[{}]", entry.full("tail"), i), entry.mistakes());
    if (list->items[i].kind != Document::Kind::map) continue;
    out.tail.push_back({phase.quantity<Seconds>("lasts", std::nullopt, any_delay),
                        phase.quantity<Watts>("power", std::nullopt, any_power)});
    phase.finish();
  }
}

constexpr double per_bit = 1e-9 / .125;  // [J/B] of 1 mW/Mbps

std::string tail_text(const RadioModel& radio) {
  std::string out;
  for (const TailPhase& phase : radio.power.tail) {
    out += fmt::format("{}{:.4g} s {:.4g} mW", out.empty() ? "" : " + ", phase.lasts.si(),
                       phase.power.si() * 1e3);
  }
  return out.empty() ? "none" : out + std::string(doubt(radio, "tail"));
}

std::string base_text(const RadioModel& radio) {
  const double up = radio.power.uplink_base.si() * 1e3;
  const double down = radio.power.downlink_base.si() * 1e3;
  if (up == down) return cell(radio, "base", up);
  return fmt::format("{:.4g} up, {:.4g} down{}", up, down, doubt(radio, "base"));
}

}  // namespace

RadioModel read_radio(const std::string& name, Section entry) {
  RadioModel out;
  out.name = name;
  const Range not_negative = Range::not_negative();
  out.power.uplink = entry.quantity<JoulesPerByte>("uplink", std::nullopt, not_negative);
  out.power.downlink = entry.quantity<JoulesPerByte>("downlink", std::nullopt, not_negative);
  read_base(entry, out.power);
  if (!entry.has("promotion")) entry.mistake("promotion", "{delay: 260 ms, power: 1210 mW}");
  Section promotion = entry.section("promotion");
  if (entry.has("promotion")) {
    out.power.promotion_delay = promotion.quantity<Seconds>("delay", std::nullopt, any_delay);
    out.power.promotion_power = promotion.quantity<Watts>("power", std::nullopt, any_power);
  }
  promotion.finish();
  read_tail(entry, out.power);
  out.power.idle = entry.quantity<Watts>("idle", Watts(0), any_power);
  read_provenance(entry, {"uplink", "downlink", "base", "promotion", "tail", "idle"}, out);
  entry.finish();
  return out;
}

std::vector<std::vector<std::string>> radio_rows(const std::vector<RadioModel>& radios) {
  std::vector<std::vector<std::string>> rows{{"radio", "what", "up [mW/Mbps]", "down [mW/Mbps]",
                                              "base [mW]", "promotion", "tail", "lone packet [J]",
                                              "source"}};
  for (const auto& radio : radios) {
    const RadioPower& power = radio.power;
    const Joules lone =
        power.promotion_power * power.promotion_delay + power.tail_energy(power.tail_length());
    rows.push_back({radio.name, radio.what, cell(radio, "uplink", power.uplink.si() / per_bit),
                    cell(radio, "downlink", power.downlink.si() / per_bit), base_text(radio),
                    fmt::format("{:.4g} ms {:.4g} mW{}", power.promotion_delay.si() * 1e3,
                                power.promotion_power.si() * 1e3, doubt(radio, "promotion")),
                    tail_text(radio), fmt::format("{:.4g}", lone.si()), radio.source});
  }
  return rows;
}

}  // namespace updraft
