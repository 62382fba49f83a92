// Per-element maths of random_start and additive_noise: adds a multiple of a random number to x and
// clips to a ball around x and to the box.
//
//     x' = clip(clip(x + scale * v, x - epsilon, x + epsilon), low, high)
//
// with the roundings of linf_step: |x' - x| <= epsilon and low <= x' <= high hold exactly whenever
// x lies in the box. v is a float32 number made from a word of the element's Philox block
// (noise.hpp). The sum is rounded in the compute type and once more to storage. NaN stays NaN; a
// zero result is +0. Bit-identical everywhere.
#pragma once

#include "frontiers/linf_step.hpp"
#include "frontiers/noise.hpp"

namespace frontiers {

// Distributions of v.
enum class Distribution : int {
    normal = 0,      // standard normal
    uniform = 1,     // in (-1, 1), on odd multiples of 2^-24
    exponential = 2  // -ln u with a random sign: density exp(-|v|) / 2
};

FRONTIERS_HD float signed_unit(u32 word) {
    return (static_cast<float>(static_cast<i32>(word) >> 8) + 0.5f) * 1.1920928955078125e-7f;
}

// The word's last bit is the sign and is not used for the magnitude.
FRONTIERS_HD float signed_exponential(u32 word) {
    const float size = 0.5f * minus_twice_log(word | 1u);
    return bit_copy<float>(bit_copy<u32>(size) | (word << 31));
}

template <Distribution distribution>
FRONTIERS_HD void numbers_of(const Block& block, float (&v)[4]) {
    if constexpr (distribution == Distribution::normal) {
        box_muller(block.word[0], block.word[1], v[0], v[1]);
        box_muller(block.word[2], block.word[3], v[2], v[3]);
    } else {
        for (int j = 0; j < 4; ++j) {
            v[j] = distribution == Distribution::uniform ? signed_unit(block.word[j])
                                                         : signed_exponential(block.word[j]);
        }
    }
}

// Parameters of one element in the compute type.
template <class C>
struct Displacement {
    C scale, epsilon, low, high;
};

// Rounds epsilon down, low up, high down, and scale to nearest.
template <class T>
FRONTIERS_HD Displacement<ComputeOf<T>> displacement(double scale, double epsilon, double low,
                                                     double high) {
    const auto box = linf_parameters<T>(0.0, epsilon, low, high);
    return {static_cast<ComputeOf<T>>(scale), box.epsilon, box.low, box.high};
}

template <class T>
FRONTIERS_HD T displaced(T x_in, float v, const Displacement<ComputeOf<T>>& p) {
    using C = ComputeOf<T>;
    const C x = Scalar<T>::load(x_in);
    const C ball_high = Scalar<T>::load(round_down<T>(add_down(x, p.epsilon)));
    const C ball_low = -Scalar<T>::load(round_down<T>(add_down(-x, p.epsilon)));
    C y = x + static_cast<C>(v) * p.scale;
    y = y < ball_low ? ball_low : y;
    y = y > ball_high ? ball_high : y;
    y = y < p.low ? p.low : y;
    y = y > p.high ? p.high : y;
    return Scalar<T>::store(y + C(0));
}

}  // namespace frontiers
