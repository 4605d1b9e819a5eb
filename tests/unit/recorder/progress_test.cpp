// Does progress say how far it is and how long it will take?
#include "traces/recorder/progress.hpp"

#include <doctest/doctest.h>

using namespace updraft;

namespace {

TrainingStep step(double done, bool ended) {
  TrainingStep out;
  out.network = "plain";
  out.epoch = 2;
  out.epochs = 4;
  out.epoch_ended = ended;
  out.loss = 0.5;
  out.accuracy = 0.875;
  out.done = done;
  return out;
}

}  // namespace

TEST_CASE("durations are shown as on a clock") {
  CHECK(clock_text(Seconds(0)) == "0:00");
  CHECK(clock_text(Seconds(59.6)) == "1:00");
  CHECK(clock_text(Seconds(3599)) == "59:59");
  CHECK(clock_text(Seconds(3723)) == "1:02:03");
}

TEST_CASE("outside a terminal there is a line an epoch, and nothing that rewrites it") {
  Progress progress(false);
  CHECK(progress.shown(step(0.1, false), Seconds(10)).empty());
  const std::string line = progress.shown(step(0.25, true), Seconds(20));
  INFO(line);
  CHECK(line.find("epoch 2/4") != std::string::npos);
  CHECK(line.find("87.50 %") != std::string::npos);
  // a quarter in 20 s: three more quarters in 60 s
  CHECK(line.find("ETA 1:00") != std::string::npos);
  CHECK(line.find('\r') == std::string::npos);
  CHECK(line.back() == '\n');
  // within an epoch, a line a minute
  CHECK(progress.shown(step(0.26, false), Seconds(79)).empty());
  CHECK_FALSE(progress.shown(step(0.27, false), Seconds(80)).empty());
}

TEST_CASE("outside a terminal a network says that it begins, before its first batch") {
  TrainingStep first = step(0.25, false);
  first.began = true;
  CHECK(Progress(false).shown(first, Seconds(1)) == "plain: training begins, epoch 2 of 4\n");
  CHECK(Progress(true).shown(first, Seconds(1)).empty());
}

TEST_CASE("on a terminal the line rewrites itself, five times a second at most") {
  Progress progress(true);
  CHECK(progress.shown(step(0.1, false), Seconds(10)).front() == '\r');
  CHECK(progress.shown(step(0.1, false), Seconds(10.1)).empty());
  CHECK(progress.shown(step(0.1, false), Seconds(10.2)).back() != '\n');
}

TEST_CASE("work that a checkpoint spared does not make the rest look quick") {
  Progress progress(false);
  TrainingStep spared = step(0.5, true);
  spared.resumed = true;
  CHECK(progress.shown(spared, Seconds(0)).find("taken from its checkpoint") != std::string::npos);
  // a quarter of the work in 30 s; the last quarter in 30 s
  CHECK(progress.shown(step(0.75, true), Seconds(30)).find("ETA 0:30") != std::string::npos);
}
