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
// Parameters are finite doubles >= 0 (low and high may be infinite): a single `value`, or one per
// outer index, per channel, or both, as data[outer * outer_stride + channel * channel_stride] in
// memory of the device that computes. data is null for a single value.
//
// Entry point: x, grad, origin and out share one layout. out may be x; any other overlap is
// undefined.
#pragma once

#include <type_traits>

#include "frontiers/dropout.hpp"

namespace frontiers {

// The largest representable value below `value`, which is neither NaN nor -infinity.
FRONTIERS_HD float next_below(float value) {
    const i32 bits = bit_copy<i32>(value);
    return bit_copy<float>(value > 0.0f ? bits - 1 : value < 0.0f ? bits + 1 : INT32_MIN + 1);
}
FRONTIERS_HD double next_below(double value) {
    const i64 bits = bit_copy<i64>(value);
    return bit_copy<double>(value > 0.0 ? bits - 1 : value < 0.0 ? bits + 1 : INT64_MIN + 1);
}
FRONTIERS_HD u16 sixteen_bits_below(u16 bits) {
    if ((bits & 0x7fffu) == 0) return 0x8001u;
    return static_cast<u16>(bits & 0x8000u ? bits + 1 : bits - 1);
}
FRONTIERS_HD Half next_below(Half value) { return Half{sixteen_bits_below(value.bits)}; }
FRONTIERS_HD BFloat16 next_below(BFloat16 value) {
    return BFloat16{sixteen_bits_below(value.bits)};
}

// a + b rounded towards minus infinity, using the exact error of the rounded sum (Knuth's TwoSum).
// A sum of finite numbers that overflows becomes the largest finite number.
template <class C>
FRONTIERS_HD C add_down(C a, C b) {
#if defined(__CUDA_ARCH__)
    if constexpr (sizeof(C) == sizeof(float)) return __fadd_rd(a, b);
    if constexpr (sizeof(C) == sizeof(double)) return __dadd_rd(a, b);
#endif
    const C sum = a + b;
    const C back = sum - a;
    const C error = (a - (sum - back)) + (b - back);
    const C infinity = static_cast<C>(__builtin_inf());
    const bool above = error < C(0) || (sum == infinity && a < infinity && b < infinity);
    return above ? next_below(sum) : sum;
}

// The largest value of T that is not above `value`.
template <class T, class From>
FRONTIERS_HD T round_down(From value) {
    if constexpr (std::is_same_v<T, BFloat16> && std::is_same_v<From, float>) {
        // Truncation rounds towards zero; for negative numbers a carry rounds the magnitude up.
        const u32 bits = bit_copy<u32>(value);
        return BFloat16{static_cast<u16>((bits + (bits >> 31) * 0xffffu) >> 16)};
    }
#if defined(__CUDA_ARCH__)
    if constexpr (std::is_same_v<T, Half> && std::is_same_v<From, float>) {
        u16 half;
        asm("cvt.rm.f16.f32 %0, %1;" : "=h"(half) : "f"(value));
        return Half{half};
    }
#endif
    const T nearest = Scalar<T>::store(static_cast<ComputeOf<T>>(value));
    return static_cast<From>(Scalar<T>::load(nearest)) > value ? next_below(nearest) : nearest;
}

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

// A parameter: one value for all, or one per outer index and channel.
struct LinfParameterArray {
    const double* data;
    i64 outer_stride;
    i64 channel_stride;
    double value = 0.0;

    bool varies() const { return data != nullptr; }
};

FRONTIERS_HD double value_at(const LinfParameterArray& array, i64 outer, i64 channel) {
    return array.data == nullptr
               ? array.value
               : array.data[outer * array.outer_stride + channel * array.channel_stride];
}

struct LinfStep {
    const void* x;
    const void* grad;
    const void* origin;
    void* out;
    DType dtype;
    Layout layout;
    LinfParameterArray step, epsilon, low, high;
    bool ascend;
};

template <class T>
FRONTIERS_HD LinfParameters<ComputeOf<T>> parameters_at(const LinfStep& call, i64 outer,
                                                        i64 channel) {
    const double step = value_at(call.step, outer, channel);
    return linf_parameters<T>(call.ascend ? step : -step, value_at(call.epsilon, outer, channel),
                              value_at(call.low, outer, channel),
                              value_at(call.high, outer, channel));
}

namespace cpu {
void linf_step(const LinfStep& call, int threads);
}  // namespace cpu

namespace cuda {
void linf_step(const LinfStep& call, Stream stream);
}  // namespace cuda

}  // namespace frontiers
