// Are the options of `updraft cut` read as they are meant, and is every mistake told?
#include "analysis/cut_options.hpp"

#include <doctest/doctest.h>

namespace updraft {
namespace {

// What `reading` is told, "" if nothing.
template <class Reading>
std::string told(Reading reading) {
  Mistakes mistakes;
  OptionReader options(mistakes);
  reading(options);
  try {
    mistakes.throw_if_any();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::vector<BytesPerSecond> rates(const std::string& text) {
  Mistakes mistakes;
  OptionReader options(mistakes);
  auto out = read_rate_sweep(text, options);
  mistakes.throw_if_any();
  return out;
}

}  // namespace

TEST_CASE("a sweep's rates are the same factor apart, both ends to the digit") {
  const auto decades = rates("0.1Mbps:100Mbps:4");  // 1000 = 10^3: a decade each
  REQUIRE(decades.size() == 4);
  CHECK(decades[0] == BytesPerSecond(12.5e3));
  CHECK(decades[1].si() == doctest::Approx(125e3));
  CHECK(decades[2].si() == doctest::Approx(1.25e6));
  CHECK(decades[3] == BytesPerSecond(12.5e6));
  CHECK(rates("1 Mbps:2 Mbps:2") ==
        std::vector<BytesPerSecond>{BytesPerSecond(125e3), BytesPerSecond(250e3)});
  CHECK(rates(" 100 kB/s : 0.1 GB/s : 1e4 ").size() == 10000);  // any unit, the most there may be
}

TEST_CASE("a sweep that is none is told in one line") {
  const std::string expected =
      "; expected FROM:TO:COUNT, such as 0.1Mbps:100Mbps:50: two rates in [1 bps, 1000 Gbps], the "
      "second above the first, and 2 to 10000 of them";
  for (const char* text :
       {"1Mbps", "1Mbps:2Mbps", "1Mbps:2Mbps:1", "1Mbps:2Mbps:10001", "1Mbps:2Mbps:-5", "1:2:3",
        "2Mbps:1Mbps:5", "1Mbps:1Mbps:5", "0Mbps:1Mbps:5", "1Mbps:2Mbps:5:6", "1Mbps:nan:5",
        "::", "1Mbps:2000Gbps:5", "1Mbps:2Mbps:2.5"}) {
    CAPTURE(text);
    CHECK(told([&](OptionReader& options) { CHECK(read_rate_sweep(text, options).empty()); }) ==
          "--sweep-uplink = " + std::string(text) + expected);
  }
}

TEST_CASE("a price is seconds per joule") {
  CHECK(parse_price("2s/J") == 2);
  CHECK(parse_price("1 ms/mJ") == 1);                               // 1e-3 / 1e-3
  CHECK(parse_price("500 ms / J").value() == doctest::Approx(.5));  // .5 / 1
  CHECK(parse_price("3 us/kJ").value() == doctest::Approx(3e-9));   // 3e-6 / 1e3
  CHECK(parse_price("0 s/J") == 0);
  for (const char* text : {"", "2", "2 s", "2 J/s", "s/J", "-1 s/J", "2 s/2J", "2 s/J/J"}) {
    CAPTURE(text);
    CHECK(!parse_price(text));
  }
}

TEST_CASE("price and budget stand where they mean something") {
  const auto objective = [](const char* kind, const char* price, const char* budget) {
    return told([&](OptionReader& options) { read_objective(kind, price, budget, options); });
  };
  CHECK(objective("latency", "", "") == "");
  CHECK(objective("weighted", "2s/J", "") == "");
  CHECK(objective("latency_within", "", "200 mJ") == "");
  CHECK(objective("weighted", "", "").starts_with("--price = nothing; expected what a joule is"));
  CHECK(objective("energy", "2s/J", "") ==
        "--price = 2s/J; expected --objective weighted beside it");
  CHECK(objective("latency", "", "200mJ") ==
        "--budget = 200mJ; expected --objective latency_within beside it");
  CHECK(objective("latency_within", "", "")
            .starts_with("--budget = nothing; expected what a sample"));
  CHECK(objective("latency_within", "", "0 J").starts_with("--budget = 0 J; expected an energy"));
  CHECK(objective("latncy", "", "") ==
        "--objective = latncy; expected latency, energy, weighted, latency_within or throughput; "
        "did you mean latency?");
}

}  // namespace updraft
