// draw_digits FOLDER TRAIN TEST: writes so many drawn digits (drawn_digits.hpp) as the four files
// of an MNIST, for updraft-record to read as one. What analysis/cinet.md shows is made from them.
#include <cstdio>
#include <cstdlib>

#include "tests/unit/recorder/drawn_digits.hpp"
#include "tests/unit/recorder/written_dataset.hpp"

int main(int argc, char** argv) {
  using namespace updraft::written;
  if (argc != 4) {
    std::fputs("draw_digits FOLDER TRAIN TEST: expected a folder and two numbers of images\n",
               stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  write_idx(argv[1], "train", drawn_digits(std::strtoul(argv[2], nullptr, 10), 1));
  write_idx(argv[1], "t10k", drawn_digits(std::strtoul(argv[3], nullptr, 10), 2));
  return 0;
}
