#include "sim/metrics/samples_csv.hpp"

#include <fmt/format.h>

#include <iterator>

#include "sim/metrics/run_figures.hpp"
#include "sim/metrics/summary.hpp"

namespace updraft {
namespace {

struct StampColumn {
  std::string_view name;
  std::vector<SimTime> Stamps::*dates;
};
constexpr StampColumn stamp_columns[] = {
    {"arrived_s", &Stamps::arrived},
    {"started_s", &Stamps::started},
    {"decided_s", &Stamps::decided},
    {"encoded_s", &Stamps::encoded},
    {"upload_started_s", &Stamps::upload_started},
    {"sent_s", &Stamps::sent},
    {"received_s", &Stamps::received},
    {"enqueued_s", &Stamps::enqueued},
    {"served_start_s", &Stamps::served_start},
    {"served_s", &Stamps::served},
    {"reply_started_s", &Stamps::reply_started},
    {"answered_s", &Stamps::answered},
};

std::vector<std::string> quoted(std::vector<std::string> names) {
  for (std::string& name : names) name = csv_text(name);
  return names;
}

std::string head() {
  std::string text =
      "policy,replication,sample,device,row,label,stage,variant,score,outcome,correct,"
      "uplink_B,downlink_B";
  for (const auto& [name, dates] : stamp_columns) text += fmt::format(",{}", name);
  return text + "\n";
}

}  // namespace

SamplesCsv::SamplesCsv(const std::filesystem::path& path) : file_(path, head()) {}

void SamplesCsv::add(std::string_view policy, std::uint32_t replication, const Samples& samples,
                     const Menu& menu, const Truth& truth) {
  const auto stages = quoted(menu.stage_names());
  const auto variants = quoted(menu.variant_names());
  const std::string run = fmt::format("{},{}", csv_text(policy), replication);
  std::string& text = file_.text();
  const auto out = std::back_inserter(text);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::uint32_t row = samples.row[i];
    const auto stage = static_cast<std::size_t>(samples.stage[i]);
    const auto variant = static_cast<std::size_t>(samples.variant[i]);
    fmt::format_to(out, "{},{},{},{},", run, i, samples.device[i], row);
    if (!truth.label.empty()) fmt::format_to(out, "{}", truth.label[row]);
    fmt::format_to(out, ",{},{},{},{},{},{},{}", samples.stage[i] < 0 ? "" : stages[stage],
                   samples.variant[i] < 0 ? "" : variants[variant], csv_number(samples.score[i]),
                   outcome_names[static_cast<std::size_t>(samples.outcome[i])],
                   answered_right(samples, i, truth) ? 1 : 0, samples.uplink_bytes[i],
                   samples.downlink_bytes[i]);
    for (const auto& [name, dates] : stamp_columns) {
      const SimTime date = (samples.stamps.*dates)[i];
      text += ',';
      if (date.set()) fmt::format_to(out, "{:.9f}", date.si());
    }
    text += '\n';
    file_.flush_if_long();
  }
  file_.flush();
}

}  // namespace updraft
