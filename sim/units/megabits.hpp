// Megabits per second, for what people read and what files in their units say: inside the program
// a rate is a BytesPerSecond.
#pragma once

namespace updraft {

inline constexpr double Mbps = 125e3;  // B/s

}  // namespace updraft
