// Physical quantities: a double tagged with powers of second, byte, FLOP and joule. It is not a
// conversion library: everything is stored in SI (bits exist only in the parser and in _Mbps), and
// .si() is the only way out, at the engine's border and on output.
#pragma once

#include <compare>
#include <limits>

namespace updraft {

template <int Second, int Byte, int Flop, int Joule>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double si) : si_(si) {}
  constexpr double si() const { return si_; }

  constexpr Quantity& operator+=(Quantity other) { return si_ += other.si_, *this; }
  constexpr Quantity& operator-=(Quantity other) { return si_ -= other.si_, *this; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.si_); }
  friend constexpr Quantity operator*(Quantity a, double f) { return Quantity(a.si_ * f); }
  friend constexpr Quantity operator*(double f, Quantity a) { return Quantity(f * a.si_); }
  friend constexpr Quantity operator/(Quantity a, double f) { return Quantity(a.si_ / f); }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double si_ = 0;
};

// Products and quotients add and subtract the powers; a pure number comes out as a double.
template <int S1, int B1, int F1, int J1, int S2, int B2, int F2, int J2>
constexpr auto operator*(Quantity<S1, B1, F1, J1> a, Quantity<S2, B2, F2, J2> b) {
  if constexpr (S1 + S2 == 0 && B1 + B2 == 0 && F1 + F2 == 0 && J1 + J2 == 0) {
    return a.si() * b.si();
  } else {
    return Quantity<S1 + S2, B1 + B2, F1 + F2, J1 + J2>(a.si() * b.si());
  }
}
template <int S1, int B1, int F1, int J1, int S2, int B2, int F2, int J2>
constexpr auto operator/(Quantity<S1, B1, F1, J1> a, Quantity<S2, B2, F2, J2> b) {
  if constexpr (S1 == S2 && B1 == B2 && F1 == F2 && J1 == J2) {
    return a.si() / b.si();
  } else {
    return Quantity<S1 - S2, B1 - B2, F1 - F2, J1 - J2>(a.si() / b.si());
  }
}
template <int S, int B, int F, int J>
constexpr auto operator/(double f, Quantity<S, B, F, J> a) {
  return Quantity<-S, -B, -F, -J>(f / a.si());
}

using Seconds = Quantity<1, 0, 0, 0>;  // a duration; a date is a SimTime
using Bytes = Quantity<0, 1, 0, 0>;
using Flops = Quantity<0, 0, 1, 0>;  // work; 1 MAC = 2 FLOP
using Joules = Quantity<0, 0, 0, 1>;
using Hertz = Quantity<-1, 0, 0, 0>;
using BytesPerSecond = Quantity<-1, 1, 0, 0>;
using FlopsPerSecond = Quantity<-1, 0, 1, 0>;
using Watts = Quantity<-1, 0, 0, 1>;
using JoulesPerByte = Quantity<0, -1, 0, 1>;  // power per rate

// A date of the simulated world, counted from its beginning. Date + date does not compile.
class SimTime {
 public:
  constexpr SimTime() = default;
  constexpr explicit SimTime(double seconds) : seconds_(seconds) {}
  constexpr double si() const { return seconds_; }
  // The stamp of a station that the sample never saw.
  static constexpr SimTime never() { return SimTime(std::numeric_limits<double>::quiet_NaN()); }
  constexpr bool set() const { return seconds_ == seconds_; }

  friend constexpr SimTime operator+(SimTime date, Seconds d) {
    return SimTime(date.seconds_ + d.si());
  }
  friend constexpr SimTime operator-(SimTime date, Seconds d) {
    return SimTime(date.seconds_ - d.si());
  }
  friend constexpr Seconds operator-(SimTime a, SimTime b) {
    return Seconds(a.seconds_ - b.seconds_);
  }
  friend constexpr auto operator<=>(SimTime, SimTime) = default;

 private:
  double seconds_ = 0;
};

namespace literals {
constexpr Seconds operator""_s(long double v) { return Seconds(static_cast<double>(v)); }
constexpr Seconds operator""_s(unsigned long long v) { return Seconds(static_cast<double>(v)); }
constexpr Seconds operator""_ms(unsigned long long v) {
  return Seconds(static_cast<double>(v) / 1e3);
}
constexpr Bytes operator""_B(unsigned long long v) { return Bytes(static_cast<double>(v)); }
constexpr Bytes operator""_kB(unsigned long long v) { return Bytes(static_cast<double>(v) * 1e3); }
constexpr BytesPerSecond operator""_Mbps(unsigned long long v) {
  return BytesPerSecond(static_cast<double>(v) * 1e6 / 8);
}
constexpr Flops operator""_MMAC(unsigned long long v) {
  return Flops(static_cast<double>(v) * 2e6);
}
constexpr Watts operator""_W(long double v) { return Watts(static_cast<double>(v)); }
}  // namespace literals

}  // namespace updraft
