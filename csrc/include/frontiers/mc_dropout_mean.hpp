// mc_dropout_mean: the mean of mc_dropout's T passes, without writing any of them.
//
//     out = x * (kept / (T q)),   kept = number of passes rule.sample .. rule.sample + T - 1 whose
//                                 mask keeps the element,   +0 where kept == 0.
//
// A pass is either x / q or +0, so the sum over passes is a count times one value. Masks are
// counted as integers, which makes the result independent of the order of summation: it is
// bit-identical on every instruction set, with CUDA, and for any number of threads. It equals the
// mean of the passes up to rounding. With scale = 1 / q and everything in the compute type
// (float32, or float64 for float64),
//
//     factor = kept * scale / T   (product, then quotient, each rounded),   out = x * factor,
//
// and out is rounded once to the element type. Where all passes keep (p = 0) the factor is
// exactly 1. An element that no pass keeps is set to +0, even where x is NaN or infinite.
//
// Masks are counted bit-sliced: bit j of plane k is binary digit k of lane j's count, and a
// carry-save adder takes 32 lanes of a mask in five operations (Harley-Seal counter).
//
// Entry points: x, out, layout, first_element and rule as in dropout. out may be x; any other
// overlap is undefined. samples >= 1, and rule.sample + samples must not exceed 2^32.
#pragma once

#include "frontiers/dropout.hpp"

namespace frontiers {

// Full adder in each of 32 lanes: `sum` becomes the sum bit; returns the carry.
FRONTIERS_HD u32 add_lanes(u32& sum, u32 a, u32 b) {
    const u32 either = a ^ b, carry = (a & b) | (sum & either);
    sum ^= either;
    return carry;
}

// Number of binary digits of a count up to `samples`.
FRONTIERS_HD int digits_of(i64 samples) {
    int digits = 0;
    for (; samples > 0; samples >>= 1) ++digits;
    return digits;
}

// The mean for an element x in the compute type, given its count.
template <class C>
FRONTIERS_HD C scale_by_count(C x, u32 kept, C scale, C samples) {
    const C mean = x * (static_cast<C>(kept) * scale / samples);
    return kept != 0 ? mean : C{0};
}

template <class T>
FRONTIERS_HD T mean_of_passes(T x, u32 kept, ComputeOf<T> scale, ComputeOf<T> samples) {
    return Scalar<T>::store(scale_by_count(Scalar<T>::load(x), kept, scale, samples));
}

namespace cpu {
void mc_dropout_mean(const void* x, void* out, DType dtype, const Layout& layout,
                     Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                     int threads);
}  // namespace cpu

namespace cuda {
void mc_dropout_mean(const void* x, void* out, DType dtype, const Layout& layout,
                     Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                     Stream stream);
}  // namespace cuda

}  // namespace frontiers
