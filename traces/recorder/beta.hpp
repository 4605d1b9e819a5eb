// The dynamic beta of joint training (seeds/002, App. B.2, Algorithm 2): raise the price of
// appealing while the predictor asks for more of the cloud than it should, lower it else.
//   beta <- beta (1 + step)  if mean L_q > target,  beta / (1 + step)  else    (1)
//   L_q = -ln q(1|x)         target = 0.5: a geometric mean of q of e^-0.5 = 0.61
// The paper's step is lost in its text; a fixed ratio keeps beta positive and is the rule of the
// work it cites for it (DeVries, Taylor, "Learning confidence for out-of-distribution detection in
// neural networks", 2018). After every batch.
#pragma once

namespace updraft {

struct BetaRule {
  double step = 0.01;   // > 0
  double target = 0.5;  // > 0, nats

  double next(double beta, double mean_predictor_loss) const {
    const bool appeals_too_much = mean_predictor_loss > target;
    return appeals_too_much ? beta * (1 + step) : beta / (1 + step);  // (1)
  }
};

}  // namespace updraft
