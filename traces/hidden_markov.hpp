// A hidden Markov model of a series by maximum likelihood. In every bin t one of K states holds, by
// a Markov chain; the first `outages` states say 0 and nothing else, the others say a normal
// number:
//   a_ij      = P(state j in bin t+1 | state i in bin t)                                     (1)
//   b_k(x)    = normal density of mean m_k and deviation s_k;  x not an outage               (2)
//             = 1 where k is an outage state and x an outage, 0 where only one of them is
//   L         = sum over all paths of b(x_0)/K prod a b(x_t)                                 (3)
// by expectation and maximisation (Baum, Petrie, Soules, Weiss, Annals of Mathematical Statistics
// 41(1), 1970), forward and backward with scaling (Rabiner, Proc. IEEE 77(2), 1989, eqs. 91-95,
// 109- 111). Departures: the first bin's state is uniform, not fitted; s_k is not below a share of
// the deviation of all, since a state that narrows to one value makes L infinite. The start is
// drawn from the data, not at random: bins by rank of a moving mean into as many groups as there
// are states; outages by the length of their run. It finds a local maximum: fit() tries several
// windows and keeps the best. Not about rates, nor how many states there should be: channel_fit.
#pragma once

#include <cstddef>
#include <vector>

namespace updraft {

struct SeriesWithOutages {
  std::vector<double> x;  // [bins]; 0 in an outage
  std::vector<bool> out;  // [bins]
};

class HiddenMarkov {
 public:
  // `levels` >= 1 states for bins that are no outage, as many at least as there are such bins; with
  // `outages` 0 the series has none, else 1 or 2.
  static HiddenMarkov fit(const SeriesWithOutages& series, std::size_t levels, std::size_t outages);

  std::size_t states() const { return states_; }
  double log_likelihood() const { return log_likelihood_; }  // log L, natural
  // Free numbers: a (K - 1 a row), m_k and s_k.
  std::size_t parameters() const;
  // P(state k in bin t | the whole series), and the expected number of moves from i to j between
  // neighbouring bins, of which the last and the first are two: the series is taken as a ring, so
  // that every state is entered as often as it is left.
  double posterior(std::size_t bin, std::size_t state) const {
    return posterior_[bin * states_ + state];
  }
  double moves(std::size_t from, std::size_t to) const { return moves_[from * states_ + to]; }
  // The numbers that log_likelihood() is of: a, m and s; the last two of levels alone.
  double chance(std::size_t from, std::size_t to) const { return a_[from * states_ + to]; }
  double mean(std::size_t state) const { return mean_[state]; }
  double deviation(std::size_t state) const { return deviation_[state]; }

 private:
  HiddenMarkov(const SeriesWithOutages& series, std::size_t levels, std::size_t outages,
               std::size_t window);
  void start(const SeriesWithOutages& series, std::size_t window);
  void expect(const SeriesWithOutages& series);
  void maximise(const SeriesWithOutages& series);
  void set_emissions(const SeriesWithOutages& series);
  void close_ring(std::size_t bins);

  std::size_t states_;
  std::size_t outages_;
  double least_deviation_ = 0;
  std::vector<double> a_;     // [K, K]
  std::vector<double> mean_;  // [K]
  std::vector<double> deviation_;
  std::vector<double> emission_;   // [bins, K] b_k(x_t) over the largest of its bin
  std::vector<double> log_scale_;  // [bins] that largest, as a logarithm
  std::vector<double> posterior_;  // [bins, K]
  std::vector<double> moves_;      // [K, K]
  double log_likelihood_ = 0;
};

}  // namespace updraft
