// Two-state channels by their textbook parameters, as channel models.
//
// On/off: up for an exponential time of mean 1/f, then down (rate 0) for one of mean 1/g. A
// transfer of S bytes at rate C that begins while the link is up meets a Poisson number of outages,
// f S/C in the mean, and takes
//   E[T] = (S/C)(1 + f/g)                                                                    (1)
//   Var[T] = 2 f S/C / g^2                                                                   (2)
// and 1/g more in the mean if it begins while the link is down.
//
// Gilbert-Elliott (Gilbert, BSTJ 39(5), 1960; Elliott, BSTJ 42(5), 1963), with the parameters of
// Linux netem's `loss gemodel p r 1-h 1-k`: time goes in slots of one packet at the full rate.
// After each slot a good channel turns bad with probability p, a bad one good with probability r. A
// packet is lost with loss_good (netem's 1-k) or loss_bad (1-h), and lost packets are sent again
// until they arrive: ideal selective repeat, whose acknowledgements take no time and are never
// lost. What the link carries is therefore a fluid of
//   goodput = rate (1 - loss of the state)                                                   (3)
//   slot    = packet / rate                                                                  (4)
// with dwells of 1/p and 1/r slots, geometric, as netem's. What follows from that:
//   share of bad slots = p / (p + r)                                                         (5)
//   loss    = p/(p+r) loss_bad + r/(p+r) loss_good                                           (6)
//   a bad burst lasts 1/r slots in the mean; slots n apart correlate as (1 - p - r)^n        (7)
// What it gives up: within a state losses are spread evenly, so that a transfer of few packets
// varies less than with lost packets drawn one by one; no time-outs, no windows, no headers.
#pragma once

#include "sim/core/section.hpp"
#include "traces/channel_model.hpp"

namespace updraft {

// States `up` and `down`; the rate > 0.
ChannelModel on_off(BytesPerSecond rate, Seconds up, Seconds down);

struct GilbertElliott {
  BytesPerSecond rate;
  Bytes packet = Bytes(1500);
  double p = 0;          // (0, 1]
  double r = 0;          // (0, 1]
  double loss_good = 0;  // [0, 1], not both 1
  double loss_bad = 1;
};
// States `good` and `bad`.
ChannelModel gilbert_elliott(const GilbertElliott& channel);

// `on_off: {rate: 8 Mbps, up: 10 s, down: 2 s}` of a channel model; mistakes are reported to the
// section's.
ChannelModel read_on_off(Section& top);
// `gilbert_elliott: {rate: 20 Mbps, p: 1 %, r: 20 %, packet: 1500 B, loss_good: 0 %, loss_bad: 100
// %}`; the last three have these defaults, which are netem's.
ChannelModel read_gilbert_elliott(Section& top);

}  // namespace updraft
