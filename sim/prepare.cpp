#include "sim/prepare.hpp"

#include <fmt/format.h>

#include "sim/engines/simgrid/simgrid_engine.hpp"
#include "sim/prepare_parts.hpp"
#include "sim/scenario/read_scenario.hpp"

namespace updraft {

namespace {

std::vector<std::string> engines() { return {"auto", "native", "simgrid", "both"}; }

struct Form {
  Scenario scenario;
  std::vector<Budget> budgets;
  std::vector<TuningSpec> tuning;
};

// All that the document itself says.
Form form_of(const Document& document, const std::string& file, Mistakes& mistakes) {
  Form form;
  form.scenario = read_scenario(document, file, engines(), simgrid_network_models(), mistakes);
  form.budgets = read_budgets(document.find("budgets"), "budgets",
                              form.scenario.workload.deadline.has_value(), mistakes);
  form.tuning = read_tuning(form.scenario, form.budgets, mistakes);
  return form;
}

}  // namespace

Preparation::Preparation(const Document& document, const std::string& file, Inputs& inputs)
    : inputs_(inputs) {
  Form form = form_of(document, file, mistakes_);
  out_->scenario = std::move(form.scenario);
  out_->budgets = std::move(form.budgets);
  out_->tuning = std::move(form.tuning);
  for (const TuningSpec& spec : out_->tuning) {
    Document& entry = out_->scenario.policies[spec.policy].params;
    entry = settled(entry, spec, placeholder(spec));
  }
}

std::unique_ptr<Prepared> Preparation::run() {
  const bool has_trace = read_trace();
  set_radio();
  if (has_trace) {
    set_devices();
    set_cloud();
    set_arrivals();
  }
  out_->uplink = link_rate(out_->scenario.uplink, "channel.uplink");
  out_->downlink = link_rate(out_->scenario.downlink, "channel.downlink");
  out_->plan.uplink = link_plan(out_->scenario.uplink);
  out_->plan.downlink = link_plan(out_->scenario.downlink);
  if (const auto& failing = out_->scenario.uplink.on_outage) {
    out_->plan.upload_failures = FailurePlan{failing->fail_after, failing->retries,
                                             failing->backoff, failing->factor, failing->most};
  }
  if (has_trace) set_partition();
  out_->plan.seed = out_->scenario.workload.seed;
  out_->metrics.deadline = out_->scenario.workload.deadline;
  out_->metrics.quantile_ends = !out_->budgets.empty() && out_->scenario.replications == 1;
  if (has_trace) set_replications();
  mistakes_.throw_if_any();
  return std::move(out_);
}

std::unique_ptr<Prepared> prepare(const Document& document, const std::string& file,
                                  Inputs& inputs) {
  return Preparation(document, file, inputs).run();
}

Scenario scenario_of(const Document& document, const std::string& file) {
  Mistakes mistakes;
  Form form = form_of(document, file, mistakes);
  mistakes.throw_if_any();
  return std::move(form.scenario);
}

void check_form(const Document& document, const std::string& file) { scenario_of(document, file); }

Document read_scenario_document(const std::string& file,
                                const std::vector<std::string>& overrides) {
  Document document = read_document(file);
  for (const auto& override_ : overrides) {
    const auto equals = override_.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw InputError(
          fmt::format("--set: {}; expected path=value, such as channel.uplink=5Mbps", override_));
    }
    set_in_document(document, override_.substr(0, equals), override_.substr(equals + 1));
  }
  return document;
}

std::unique_ptr<Prepared> prepare(const std::string& file,
                                  const std::vector<std::string>& overrides) {
  auto inputs = std::make_unique<Inputs>();
  auto prepared = prepare(read_scenario_document(file, overrides), file, *inputs);
  prepared->own_inputs = std::move(inputs);
  prepared->inputs.insert(prepared->inputs.begin(), file);
  return prepared;
}

std::unique_ptr<Prepared> prepare_text(const std::string& text, const std::string& name) {
  auto inputs = std::make_unique<Inputs>();
  auto prepared = prepare(parse_document(text, name), name, *inputs);
  prepared->own_inputs = std::move(inputs);
  return prepared;
}

}  // namespace updraft
