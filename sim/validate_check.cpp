#include "sim/validate_check.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/check.hpp"
#include "sim/simulation.hpp"

namespace updraft {
namespace {

constexpr double rounding = 1e-9;
constexpr double widest = 0.1;  // of the expected value

std::vector<double> durations(const Samples& samples, const Question& question, Window window) {
  const auto& from = samples.stamps.*question.from;
  const auto& to = samples.stamps.*question.to;
  std::vector<double> out;
  for (SampleId s = 0; s < samples.size(); ++s) {
    const double arrived = samples.stamps.arrived[s].si();
    if (arrived < window.from_s || arrived > window.to_s) continue;
    if (question.of && samples.outcome[s] != *question.of) continue;
    out.push_back((to[s] - from[s]).si());
  }
  return out;
}

// values: one per replication
Check concluded(const std::string& subject, const Question& question,
                const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.) / n;
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  const double error = std::sqrt(squares / (n - 1) / n);
  const boost::math::students_t student(n - 1);
  return {subject,
          question.quantity,
          question.expected,
          mean,
          boost::math::quantile(student, 0.995) * error,
          boost::math::quantile(student, 0.9995) * error,
          question.tolerance};
}

}  // namespace

bool Check::holds() const {
  return half_99 <= widest * std::abs(expected) &&
         std::abs(simulated - expected) <= half_999 + tolerance;
}

Window middle_of(double expected_length_s) {
  return {0.1 * expected_length_s, 0.9 * expected_length_s};
}

Figure mean_ms() {
  return [](std::vector<double>& d) {
    return 1e3 * std::accumulate(d.begin(), d.end(), 0.) / static_cast<double>(d.size());
  };
}

Figure share_above(double duration_s) {
  return [duration_s](std::vector<double>& d) {
    const auto above = std::count_if(d.begin(), d.end(), [&](double v) { return v > duration_s; });
    return 100 * static_cast<double>(above) / static_cast<double>(d.size());
  };
}

Figure quantile_ms(double share) {
  return [share](std::vector<double>& d) {
    const auto at = d.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(d.size()));
    std::nth_element(d.begin(), at, d.end());
    return 1e3 * *at;
  };
}

std::vector<Check> ask(const std::string& subject, const std::string& scenario, Window window,
                       const std::vector<Question>& questions) {
  std::vector<std::vector<double>> values(questions.size());
  const auto prepared = prepare_text(scenario, subject);
  simulate(*prepared, [&](std::size_t, std::size_t, const Run& run) {
    for (std::size_t q = 0; q < questions.size(); ++q) {
      auto found = durations(run.samples, questions[q], window);
      values[q].push_back(found.empty() ? std::numeric_limits<double>::quiet_NaN()
                                        : questions[q].figure(found));
    }
  });
  std::vector<Check> checks;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    checks.push_back(concluded(subject, questions[q], values[q]));
  }
  return checks;
}

Samples simulated_samples(const std::string& scenario) {
  const auto prepared = prepare_text(scenario, "validate");
  std::optional<Samples> samples;
  simulate(*prepared, [&](std::size_t, std::size_t, const Run& run) { samples = run.samples; });
  return *samples;
}

Check same(std::string subject, std::string quantity, const std::vector<double>& expected,
           const std::vector<double>& simulated) {
  UPDRAFT_CHECK(expected.size() == simulated.size() && !expected.empty(), subject);
  std::size_t worst = 0;
  double most = -1;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double off = std::abs(simulated[i] - expected[i]) / std::abs(expected[i]);
    if (std::isnan(off) || off > most) worst = i;
    if (std::isnan(off)) break;
    most = std::max(most, off);
  }
  return {std::move(subject),
          std::move(quantity),
          expected[worst],
          simulated[worst],
          0,
          0,
          rounding * std::abs(expected[worst])};
}

}  // namespace updraft
