#include "traces/channel_forms.hpp"

#include <fmt/format.h>

namespace updraft {
namespace {

constexpr Range some_rate{.125, 125e9, false};  // 1 bps to 1 Tbps
constexpr Range some_dwell{1e-6, 1e9};
constexpr Range some_chance{0, 1, true};

}  // namespace

ChannelModel on_off(BytesPerSecond rate, Seconds up, Seconds down) {
  ChannelModel out;
  out.states = {{"up", {rate}, up, {0, 1}}, {"down", {BytesPerSecond(0)}, down, {1, 0}}};
  return out;
}

ChannelModel gilbert_elliott(const GilbertElliott& channel) {
  ChannelModel out;
  out.slot = channel.packet / channel.rate;  // (4)
  out.states = {
      {"good", {channel.rate * (1 - channel.loss_good)}, out.slot / channel.p, {0, 1}},  // (3)
      {"bad", {channel.rate * (1 - channel.loss_bad)}, out.slot / channel.r, {1, 0}}};
  return out;
}

ChannelModel read_on_off(Section& top) {
  Section in = top.section("on_off");
  const auto rate = in.quantity<BytesPerSecond>("rate", std::nullopt, some_rate);
  const auto up = in.quantity<Seconds>("up", std::nullopt, some_dwell);
  const auto down = in.quantity<Seconds>("down", std::nullopt, some_dwell);
  in.finish();
  return on_off(rate, up, down);
}

ChannelModel read_gilbert_elliott(Section& top) {
  Section in = top.section("gilbert_elliott");
  GilbertElliott out;
  out.rate = in.quantity<BytesPerSecond>("rate", std::nullopt, some_rate);
  out.packet = in.quantity<Bytes>("packet", out.packet, {1, 1e9});
  out.p = in.fraction("p", std::nullopt, some_chance);
  out.r = in.fraction("r", std::nullopt, some_chance);
  out.loss_good = in.fraction("loss_good", out.loss_good);
  out.loss_bad = in.fraction("loss_bad", out.loss_bad);
  if (out.loss_good == 1 && out.loss_bad == 1)
    in.mistake("loss_good", "below 100 % beside loss_bad = 100 %: nothing would ever arrive");
  const Seconds slot = out.packet / out.rate;
  if (in.has("rate") && !(slot >= Seconds(1e-6) && slot <= Seconds(3600))) {
    in.mistake(
        "packet",
        fmt::format("a packet that takes 1 us to 1 h at the full rate; not {:.3g} s", slot.si()));
  }
  in.finish();
  return gilbert_elliott(out);
}

}  // namespace updraft
