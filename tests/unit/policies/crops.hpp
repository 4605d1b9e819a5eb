// A small recorded world with payloads to choose among. Stages: "edge" with the score q, and the
// extractors "crop5" and "crop10", which have no answer. Variants, with what the device takes for
// each and their bytes in the mean:
//   crop5   2 ms to extract    25 B    right on 6 of 10 calibration rows
//   crop10  2 ms to extract   100 B             7
//   jpeg    4 ms to encode  1,250 B             8    1,000 B and 1,500 B by turns
//   image   nothing        10,000 B             9
// The edge takes 20 ms. Device: 5 W while it computes; radio: 1 W while it sends, 1 uJ a byte.
#pragma once

#include "tests/unit/policies/recorded.hpp"

namespace updraft::testing {

inline Recorded crops() {
  constexpr std::size_t rows = 10;
  const auto right_on = [](std::size_t some) {
    std::vector<std::uint8_t> out(rows, 0);
    std::fill_n(out.begin(), some, std::uint8_t{1});
    return out;
  };
  std::vector<double> q;
  for (std::size_t i = 0; i < rows; ++i) q.push_back(static_cast<double>(i) / 10);
  Recorded out = recorded(q, right_on(5), right_on(9));
  for (const char* name : {"crop5", "crop10"}) {
    out.menu.stages.push_back({name, Flops(2e6), "alexnet", {}});
    out.menu.stages.back().answers = false;
    out.truth.edge_correct.push_back(right_on(0));
  }
  MenuVariant image = out.menu.variants[0];
  const auto variant = [&](const std::string& name, std::uint32_t bytes) {
    image.name = name;
    image.payload_bytes.assign(rows, bytes);
    return image;
  };
  out.menu.variants = {variant("crop5", 25), variant("crop10", 100), variant("jpeg", 1000),
                       variant("image", 10000)};
  out.menu.variants[0].made_by = 1;
  out.menu.variants[1].made_by = 2;
  out.menu.variants[2].encode_work = Flops(4e6);
  for (std::size_t i = 0; i < rows; i += 2) out.menu.variants[2].payload_bytes[i] = 1500;
  out.truth.cloud_correct = {right_on(6), right_on(7), right_on(8), right_on(9)};
  return out;
}

inline DeviceCosts device_of_crops() {
  return {{Seconds(.02), Seconds(.002), Seconds(.002)},
          {Seconds(0), Seconds(0), Seconds(.004), Seconds(0)},
          Watts(5),
          Watts(1),
          JoulesPerByte(1e-6)};
}

struct CropWorld {
  Recorded test = crops();
  Recorded calibration = crops();
  DeviceCosts device = device_of_crops();
  std::vector<std::uint32_t> rows = once_each(test);
  PolicyContext context() const {
    return {test.menu, test.truth, &calibration.menu, &calibration.truth,
            rows,      nullptr,    nullptr,           &device};
  }
};

}  // namespace updraft::testing
