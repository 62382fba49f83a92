// l2_step: one step along the normalised gradient, projected onto the L2 ball within the box.
//
//     v = x +- step * grad / ||grad||_2,   x' = project(v)
//
// per sample (Madry et al. 2018, section 2.1, with the L2 ball). The norm and step / norm are
// float64, summed in the order of ball.hpp. v is rounded once to the element type, so the result is
// that of project for this v, bit for bit. A zero gradient does not move x; for squares outside
// float64's range see ball.hpp. A sample with NaN or infinity becomes all NaN.
//
// Entry point: x, grad, origin and out share one layout. out may be x; any other overlap is
// undefined.
#pragma once

#include "frontiers/ball.hpp"

namespace frontiers {

// The factor of the gradient.
FRONTIERS_HD double l2_factor(double step, double squares, bool ascend) {
    if (squares == 0.0) return 0.0;
    const double factor = step / __builtin_sqrt(squares);
    return ascend ? factor : -factor;
}

template <class T>
FRONTIERS_HD T moved_along(T x, T grad, double factor) {
    const double from = static_cast<double>(Scalar<T>::load(x));
    const double slope = static_cast<double>(Scalar<T>::load(grad));
    return Scalar<T>::store(static_cast<ComputeOf<T>>(from + factor * slope));
}

namespace cpu {
void l2_step(const StepCall& call, int threads);
}  // namespace cpu

namespace cuda {
void l2_step(const StepCall& call, Stream stream);
}  // namespace cuda

}  // namespace frontiers
