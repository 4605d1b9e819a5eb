// YAML as a tree with places, and every way in which a file can be no such thing.
#include "sim/core/document.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/unit/core/temporary_folder.hpp"

namespace updraft {
namespace {

std::string refusal(const std::string& text) {
  try {
    parse_document(text, "f");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string reading_refusal(const std::string& file) {
  try {
    read_document(file);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string setting_refusal(Document root, const std::string& path, const std::string& value) {
  try {
    set_in_document(root, path, value);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("maps, lists, scalars and nothing are told apart, each with its place") {
  const auto root = parse_document("a: 5 ms\nb: [x, y]\nc: {d: 1}\ne:\nf: ''\n", "f");
  REQUIRE(root.kind == Document::Kind::map);
  REQUIRE(root.entries.size() == 5);
  CHECK(root.find("a")->text == "5 ms");
  CHECK(to_string(root.find("a")->place) == "f:1:4");
  CHECK(root.find("b")->kind == Document::Kind::list);
  CHECK(root.find("b")->items[1].text == "y");
  CHECK(to_string(root.find("b")->items[1].place) == "f:2:8");
  CHECK(root.find("c")->find("d")->text == "1");
  CHECK(to_string(root.entries[2].key_place) == "f:3:1");
  CHECK(root.find("e")->kind == Document::Kind::empty);
  CHECK(to_string(root.find("e")->place) == "f:4:1");     // nothing stands where its key stands
  CHECK(root.find("f")->kind == Document::Kind::scalar);  // '' is a text, though an empty one
  CHECK(root.find("g") == nullptr);
}

TEST_CASE("the order of the file is kept") {
  const auto root = parse_document("z: 1\na: 2\nm: 3\n", "f");
  CHECK(root.entries[0].key == "z");
  CHECK(root.entries[1].key == "a");
  CHECK(root.entries[2].key == "m");
}

TEST_CASE("an empty file is an empty document at its beginning") {
  const auto root = parse_document("# nothing but a comment\n", "f");
  CHECK(root.kind == Document::Kind::empty);
  CHECK(root.place.file == "f");
}

TEST_CASE("a node is shown in one line") {
  const auto root = parse_document("a: [1, {b: 2 s}]\nc: ''\nd:\n", "f");
  CHECK(root.shown() == "{a: [1, {b: 2 s}], c: '', d: nothing}");
}

TEST_CASE("a key given twice is a mistake, and all of them are reported") {
  CHECK(refusal("a: 1\nb: 2\na: 3\nb: 4\n") ==
        "f:3:1: a = given twice; expected it once\nf:4:1: b = given twice; expected it once");
  CHECK(refusal("a: {x: 1}\nb: {x: 2}\n") == "");  // one in each map
}

TEST_CASE("a key must be a plain word") {
  CHECK(refusal("[1, 2]: 3\n") == "f:1:1: a key is not a plain word; expected key: value");
}

TEST_CASE("64 levels are read, 65 are too deep") {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  CHECK(refusal(nested(65)) == "");  // the file itself is level 0
  CHECK(refusal(nested(66)) == "f:1:66: more than 64 levels deep; expected a flatter file");
  CHECK(refusal(nested(100'000)).find("f:1:") == 0);  // no overflow of the stack
  std::string maps;
  for (int i = 0; i < 100'000; ++i) maps += "{a: ";
  CHECK(refusal(maps).find("f:1:") == 0);
}

TEST_CASE("aliases cannot blow a small file up") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";  // 10 values, then 10 times 10 ...
  for (int i = 1; i < 9; ++i) {
    const std::vector<std::string> ten(10, fmt::format("*a{}", i - 1));
    bomb += fmt::format("a{0}: &a{0} [{1}]\n", i, fmt::join(ten, ", "));
  }
  CHECK(refusal(bomb).find("more than 1000000 values; expected a smaller file") !=
        std::string::npos);
  CHECK(refusal("a: &a [*a, *a]\n").find("more than 64 levels deep") != std::string::npos);
}

TEST_CASE("an honest alias is read as what it stands for") {
  const auto root = parse_document("a: &rate 5 Mbps\nb: *rate\n", "f");
  CHECK(root.find("b")->text == "5 Mbps");
}

TEST_CASE("broken YAML is refused at its place") {
  CHECK(refusal("a: [1, 2\nb: 3\n").find("f:2:") == 0);
  CHECK(refusal("a: [1, 2\nb: 3\n").find(" is not YAML: ") != std::string::npos);
  CHECK(refusal("a: *nowhere\n").find(" is not YAML: ") != std::string::npos);
  CHECK(refusal("a:\n\tb: 1\n").find(" is not YAML: ") != std::string::npos);
}

TEST_CASE("a second document is not silently left out") {
  CHECK(refusal("a: 1\n---\nb: 2\n") ==
        "f:2: holds several YAML documents; expected one (a line of --- begins the next)");
  CHECK(refusal("---\na: 1\n") == "");  // a leading --- begins the first
}

TEST_CASE("a text that yaml-cpp finds no end of is refused") {
  CHECK(refusal(", a: 1\n") == "f:1:1: is not YAML: a key was expected");
  CHECK(refusal("# a comment\n, d:\n  a: 1\n") == "f:2:1: is not YAML: a key was expected");
}

TEST_CASE("bytes that are no text are refused") {
  CHECK(refusal(std::string("a: \0b", 5)) == "f: is not a text file; expected YAML");
  CHECK(refusal("\x89HDF\r\n\x1a\n") == "f: is not a text file; expected YAML");
  CHECK(refusal("a: \x01\n") == "f: is not a text file; expected YAML");
  CHECK(refusal("a:\t1\r\n") == "");
}

TEST_CASE("what cannot be read is said, each in one line") {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing.yaml");
  CHECK(reading_refusal(missing) == missing + ": cannot be read: No such file or directory");
  CHECK(reading_refusal(folder.path("")) == folder.path("") + ": is a folder; expected a file");
  const std::string pipe = folder.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(reading_refusal(pipe) == pipe + ": is not a regular file");  // and does not wait for it
}

TEST_CASE("a file without permission is said to be one") {
  const TemporaryFolder folder;
  const std::string secret = folder.file("secret.yaml", "a: 1\n");
  std::filesystem::permissions(secret, std::filesystem::perms::none);
  std::filesystem::permissions(std::filesystem::path(secret).parent_path(),
                               std::filesystem::perms::all);
  const bool root = ::geteuid() == 0;
  if (root && ::seteuid(65534) != 0) {  // root may read everything: become nobody for a moment
    MESSAGE("skipped: root here may not become anybody else");
    return;
  }
  const std::string said = reading_refusal(secret);
  if (root) REQUIRE(::seteuid(0) == 0);
  CHECK(said == secret + ": cannot be read: Permission denied");
}

TEST_CASE("a file of 4 MiB is read, one byte more is not, and 1 GB is refused without reading it") {
  const TemporaryFolder folder;
  const std::string largest = folder.file("largest.yaml", "a: 1\n");
  std::filesystem::resize_file(largest, 4 << 20);  // zeros after the text: sparse
  CHECK(reading_refusal(largest) == largest + ": is not a text file; expected YAML");
  std::filesystem::resize_file(largest, (4 << 20) + 1);
  CHECK(reading_refusal(largest) == largest + ": 4194305 bytes; expected at most 4194304");
  std::filesystem::resize_file(largest, 1 << 30);
  CHECK(reading_refusal(largest) == largest + ": 1073741824 bytes; expected at most 4194304");
}

TEST_CASE("a file is read as it is, to the last byte") {
  const TemporaryFolder folder;
  const std::string content("a\r\n\0\xff", 5);
  CHECK(read_file(folder.file("raw", content), 5) == content);
  CHECK(read_file(folder.file("empty", ""), 5).empty());
  CHECK_THROWS_AS(read_file(folder.path("raw"), 4), InputError);
}

TEST_CASE("--set replaces, adds and reaches into lists") {
  auto root = parse_document("channel: {uplink: {rate: 5 Mbps}}\nlist: [{d: 1}, {d: 2}]\n", "f");
  set_in_document(root, "channel.uplink.rate", "20 Mbps");
  set_in_document(root, "channel.downlink.rate", "7 Mbps");
  set_in_document(root, "list[1].d", "9");
  set_in_document(root, "list[0]", "{e: 3}");
  CHECK(root.shown() ==
        "{channel: {uplink: {rate: 20 Mbps}, downlink: {rate: 7 Mbps}}, list: [{e: 3}, {d: 9}]}");
  CHECK(to_string(root.find("channel")->find("uplink")->find("rate")->place) == "--set");
  CHECK(to_string(root.find("list")->items[0].find("e")->place) == "--set");
  CHECK(to_string(root.find("list")->items[1].place) ==
        "f:2:16");  // the others stay where they are
}

TEST_CASE("--set takes any YAML as its value, a scalar in the way is replaced by a map") {
  auto root = parse_document("uplink: 5 Mbps\n", "f");
  set_in_document(root, "uplink.rate", "[1, 2]");
  CHECK(root.shown() == "{uplink: {rate: [1, 2]}}");
  set_in_document(root, "uplink", "");
  CHECK(root.find("uplink")->kind == Document::Kind::empty);
  Document nothing;
  set_in_document(nothing, "a.b", "1");
  CHECK(nothing.shown() == "{a: {b: 1}}");
}

TEST_CASE("--set of a key in a file that holds no keys says what it holds") {
  for (const std::string text : {"hello", "[1, 2]"}) {
    CHECK(setting_refusal(parse_document(text, "f"), "a", "1") ==
          "f:1:1: the file = " + text + "; expected keys and values");
  }
}

TEST_CASE("--set refuses a path that leads nowhere, and a value that is no YAML") {
  const auto root = parse_document("list: [1, 2]\na: {b: 1}\n", "f");
  const std::string item = "; expected an item of list by its number, [0] to [1]";
  const std::string path = "; expected a path such as channel.uplink";
  CHECK(setting_refusal(root, "list[1]", "5") == "");
  CHECK(setting_refusal(root, "list[2]", "5") == "--set: list[2] = 5" + item);
  CHECK(setting_refusal(root, "list[-1]", "5") == "--set: list[-1] = 5" + item);
  CHECK(setting_refusal(root, "list[x]", "5") == "--set: list[x] = 5" + item);
  CHECK(setting_refusal(root, "list[]", "5") == "--set: list[] = 5" + item);
  CHECK(setting_refusal(root, "list[0", "5") == "--set: list[0 = 5" + item);
  CHECK(setting_refusal(root, "list[99999999999999999999]", "5").find(item) != std::string::npos);
  CHECK(setting_refusal(root, "a[0]", "5") ==
        "--set: a[0] = 5; expected the path of a list item that exists");
  CHECK(setting_refusal(root, "list.d", "5") == "--set: list.d = 5" + item);
  CHECK(setting_refusal(root, "list[0]d", "5") == "--set: list[0]d = 5" + path);
  CHECK(setting_refusal(root, "", "5") == "--set:  = 5" + path);
  CHECK(setting_refusal(root, "a.", "5") == "--set: a. = 5" + path);
  CHECK(setting_refusal(root, ".a", "5") == "--set: .a = 5" + path);
  CHECK(setting_refusal(root, "a..b", "5") == "--set: a..b = 5" + path);
  CHECK(setting_refusal(root, "a.b", "[1").find("--set a.b:1:1: is not YAML: ") == 0);
}

TEST_CASE("--set of an item that is not there says which are, and which is nearest") {
  const auto root =
      parse_document("policies: [{policy: random}, {name: msp, policy: threshold, delta: 1}]", "f");
  CHECK(setting_refusal(root, "policies.msq.delta", "0.5") ==
        "--set: policies.msq.delta = 0.5; expected an item of policies by its name, random or msp, "
        "or its number, [0] to [1]; did you mean msp?");
  CHECK(setting_refusal(root, "policies.msp.delta", "0.5") == "");
  CHECK(setting_refusal(root, "policies[2].delta", "0.5") ==
        "--set: policies[2].delta = 0.5; expected an item of policies by its number, [0] to [1]");
  CHECK(setting_refusal(parse_document("policies: [{policy: random}]", "f"), "policies[1]", "x") ==
        "--set: policies[1] = x; expected an item of policies by its number, [0]");
}

TEST_CASE("a named file is looked for beside the file that names it, then in the folders above") {
  const TemporaryFolder folder;
  const std::string scenario = folder.file("project/scenarios/s.yaml", "");
  const std::string above = folder.file("project/traces/t.h5", "");
  CHECK(find_beside("traces/t.h5", scenario) == above);
  const std::string beside = folder.file("project/scenarios/traces/t.h5", "");
  CHECK(find_beside("traces/t.h5", scenario) == beside);  // nearer wins
  CHECK(find_beside(above, scenario) == above);           // absolute: as it stands
  CHECK(find_beside("traces/none.h5", scenario) == "traces/none.h5");
  CHECK(find_beside("", scenario) == "");
}

}  // namespace
}  // namespace updraft
