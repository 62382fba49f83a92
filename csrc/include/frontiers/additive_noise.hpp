// additive_noise: noise on every element, clipped to the box.
//
//     gaussian         x' = clip(x + amount z),  z standard normal
//     uniform          x' = clip(x + amount v),  v uniform in (-1, 1), |x' - x| <= amount exactly
//     salt and pepper  x' = low or high, each with probability amount / 2, and clip(x) otherwise
//
// Element e, counted in logical order over the whole tensor and starting at first_element, uses
// word e mod 4 of block e div 4 of the stream of (kind, sample). So drawing parts of a batch
// separately gives the corresponding parts of the noise. A word below threshold is pepper and a
// word whose complement is below threshold is salt, with threshold = amount / 2 rounded to 32
// binary digits. For the rest see displace.hpp. Bit-identical everywhere.
//
// Entry points: x and out are contiguous; out may be x. first_element + n stays below 2^63.
#pragma once

#include "frontiers/displace.hpp"

namespace frontiers {

enum class NoiseKind : int { gaussian = 0, uniform = 1, salt_and_pepper = 2 };

struct AdditiveNoise {
    const void* x;
    void* out;
    DType dtype;
    i64 samples, channels, inner;
    NoiseKind kind;
    ParameterArray amount, low, high;
    u64 seed;
    u32 sample;
    i64 first_element;
};

FRONTIERS_HD u64 stream_of(const AdditiveNoise& call) {
    return stream_of(additive_stream + static_cast<u32>(call.kind), call.sample);
}

// amount / 2 in units of 2^-32, ties to even; at most 1/2, and 0 for negative or NaN amounts.
FRONTIERS_HD u32 salt_threshold(double amount) {
    const double share = amount > 0.0 ? (amount < 1.0 ? amount : 1.0) : 0.0;
    return static_cast<u32>(__builtin_rint(share * 2147483648.0));
}

template <class C>
struct Salt {
    u32 threshold;
    C low, high;
};

template <class T>
FRONTIERS_HD Salt<ComputeOf<T>> salt_parameters(double amount, double low, double high) {
    const auto box = displacement<T>(0.0, 0.0, low, high);
    return {salt_threshold(amount), box.low, box.high};
}

template <class T>
FRONTIERS_HD T salted(T x_in, u32 word, const Salt<ComputeOf<T>>& p) {
    using C = ComputeOf<T>;
    C y = Scalar<T>::load(x_in);
    y = y < p.low ? p.low : y;
    y = y > p.high ? p.high : y;
    y = word < p.threshold ? p.low : ~word < p.threshold ? p.high : y;
    return Scalar<T>::store(y + C(0));
}

namespace cpu {
void additive_noise(const AdditiveNoise& call, int threads);
}  // namespace cpu

namespace cuda {
void additive_noise(const AdditiveNoise& call, Stream stream);
}  // namespace cuda

}  // namespace frontiers
