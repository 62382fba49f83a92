// linf_step: one signed-gradient step, projected onto the L-infinity ball within the box.
//
//     x' = clip(clip(x +- step * sign(grad), origin - epsilon, origin + epsilon), low, high)
//
// (Goodfellow et al. 2015, equation before section 5; Madry et al. 2018, section 2.1.) The bounds
// are exact in the element type: epsilon is first rounded down to the type, the ball's bounds are
// the outermost representable values within epsilon of origin in real arithmetic, low is rounded up
// and high down. Hence |x' - origin| <= epsilon, in real arithmetic and as computed in the type,
// and low <= x' <= high hold without tolerance whenever origin lies in the box. If the ball misses
// the box, the box takes precedence. step is rounded to nearest.
//
// sign(0) = sign(-0) = 0. NaN in x, grad or origin gives NaN. A zero result is +0. Bit-identical on
// every instruction set and with CUDA.
//
// Parameters may vary by sample, by channel or by both. Entry point: StepCall in parameters.hpp.
#pragma once

#include "frontiers/parameters.hpp"
#include "frontiers/rounding.hpp"

namespace frontiers {

// Parameters of one element in the compute type. The sign of `step` is the direction.
template <class C>
struct LinfParameters {
    C step, epsilon, low, high;
};

// Rounds parameters as the contract above says.
template <class T>
FRONTIERS_HD LinfParameters<ComputeOf<T>> linf_parameters(double step, double epsilon, double low,
                                                          double high) {
    using C = ComputeOf<T>;
    return {static_cast<C>(step), Scalar<T>::load(round_down<T>(epsilon)),
            -Scalar<T>::load(round_down<T>(-low)), Scalar<T>::load(round_down<T>(high))};
}

template <class T>
FRONTIERS_HD T linf_step_element(T x_in, T grad_in, T origin_in,
                                 const LinfParameters<ComputeOf<T>>& p) {
    using C = ComputeOf<T>;
    const C x = Scalar<T>::load(x_in), grad = Scalar<T>::load(grad_in),
            origin = Scalar<T>::load(origin_in);
    const C ball_high = Scalar<T>::load(round_down<T>(add_down(origin, p.epsilon)));
    const C ball_low = -Scalar<T>::load(round_down<T>(add_down(-origin, p.epsilon)));
    C y = x + (grad > C(0) ? p.step : grad < C(0) ? -p.step : C(0));
    y = y < ball_low ? ball_low : y;
    y = y > ball_high ? ball_high : y;
    y = y < p.low ? p.low : y;
    y = y > p.high ? p.high : y;
    const bool unordered = x != x || grad != grad || origin != origin;
    return Scalar<T>::store(unordered ? static_cast<C>(__builtin_nan("")) : y + C(0));
}

template <class T>
FRONTIERS_HD LinfParameters<ComputeOf<T>> parameters_at(const StepCall& call, i64 outer,
                                                        i64 channel) {
    const double step = value_at(call.step, outer, channel);
    return linf_parameters<T>(call.ascend ? step : -step, value_at(call.epsilon, outer, channel),
                              value_at(call.low, outer, channel),
                              value_at(call.high, outer, channel));
}

namespace cpu {
void linf_step(const StepCall& call, int threads);
}  // namespace cpu

namespace cuda {
void linf_step(const StepCall& call, Stream stream);
}  // namespace cuda

}  // namespace frontiers
