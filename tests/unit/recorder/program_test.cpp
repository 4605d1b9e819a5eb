// Does the program keep its contract: exit statuses, --set, and a kill that costs nothing?
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/unit/recorder/started_program.hpp"
#include "tests/unit/recorder/written_dataset.hpp"

using namespace updraft;
using namespace updraft::written;

namespace {

const char* const recipe = R"(
seed: 3
dataset: {name: tiny, kind: idx, classes: 2, calibration: 40, source: drawn, licence: none}
cloud:
  network: {form: resnet, depth: 8, width: 0.25}
  training: {epochs: 20, batch: 16, rate: 0.05}
stages:
  plain:
    network: {form: resnet, depth: 8, width: 0.125}
    training: {epochs: 4, batch: 16, rate: 0.05}
  appealnet:
    from: plain
    loss: white_box
    training: {epochs: 2, batch: 16, rate: 0.02}
  both:
    network: {form: resnet, depth: 8, width: 0.125}
    loss: two_exits
    exit: 4
    training: {epochs: 2, batch: 16, rate: 0.05}
)";

}  // namespace

TEST_CASE("help and version exit with 0, a mistake with 2 and one line on it") {
  if (!built()) return;
  const Folder folder("program");
  const std::string log = folder / "log";
  CHECK(status_of("run --help", log) == 0);
  CHECK(status_of("--version", log) == 0);
  CHECK(content(log).starts_with("updraft-record "));
  for (const char* command : {"run", "check", "networks"}) {
    CHECK(status_of(fmt::format("{} --version", command), log) == 0);
    CHECK(content(log).starts_with("updraft-record "));
  }
  CHECK(status_of("dance", log) == 2);
  CHECK(content(log) ==
        "updraft-record: command = dance; expected run, check, networks, torchscript, layers, "
        "look or import-onnx\n");
  CHECK(status_of("chekc", log) == 2);
  CHECK(content(log) ==
        "updraft-record: command = chekc; expected run, check, networks, torchscript, layers, "
        "look or import-onnx; did you "
        "mean check?\n");
  // no word at all: the help, on standard error alone (# hides where else it would go)
  CHECK(status_of(fmt::format("> /dev/null 2> {} #", log), folder / "unused") == 2);
  CHECK(content(log).find("the networks that a recipe can name") != std::string::npos);
  write(folder / "r.yaml", recipe);
  CHECK(status_of("check " + (folder / "r.yaml"), log) == 0);
  const std::string run = fmt::format("run {} -o {} ", folder / "r.yaml", folder / "out.h5");
  CHECK(status_of(run, log) == 2);
  CHECK(content(log).find("dataset.path = nothing") != std::string::npos);
  CHECK(status_of(run + "--data " + folder.path(), log) == 2);
  CHECK(content(log).find("has no train-images-idx3-ubyte.gz") != std::string::npos);
  CHECK(status_of(run + "--data . --set cloud.training.epochs=0", log) == 2);
  CHECK(content(log).find("cloud.training.epochs = 0") != std::string::npos);
  CHECK(status_of(fmt::format("run {} --data . -o /nowhere/out.h5", folder / "r.yaml"), log) == 2);
  CHECK(content(log).find("/nowhere/out.h5: cannot be written") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "out.h5"));
}

TEST_CASE("a folder of another dataset is refused before anything is trained") {
  if (!built()) return;
  const Folder folder("program");
  const std::string log = folder / "log";
  write(folder / "r.yaml", recipe);
  write_idx(folder.path(), "train", two_classes(60, 1));
  write_idx(folder.path(), "t10k", two_classes(20, 2));
  write(folder / "is.txt", "abc");
  write(folder / "other.txt", "abd");
  // the SHA-1 of "abc": FIPS 180-4's first example
  const std::string abc = "a9993e364706816aba3e25717850c26c9cd0d89d";
  const auto run = [&](const std::string& sha1) {
    return status_of(fmt::format("run {} --data {} -o {} --threads 1 --set 'dataset.sha1={}'",
                                 folder / "r.yaml", folder.path(), folder / "out.h5", sha1),
                     log);
  };
  CHECK(run(fmt::format("{{is.txt: {0}, other.txt: {0}, nobody.txt: {0}}}", abc)) == 2);
  const std::string end = fmt::format(": not the dataset that {} names\n", folder / "r.yaml");
  // "abd" by sha1sum; a line each for the two, in the recipe's order
  CHECK(content(log) ==
        fmt::format("{0}/other.txt: sha1 = cb4cc28df0fdbe0ecf9d9662e294b118092a5735; expected "
                    "{1}{2}"
                    "{0}/nobody.txt: is not there; expected the file of sha1 {1}{2}",
                    folder.path(), abc, end));
  CHECK_FALSE(std::filesystem::exists(folder / "out.h5.checkpoints"));
  CHECK(run(fmt::format("{{is.txt: {}}}", abc)) == 0);
  CHECK(std::filesystem::exists(folder / "out.h5"));
  CHECK(run("{}") == 0);
}

TEST_CASE("from images to a simulated day: train, record, analyze, run") {
  if (!built() || !built(simulator)) return;
  const Folder folder("smoke");
  const std::string log = folder / "log";
  write(folder / "r.yaml", recipe);
  write_idx(folder.path(), "train", two_classes(340, 1));
  write_idx(folder.path(), "t10k", two_classes(60, 2));
  REQUIRE(status_of(fmt::format("run {} --data {} -o {} --threads 1", folder / "r.yaml",
                                folder.path(), folder / "out.h5"),
                    log) == 0);
  write(folder / "day.yaml", R"(
workload: {trace: out.h5, arrivals: {poisson: 20 Hz}, seed: 1}
device: {use: cortex-m7}
channel: {uplink: 5 Mbps, downlink: 20 Mbps, latency: 25 ms}
cloud: {use: t4}
policies:
  - {policy: always_edge, stage: plain}
  - {policy: threshold, stage: appealnet, score: q, reference: plain, delta: 0.6}
  - {name: normal, policy: threshold, stage: both, score: margin, delta: 0.6}
  - {name: sharing, policy: threshold, stage: both_exit, score: margin, delta: 0.6}
)");
  const auto simulated = [&](const std::string& arguments) {
    return started(simulator + " " + arguments, log);
  };
  CHECK(simulated("trace info " + (folder / "out.h5")) == 0);
  CHECK(content(log).find("white_box") != std::string::npos);
  CHECK(content(log).find("two_exits, exit of both") != std::string::npos);
  REQUIRE(simulated(fmt::format("run {} -o {}", folder / "day.yaml", folder / "day")) == 0);
  // a head and a row for each policy; every one of the 60 test images ended
  const std::string summary = content(folder / "day/summary.csv");
  CHECK(std::count(summary.begin(), summary.end(), '\n') == 5);
  CHECK(summary.find("always_edge,1,,60,60,0,0,0,0") != std::string::npos);
  INFO(content(log));
  CHECK(simulated(fmt::format("analyze {} -o {} --no-figure --draws 20", folder / "out.h5",
                              folder / "analysis")) == 0);
  CHECK(std::filesystem::exists(folder / "analysis/analysis.json"));
}

TEST_CASE("a recording killed for good and run again has the bytes of an undisturbed one") {
  if (!built()) return;
  const Folder folder("program");
  write(folder / "r.yaml", recipe);
  write_idx(folder.path(), "train", two_classes(480, 1));
  write_idx(folder.path(), "t10k", two_classes(60, 2));
  const auto run = [&](const std::string& output) {
    return fmt::format("run {} --data {} -o {} --threads 1", folder / "r.yaml", folder.path(),
                       folder / output);
  };
  REQUIRE(status_of(run("whole.h5"), folder / "log") == 0);
  // no terminal: each network says that it begins, and each of 20 + 4 + 2 + 2 epochs has a line
  const std::string log = content(folder / "log");
  INFO(log);
  for (const char* line :
       {"cloud: training begins, epoch 1 of 20\n", "plain: training begins, epoch 1 of 4\n",
        "appealnet: training begins, epoch 1 of 2\n", "both: training begins, epoch 1 of 2\n"}) {
    CHECK(log.find(line) != std::string::npos);
  }
  std::size_t epochs = 0;
  for (auto at = log.find("elapsed"); at != std::string::npos; at = log.find("elapsed", at + 1)) {
    ++epochs;
  }
  CHECK(epochs == 28);
  CHECK(log.find('\r') == std::string::npos);

  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string command = fmt::format("exec {} {} --quiet", program, run("killed.h5"));
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  const std::string checkpoint = folder / "killed.h5.checkpoints/cloud.pt";
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!std::filesystem::exists(checkpoint) && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(std::filesystem::exists(checkpoint));
  REQUIRE_FALSE(std::filesystem::exists(folder / "killed.h5"));

  REQUIRE(status_of(run("killed.h5"), folder / "log") == 0);
  CHECK(content(folder / "log").find("taken from its checkpoint") != std::string::npos);
  CHECK(content(folder / "killed.h5") == content(folder / "whole.h5"));
  // kept for this run alone
  CHECK_FALSE(std::filesystem::exists(folder / "killed.h5.checkpoints"));
}

TEST_CASE("look says which stage, rows and files it wants") {
  if (!built()) return;
  const Folder folder("look_program");
  const std::string log = folder / "log";
  write(folder / "plain.yaml", recipe);
  write_idx(folder.path(), "train", two_classes(60, 1));
  write_idx(folder.path(), "t10k", two_classes(20, 2));
  std::string crops = std::string(recipe).substr(0, std::string(recipe).find("stages:"));
  for (const char* name : {"crop4", "crop6"}) {
    crops += fmt::format(
        "{}  {}: {{network: {{form: cinet}}, loss: crop, training: {{epochs: 1, "
        "rate: 0.1}}}}\n",
        crops.find("stages:") == std::string::npos ? "stages:\n" : "", name);
  }
  write(folder / "crops.yaml", crops);
  const auto look = [&](const std::string& recipe_file, const std::string& more) {
    CHECK(status_of(fmt::format("look {} --data {} --checkpoints {} {}", folder / recipe_file,
                                folder.path(), folder.path(), more),
                    log) == 2);
    return content(log);
  };
  const std::string out = "-o " + (folder / "p.png");
  CHECK(look("plain.yaml", out) ==
        (folder / "plain.yaml") + ": stages without loss: crop; expected one: no other looks\n");
  CHECK(look("crops.yaml", out) == "--stage = nothing; expected crop4 or crop6\n");
  CHECK(look("crops.yaml", out + " --stage crop5") ==
        "--stage = crop5; expected crop4 or crop6; did you mean crop4?\n");
  CHECK(look("crops.yaml", "--stage crop4 -o p.gif") ==
        "-o = p.gif; expected a name that ends in .png\n");
  CHECK(look("crops.yaml", out + " --stage crop4 --rows 3,19") ==
        (folder / "crop4.pt") +
            ": is not there; expected a checkpoint: updraft-record run ... --checkpoints keeps "
            "them\n");
  write(folder / "crop4.pt", "no checkpoint");
  CHECK(look("crops.yaml", out + " --stage crop4 --rows 3,20") ==
        "--rows = 20; expected below 20, the rows of test\n");
  CHECK(look("crops.yaml", out + " --stage crop4 --rows -1").starts_with("--rows: "));
  CHECK(look("crops.yaml", out + " --stage crop4 --rows 3,19") ==
        (folder / "crop4.pt") +
            ": is not a checkpoint that can be read; delete it to train anew, or name another "
            "folder with --checkpoints\n");
  CHECK_FALSE(std::filesystem::exists(folder / "p.png"));
}

TEST_CASE("layers writes a profile, a committed one by the command in its first line") {
  if (!built()) return;
  const Folder folder("layers");
  const std::string log = folder / "log";
  const std::string file = UPDRAFT_SOURCE_DIR "/traces/layers/cinet_digits_cnn7.yaml";
  const std::string first = content(file).substr(0, content(file).find('\n'));
  REQUIRE(first.starts_with("# updraft-record layers "));
  const std::string arguments = first.substr(std::string("# updraft-record ").size());
  CHECK(status_of(fmt::format("{} -o {}", arguments, folder / "out.yaml"), log) == 0);
  CHECK(content(folder / "out.yaml") == content(file));
  CHECK(content(log).find("Next: updraft cut ") != std::string::npos);
  CHECK(status_of(arguments, log) == 0);  // to standard output
  CHECK(content(log) == content(file));

  CHECK(status_of("layers", log) == 2);
  CHECK(content(log) ==
        "--network = nothing; expected a form of network, or --stage NAME RECIPE\n");
  CHECK(status_of("layers --network alexnet --input 3x2", log) == 2);
  CHECK(content(log) == "--input = 3x2; expected CxHxW, each in [1, 10000], such as 3x224x224\n");
  CHECK(status_of("layers --network alexnet -o /nowhere/at/all.yaml", log) == 2);
  CHECK(content(log).starts_with("/nowhere/at/all.yaml: cannot be written"));
}
