// exp and log from + - * / alone, so that draws and scores have the same bits on every machine (a C
// library picks its variant by processor and moves between versions). Within 2 ulp of the true
// value; not for speed.
#pragma once

namespace updraft::portable {

double exp(double x);  // 0 below -745.2, infinity above 709.8
double log(double x);  // x > 0

}  // namespace updraft::portable
