// Directed rounding, which makes bounds exact: a bound of a ball or box that is rounded inwards
// also holds in real arithmetic.
//
// There is no round_up: it is -round_down(-value).
#pragma once

#include <type_traits>

#include "frontiers/scalar.hpp"

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

}  // namespace frontiers
