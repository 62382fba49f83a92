// l1_step: one sparse sign step, projected onto the L1 ball within the box.
//
//     e_i = sign(g_i) where |g_i| is among the k largest of the sample, else 0
//     v = x +- step * e / ||e||_1,   x' = project(v)
//
// per sample, with k = max(1, round(share * elements)): a step of L1 length `step` along the
// steepest directions (Tramer and Boneh 2019, section 4; share = 0.01 is their 99th percentile). As
// in that paper, a component counts as 0 where x is at the bound of the box that the step points
// to. All components equal to the k-th largest take part; zeros never do.
//
// v is rounded once to the element type, so the result is that of project for this v, bit for bit.
// A sample with NaN or infinity becomes all NaN.
//
// Entry point: x, grad, origin and out share one layout. out may be x; any other overlap is
// undefined.
#pragma once

#include "frontiers/ball.hpp"
#include "frontiers/select.hpp"

namespace frontiers {

// |g|, or 0 where the box blocks the step. `slope` is the gradient in the direction of the step.
FRONTIERS_HD double step_key(double x, double slope, const Bounds& box) {
    // Branch-free so that loops vectorise.
    const bool blocked = ((slope > 0.0) & (x >= box.high)) | ((slope < 0.0) & (x <= box.low));
    return blocked ? 0.0 : __builtin_fabs(slope);
}

template <class T>
FRONTIERS_HD T moved_sparsely(double x, double slope, bool moves, double length) {
    const double moved = x + (slope > 0.0 ? length : slope < 0.0 ? -length : 0.0);
    return Scalar<T>::store(static_cast<ComputeOf<T>>(moves ? moved : x));
}

FRONTIERS_HD i64 share_of(double share, i64 elements) {
    const double k = __builtin_rint(share * static_cast<double>(elements));
    const i64 whole = static_cast<i64>(k);
    return whole < 1 ? 1 : whole > elements ? elements : whole;
}

namespace cpu {
void l1_step(const StepCall& call, double share, int threads);
}  // namespace cpu

namespace cuda {
void l1_step(const StepCall& call, double share, Stream stream);
}  // namespace cuda

}  // namespace frontiers
