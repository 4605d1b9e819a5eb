#include "sim/metrics/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace updraft {
namespace {

constexpr std::array<std::string_view, 4> tracks = {"processor", "uplink", "cloud", "downlink"};

std::string as_json(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

double micros(SimTime date) { return date.si() * 1e6; }

// A bar on a track: something that lasted. Bars of one device overlap in the cloud and behind it,
// where many of its samples may be at once: those are drawn as spans of their own.
struct Bar {
  std::size_t track;
  std::string_view name;
  SimTime from;
  SimTime to;
  bool overlaps() const { return track >= 2; }
};

}  // namespace

void Timeline::add(std::string_view policy, std::uint32_t replication, const Samples& samples,
                   const Menu& menu, std::span<const RateHistory> uplinks) {
  const std::uint32_t run = runs_++;
  event(fmt::format(
      R"("ph":"M","name":"process_name","pid":{},"args":{{"name":{}}})", run,
      as_json(replication == 0 ? std::string(policy)
                               : fmt::format("{}, replication {}", policy, replication))));
  const auto stages = menu.stage_names();
  const auto variants = menu.variant_names();
  const auto thread = [](DeviceId device, std::size_t track) {
    return device * tracks.size() + track;
  };
  constexpr StageId unknown = -2;
  StageId shown = unknown;  // of the device at hand
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const DeviceId device = samples.device[i];
    if (i == 0 || device != samples.device[i - 1]) {
      shown = unknown;
      for (std::size_t t = 0; t < tracks.size(); ++t) {
        event(fmt::format(
            R"("ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":"device {}: {}"}})",
            run, thread(device, t), device, tracks[t]));
      }
    }
    const Stamps& at = samples.stamps;
    const StageId stage = samples.stage[i];
    const std::string ran = stage < 0 ? "" : stages[static_cast<std::size_t>(stage)];
    const std::string sent =
        samples.variant[i] < 0 ? "" : variants[static_cast<std::size_t>(samples.variant[i])];
    const std::string encodes = "encode " + sent;
    const std::array<Bar, 6> bars = {{{0, ran, at.started[i], at.decided[i]},
                                      {0, encodes, at.decided[i], at.encoded[i]},
                                      {1, sent, at.upload_started[i], at.sent[i]},
                                      {2, "waits", at.enqueued[i], at.served_start[i]},
                                      {2, "served", at.served_start[i], at.served[i]},
                                      {3, "reply", at.reply_started[i], at.answered[i]}}};
    const auto outcome = outcome_names[static_cast<std::size_t>(samples.outcome[i])];
    if (stage != shown && at.started[i].set()) {
      event(fmt::format(
          R"("ph":"C","name":"stage of device {}","pid":{},"ts":{:.3f},"args":{{"stage":{}}})",
          device, run, micros(at.started[i]), stage + 1));
      shown = stage;
    }
    for (const Bar& bar : bars) {
      if (bar.name.empty() || !bar.from.set() || !(bar.to > bar.from)) continue;  // or never ended
      const std::string where =
          fmt::format(R"("name":{},"pid":{},"tid":{},"ts":{:.3f})", as_json(bar.name), run,
                      thread(device, bar.track), micros(bar.from));
      const std::string who = fmt::format(R"("args":{{"sample":{},"row":{},"outcome":"{}"}})", i,
                                          samples.row[i], outcome);
      if (!bar.overlaps()) {
        event(fmt::format(R"("ph":"X",{},"dur":{:.3f},{})", where,
                          micros(bar.to) - micros(bar.from), who));
        continue;
      }
      const std::string span =
          fmt::format(R"("cat":"{} of device {}","id":"{}.{}")", tracks[bar.track], device, run, i);
      event(fmt::format(R"("ph":"b",{},{},{})", span, where, who));
      event(fmt::format(R"("ph":"e",{},"name":{},"pid":{},"tid":{},"ts":{:.3f})", span,
                        as_json(bar.name), run, thread(device, bar.track), micros(bar.to)));
    }
    const bool cut_short = samples.outcome[i] == Outcome::fell_back;
    if (cut_short || samples.outcome[i] == Outcome::dropped) {
      const SimTime date = cut_short ? at.answered[i] : at.decided[i];
      if (date.set()) {
        event(fmt::format(
            R"("ph":"i","s":"t","name":"{}","pid":{},"tid":{},"ts":{:.3f},"args":{{"sample":{}}})",
            outcome, run, thread(device, 0), micros(date), i));
      }
    }
  }
  for (std::size_t link = 0; link < uplinks.size(); ++link) {
    double since = 0;
    for (const RatePiece& piece : uplinks[link]) {
      event(fmt::format(
          R"("ph":"C","name":"uplink {} [Mbps]","pid":{},"ts":{:.3f},"args":{{"Mbps":{:.6g}}})",
          link, run, since, piece.rate.si() * 8e-6));
      since = micros(piece.until);
    }
  }
  file_.flush();
}

void Timeline::close() {
  file_.text() += "\n]\n";
  file_.close();
}

void Timeline::event(std::string_view fields) {
  file_.text() += fmt::format("{}{{{}}}", first_ ? "" : ",\n", fields);
  first_ = false;
  file_.flush_if_long();
}

}  // namespace updraft
