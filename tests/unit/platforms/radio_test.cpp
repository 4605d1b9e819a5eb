// Are the radios of the catalog those of the papers, and is a user's own read as it is meant?
#include "platforms/radio.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "platforms/platform.hpp"

using namespace updraft;

namespace {

const std::string good_radio = R"(radios:
  mine:
    uplink: 400 mW/Mbps
    downlink: 50 nJ/bit
    base: {uplink: 1200 mW, downlink: 900 mW}
    promotion: {delay: 200 ms, power: 1 W}
    tail: [{lasts: 2 s, power: 800 mW}, {lasts: 3 s, power: 400 mW}]
    unverified: [base]
    source: measured by me
)";

Catalog with(const std::string& text) {
  Catalog catalog = built_in_catalog();
  Mistakes mistakes;
  const Document document = parse_document(text, "my.yaml");
  add_to_catalog(document, catalog, mistakes);
  mistakes.throw_if_any();
  return catalog;
}

void check(double found, double expected) {
  CHECK(std::abs(found - expected) <= 1e-12 * std::abs(expected));
}

double per_Mbps(JoulesPerByte alpha) { return alpha.si() / 8e-9; }  // 1 mW/Mbps = 1 nJ/bit

}  // namespace

TEST_CASE("the catalog has the radios of the two papers, each with a source") {
  const Catalog catalog = built_in_catalog();
  for (const std::string name : {"lte", "3g", "wifi", "lte-s20u", "5g-nsa-low", "5g-mmwave"}) {
    CAPTURE(name);
    const RadioModel* radio = catalog.radio(name);
    REQUIRE(radio != nullptr);
    CHECK_FALSE(radio->what.empty());
    CHECK_FALSE(radio->source.empty());
    CHECK(radio->power.idle == Watts(0));
    CHECK(radio->power.tail_length() > Seconds(0));
    CHECK(radio->power.uplink >= radio->power.downlink);
  }
  CHECK(catalog.radio("lte")->unverified.empty());
  // Huang et al., Table 4 (mW/Mbps and mW)
  check(per_Mbps(catalog.radio("lte")->power.uplink), 438.39);
  check(per_Mbps(catalog.radio("lte")->power.downlink), 51.97);
  check(catalog.radio("lte")->power.uplink_base.si(), 1.28804);
  check(per_Mbps(catalog.radio("3g")->power.uplink), 868.98);
  check(catalog.radio("3g")->power.downlink_base.si(), .81788);
  check(per_Mbps(catalog.radio("wifi")->power.downlink), 137.01);
  check(catalog.radio("wifi")->power.uplink_base.si(), .13286);
  // Narayanan et al.: the slopes, and the intercepts' differences from LTE's
  check(per_Mbps(catalog.radio("5g-mmwave")->power.uplink), 9.42);
  const RadioPower& lte = catalog.radio("lte-s20u")->power;
  const RadioPower& low = catalog.radio("5g-nsa-low")->power;
  const RadioPower& mmwave = catalog.radio("5g-mmwave")->power;
  check((low.uplink_base - lte.uplink_base).si(), 3.204 - 2.799);
  check((low.downlink_base - lte.downlink_base).si(), 2.925 - 2.754);
  check((mmwave.uplink_base - lte.uplink_base).si(), 5.624 - 2.799);
  check((mmwave.downlink_base - lte.downlink_base).si(), 5.136 - 2.754);
}

TEST_CASE("a radio of the user's own is read") {
  const Catalog catalog = with(good_radio);
  const RadioPower& mine = catalog.radio("mine")->power;
  check(mine.uplink.si(), 400 * 8e-9);
  check(mine.downlink.si(), 50 * 8e-9);
  CHECK(mine.uplink_base == Watts(1.2));
  CHECK(mine.downlink_base == Watts(.9));
  CHECK(mine.promotion_delay == Seconds(.2));
  CHECK(mine.promotion_power == Watts(1));
  REQUIRE(mine.tail.size() == 2);
  check(mine.tail_length().si(), 5);
  check(mine.tail_energy(Seconds(99)).si(), 2 * .8 + 3 * .4);
  CHECK(mine.idle == Watts(0));
  CHECK(catalog.notes.empty());
}

TEST_CASE(
    "one base stands for both directions, and the larger of two holds where both are under way") {
  std::string text = good_radio;
  const std::string two = "{uplink: 1200 mW, downlink: 900 mW}";
  const RadioPower mine = with(text).radio("mine")->power;
  CHECK(mine.base(true, false) == Watts(1.2));
  CHECK(mine.base(false, true) == Watts(.9));
  CHECK(mine.base(true, true) == Watts(1.2));
  CHECK(mine.base(false, false) == Watts(0));
  text.replace(text.find(two), two.size(), "1 W");
  CHECK(with(text).radio("mine")->power.base(false, true) == Watts(1));
}

TEST_CASE("the list shows what a lone packet costs, and marks what is unverified") {
  const Catalog catalog = with(good_radio);
  const auto rows = radio_rows(catalog.radios);
  REQUIRE(rows.size() == catalog.radios.size() + 1);
  for (const auto& row : rows) CHECK(row.size() == rows[0].size());
  CHECK(rows[1][0] == "lte");
  CHECK(rows[1][4] == "1288");
  CHECK(rows[1][7] == "12.76");
  CHECK(rows[2][5] == "582.1 ms 659.4 mW?");
  CHECK(rows[2][6] == "8.088 s 803.9 mW + 0.8242 s 601.3 mW?");
  CHECK(rows.back()[4] == "1200 up, 900 down?");
  CHECK(rows.back()[7] == "3");  // 0.2 * 1 + 1.6 + 1.2
}
