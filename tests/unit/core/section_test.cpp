// Every question that can be asked of a section, rightly and wrongly answered; then several
// mistakes at once.
#include "sim/core/section.hpp"

#include <doctest/doctest.h>

namespace updraft {
namespace {

using namespace literals;

// What `ask` reports about `yaml`; "" if nothing. The document is file f.
template <class Ask>
std::string mistakes_in(const std::string& yaml, Ask ask) {
  Mistakes mistakes;
  const Document root = parse_document(yaml, "f");
  Section section(root, "", mistakes);
  ask(section);
  section.finish();
  try {
    mistakes.throw_if_any();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

const std::string duration = "a duration with its unit, such as 20 ms (s, ms, us, ns, min, h)";

TEST_CASE("a quantity is read, defaulted, required and refused") {
  CHECK(mistakes_in("t: 20 ms\n", [](Section& s) {
          CHECK(s.quantity<Seconds>("t", std::nullopt) == 20_ms);
          CHECK(s.quantity<Seconds>("other", 3_s) == 3_s);
        }) == "");
  const auto required = [](Section& s) { s.quantity<Seconds>("t", std::nullopt); };
  CHECK(mistakes_in("{}\n", required) == "f:1:1: t = nothing; expected " + duration);
  CHECK(mistakes_in("t: 20\n", required) == "f:1:4: t = 20; expected " + duration);
  CHECK(mistakes_in("t: [20 ms]\n", required) == "f:1:4: t = [20 ms]; expected " + duration);
  CHECK(mistakes_in("t:\n", required) == "f:1:1: t = nothing; expected " + duration);
}

TEST_CASE("a quantity's bounds are held on both sides") {
  const auto positive = [](Section& s) {
    s.quantity<Seconds>("t", std::nullopt, Range::positive());
  };
  CHECK(mistakes_in("t: 1 ns\n", positive) == "");
  CHECK(mistakes_in("t: 0 s\n", positive) == "f:1:4: t = 0 s; expected " + duration + ", above 0");
  const auto not_negative = [](Section& s) {
    s.quantity<Seconds>("t", std::nullopt, Range::not_negative());
  };
  CHECK(mistakes_in("t: 0 s\n", not_negative) == "");
  CHECK(mistakes_in("t: -1 ns\n", not_negative) ==
        "f:1:4: t = -1 ns; expected " + duration + ", at least 0");
  const auto within = [](Section& s) { s.quantity<Seconds>("t", std::nullopt, {1, 2}); };
  CHECK(mistakes_in("t: 1 s\n", within) == "");
  CHECK(mistakes_in("t: 2 s\n", within) == "");
  CHECK(mistakes_in("t: 999 ms\n", within) ==
        "f:1:4: t = 999 ms; expected " + duration + ", in [1 s, 2 s]");
  CHECK(mistakes_in("t: 2001 ms\n", within) ==
        "f:1:4: t = 2001 ms; expected " + duration + ", in [1 s, 2 s]");
}

TEST_CASE("every quantity can be asked for") {
  CHECK(mistakes_in("{b: 1 kB, w: 1 MMAC, r: 8 kbps, c: 1 GMAC/s, p: 1 W, e: 1 J, f: 1 Hz}\n",
                    [](Section& s) {
                      CHECK(s.quantity<Bytes>("b", std::nullopt) == 1_kB);
                      CHECK(s.quantity<Flops>("w", std::nullopt) == 1_MMAC);
                      CHECK(s.quantity<BytesPerSecond>("r", std::nullopt).si() == 1e3);
                      CHECK(s.quantity<FlopsPerSecond>("c", std::nullopt).si() == 2e9);
                      CHECK(s.quantity<Watts>("p", std::nullopt) == 1.0_W);
                      CHECK(s.quantity<Joules>("e", std::nullopt).si() == 1);
                      CHECK(s.quantity<Hertz>("f", std::nullopt).si() == 1);
                    }) == "");
}

TEST_CASE("a number is read, defaulted, required, refused and bounded") {
  CHECK(mistakes_in("x: 0.35\n", [](Section& s) {
          CHECK(s.number("x", std::nullopt) == 0.35);
          CHECK(s.number("y", 7.0) == 7.0);
        }) == "");
  const auto unit = [](Section& s) { s.number("x", std::nullopt, Range::unit()); };
  CHECK(mistakes_in("x: 0\n", unit) == "");
  CHECK(mistakes_in("x: 1\n", unit) == "");
  CHECK(mistakes_in("x: -0.01\n", unit) == "f:1:4: x = -0.01; expected a number in [0, 1]");
  CHECK(mistakes_in("x: 1.01\n", unit) == "f:1:4: x = 1.01; expected a number in [0, 1]");
  CHECK(mistakes_in("x: nan\n", unit) == "f:1:4: x = nan; expected a number in [0, 1]");
  CHECK(mistakes_in("x: many\n", [](Section& s) { s.number("x", std::nullopt); }) ==
        "f:1:4: x = many; expected a number");
  CHECK(mistakes_in("{}\n", unit) == "f:1:1: x = nothing; expected a number in [0, 1]");
}

TEST_CASE("a fraction may be a percentage and lies in [0, 1] unless said otherwise") {
  CHECK(mistakes_in("a: 90 %\nb: 0.9\n", [](Section& s) {
          CHECK(s.fraction("a", std::nullopt) == 0.9);
          CHECK(s.fraction("b", std::nullopt) == 0.9);
          CHECK(s.fraction("c", 0.5) == 0.5);
        }) == "");
  const auto ask = [](Section& s) { s.fraction("a", std::nullopt); };
  CHECK(mistakes_in("a: 100 %\n", ask) == "");
  CHECK(mistakes_in("a: 101 %\n", ask) ==
        "f:1:4: a = 101 %; expected a fraction, such as 0.9 or 90 %, in [0, 1]");
  CHECK(mistakes_in("a: high\n", ask) ==
        "f:1:4: a = high; expected a fraction, such as 0.9 or 90 %, in [0, 1]");
}

TEST_CASE("a count is whole and bounded") {
  CHECK(mistakes_in("n: 1e4\n", [](Section& s) {
          CHECK(s.count("n", std::nullopt) == 10'000);
          CHECK(s.count("m", 3) == 3);
        }) == "");
  const auto ask = [](Section& s) { s.count("n", std::nullopt, {1, 8}); };
  CHECK(mistakes_in("n: 1\n", ask) == "");
  CHECK(mistakes_in("n: 8\n", ask) == "");
  CHECK(mistakes_in("n: 0\n", ask) == "f:1:4: n = 0; expected a whole number in [1, 8]");
  CHECK(mistakes_in("n: 9\n", ask) == "f:1:4: n = 9; expected a whole number in [1, 8]");
  CHECK(mistakes_in("n: 2.5\n", ask) == "f:1:4: n = 2.5; expected a whole number in [1, 8]");
  CHECK(mistakes_in("n: -1\n", [](Section& s) { s.count("n", std::nullopt); }) ==
        "f:1:4: n = -1; expected a whole number");
}

TEST_CASE("a boolean is true or false and nothing else") {
  CHECK(mistakes_in("a: true\nb: false\n", [](Section& s) {
          CHECK(s.boolean("a", false));
          CHECK_FALSE(s.boolean("b", true));
          CHECK(s.boolean("c", true));
        }) == "");
  CHECK(mistakes_in("a: yes\n", [](Section& s) { s.boolean("a", false); }) ==
        "f:1:4: a = yes; expected true or false");
}

TEST_CASE("a text is a word that is not empty") {
  CHECK(mistakes_in("a: lte\n", [](Section& s) {
          CHECK(s.text("a", std::nullopt) == "lte");
          CHECK(s.text("b", "wifi") == "wifi");
        }) == "");
  const auto ask = [](Section& s) { s.text("a", std::nullopt); };
  CHECK(mistakes_in("a: ''\n", ask) == "f:1:4: a = ''; expected a word");
  CHECK(mistakes_in("a: {b: 1}\n", ask) == "f:1:4: a = {b: 1}; expected a word");
  CHECK(mistakes_in("{}\n", ask) == "f:1:1: a = nothing; expected a word");
}

TEST_CASE("a choice is one of its names, and the nearest is offered") {
  const auto ask = [](Section& s) { s.choice("a", std::nullopt, {"loop", "hold", "stop"}); };
  CHECK(mistakes_in("a: hold\n", [](Section& s) {
          CHECK(s.choice("a", std::nullopt, {"loop", "hold", "stop"}) == "hold");
          CHECK(s.choice("b", "stop", {"loop", "hold", "stop"}) == "stop");
        }) == "");
  CHECK(mistakes_in("a: lop\n", ask) ==
        "f:1:4: a = lop; expected loop, hold or stop; did you mean loop?");
  CHECK(mistakes_in("a: backwards\n", ask) == "f:1:4: a = backwards; expected loop, hold or stop");
  CHECK(mistakes_in("{}\n", ask) == "f:1:1: a = nothing; expected loop, hold or stop");
}

TEST_CASE("a key that nobody asked for is reported with the nearest that exists") {
  CHECK(
      mistakes_in("{rate: 1, latencie: 2}\n", [](Section& s) {
        s.number("rate", 1.0);
        s.number("latency", 1.0);
      }) == "f:1:11: latencie = 2; expected a known key (latency or rate); did you mean latency?");
}

TEST_CASE("a sub-section names its keys in full") {
  CHECK(mistakes_in("channel:\n  uplink: {rate: 5}\n", [](Section& s) {
          auto channel = s.section("channel");
          auto uplink = channel.section("uplink");
          CHECK(uplink.full("rate") == "channel.uplink.rate");
          uplink.quantity<BytesPerSecond>("rate", std::nullopt);
          uplink.finish();
          channel.finish();
        }).find("f:2:18: channel.uplink.rate = 5; expected a rate with its unit") == 0);
}

TEST_CASE("what an absent sub-section lacks is reported where it would stand") {
  CHECK(mistakes_in("a: 1\n", [](Section& s) {
          s.number("a", 1.0);
          auto inner = s.section("device").section("deeper");
          inner.text("use", std::nullopt);
        }) == "f:1:1: device.deeper.use = nothing; expected a word");
}

TEST_CASE("a sub-section that is no map is one mistake, not one for each key that it lacks") {
  CHECK(mistakes_in("device: 5\n", [](Section& s) {
          auto device = s.section("device");
          device.text("use", std::nullopt);
          device.section("idle").text("power", std::nullopt);
          device.mistake("either", "one of two keys");
          device.finish();
        }) == "f:1:9: device = 5; expected keys and values");
}

TEST_CASE("a file that is no map is said to be none") {
  CHECK(mistakes_in("[1, 2]\n", [](Section& s) { s.text("a", std::nullopt); }) ==
        "f:1:1: the file = [1, 2]; expected keys and values");
  CHECK(mistakes_in("", [](Section& s) { s.text("a", std::nullopt); }) ==
        "f:1:1: the file = nothing; expected keys and values");
}

TEST_CASE("a reader may report about a key itself, there or not") {
  const auto ask = [](Section& s) { s.mistake("a", "a or b, not both"); };
  CHECK(mistakes_in("a: 1\n", ask) == "f:1:4: a = 1; expected a or b, not both");
  CHECK(mistakes_in("{}\n", ask) == "f:1:1: a = nothing; expected a or b, not both");
}

TEST_CASE("asking whether a key is there makes it known") {
  CHECK(mistakes_in("a: 1\nb: [2]\n", [](Section& s) {
          CHECK(s.has("a"));
          CHECK_FALSE(s.has("c"));
          CHECK(s.is_scalar("a"));
          CHECK_FALSE(s.is_scalar("b"));
          CHECK_FALSE(s.is_scalar("c"));
          REQUIRE(s.node("b") != nullptr);
          CHECK(s.node("b")->items.size() == 1);
        }) == "");
}

TEST_CASE("all mistakes of a file come at once, in its order") {
  const std::string yaml =
      "workload: {seed: -1}\n"
      "device: {cuont: 4}\n"
      "channel:\n"
      "  latency: 25\n"
      "  share: fiar\n";
  const std::string expected =
      "f:1:18: workload.seed = -1; expected a whole number\n"
      "f:2:10: device.cuont = 4; expected a known key (count); did you mean count?\n"
      "f:4:12: channel.latency = 25; expected " +
      duration +
      "\n"
      "f:5:10: channel.share = fiar; expected fifo or fair; did you mean fair?";
  CHECK(mistakes_in(yaml, [](Section& s) {  // asked in another order on purpose
          auto channel = s.section("channel");
          channel.choice("share", "fifo", {"fifo", "fair"});
          channel.quantity<Seconds>("latency", std::nullopt);
          channel.finish();
          auto device = s.section("device");
          device.count("count", 1);
          device.finish();
          auto workload = s.section("workload");
          workload.count("seed", 1);
          workload.finish();
        }) == expected);
}

TEST_CASE("a node that stands alone is read by the same rules") {
  Mistakes mistakes;
  const auto root = parse_document("[10 ms, 10]\n", "f");
  CHECK(read_quantity<Seconds>(root.items[0], "list[0]", mistakes) == 10_ms);
  CHECK(mistakes.none());
  CHECK_FALSE(read_quantity<Seconds>(root.items[1], "list[1]", mistakes).has_value());
  CHECK_FALSE(mistakes.none());
}

TEST_CASE("a range says its bounds") {
  CHECK(Range{}.text() == "");
  CHECK(Range::positive().text() == "above 0");
  CHECK(Range::not_negative().text() == "at least 0");
  CHECK(Range::unit().text() == "in [0, 1]");
  CHECK(Range{0, 1, true}.text() == "in (0, 1]");
  CHECK(Range{-std::numeric_limits<double>::infinity(), 5}.text() == "at most 5");
  CHECK(Range{0, 1, true}.holds(1));
  CHECK_FALSE(Range{0, 1, true}.holds(0));
  CHECK_FALSE(Range{}.holds(std::numeric_limits<double>::quiet_NaN()));
}

}  // namespace
}  // namespace updraft
