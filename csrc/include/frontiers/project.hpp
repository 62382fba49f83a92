// project: the nearest point within both a norm ball and a box, sample by sample.
//
//     argmin ||z - x||_2  subject to  ||z - origin||_p <= epsilon,  low <= z <= high
//
// L1 and L2: see ball.hpp (Duchi et al. 2008 without the box; with it Croce and Hein 2021, section
// 3, give the optimality conditions). L0: at most floor(epsilon) elements differ from the origin.
// Changing element i lowers the squared distance by (w - w0) (2 d - w - w0) with w = clip(d, a, b)
// and w0 = clip(0, a, b); the elements with the largest gains are changed; ties go to the lower
// index. L-infinity is linf_step with step = 0.
//
// Bit-identical on every instruction set, for any number of threads, and with CUDA. Sums and the
// order of equal elements follow memory order.
#pragma once

#include "frontiers/ball.hpp"
#include "frontiers/select.hpp"

namespace frontiers {

// The decrease of the squared distance if this element is changed.
FRONTIERS_HD double gain_of(double v, double origin, const Bounds& box) {
    const double d = v - origin, a = box.low - origin, b = box.high - origin;
    const double w = clip_to(d, a, b), kept = clip_to(0.0, a, b);
    const double gain = (w - kept) * ((d - w) + (d - kept));
    return gain < 0.0 ? 0.0 : gain + 0.0;
}

namespace cpu {
void project(const StepCall& call, Norm norm, int threads);
}  // namespace cpu

namespace cuda {
void project(const StepCall& call, Norm norm, Stream stream);
}  // namespace cuda

}  // namespace frontiers
