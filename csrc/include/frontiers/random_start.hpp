// random_start: a random point of each sample's ball, clipped to the box.
//
//     x' = clip(origin + epsilon g, low, high)
//
//     L-infinity  g_i = v_i, uniform in (-1, 1)
//     L2          g_i = v_i / sqrt(sum v^2 + e),  v standard normal, e = -2 ln u
//     L1          g_i = v_i / (sum |v| + e),      v exponential with random signs, e = -ln u
//
// g is uniform in the unit ball (Barthe, Guedon, Mendelson, Naor, "A probabilistic approach to the
// geometry of the l_p^n-ball", Annals of Probability 33, 2005, theorem 1: one further exponential
// number in the norm takes the place of a radius u^(1/d)). Each element is also kept within epsilon
// of its origin, see displace.hpp; the norm of the whole exceeds epsilon by no more than the
// roundings of the elements. Clipping to a box that holds the origin only shortens it.
//
// Sample n draws from (seed, first_sample + n): element e (in logical order within the sample) from
// word e mod 4 of block e div 4 of start_stream, the further number from word 0 of block 0 of
// radius_stream. The sum over a sample is float64 in a fixed order: four elements of a block, 256
// blocks halved eight times, then these segments in 256 lanes, halved eight times.
//
// Bit-identical everywhere, whatever the element type: all of them see the same float32 v.
//
// Entry points: origin and out are contiguous; out == origin is allowed. epsilon varies by sample
// alone for L2 and L1. `scratch` of the CUDA entry point holds scratch_of_start() doubles.
#pragma once

#include "frontiers/displace.hpp"

namespace frontiers {

inline constexpr u32 start_stream = 0x73746172u;
inline constexpr u32 radius_stream = 0x72616469u;

enum class BallNorm : int { linf = 0, l2 = 1, l1 = 2 };

struct RandomStart {
    const void* origin;
    void* out;
    DType dtype;
    i64 samples, channels, inner;
    BallNorm norm;
    LinfParameterArray epsilon, low, high;
    u64 seed;
    u32 first_sample;
};

inline constexpr int segment_blocks = 256;
inline constexpr i64 segment_elements = 4 * segment_blocks;

FRONTIERS_HD i64 segments_of(const RandomStart& call) {
    return (call.channels * call.inner + segment_elements - 1) / segment_elements;
}

// A partial sum for each segment and a scale for each sample.
FRONTIERS_HD i64 scratch_of_start(const RandomStart& call) {
    return call.norm == BallNorm::linf ? 0 : call.samples * (segments_of(call) + 1);
}

// What an element adds to the norm.
template <Law law>
FRONTIERS_HD double share_of_norm(float v) {
    const double size = static_cast<double>(v);
    return law == Law::normal ? size * size : __builtin_fabs(size);
}

// The scale of a sample whose elements add up to `sum`.
template <Law law>
FRONTIERS_HD double scale_of_ball(double sum, double epsilon, u32 sample, u64 seed) {
    const u32 word = philox_block(0, stream_of(radius_stream, sample), seed).word[0];
    const double further = static_cast<double>(minus_twice_log(word));
    if constexpr (law == Law::normal) return epsilon / __builtin_sqrt(sum + further);
    return epsilon / (sum + 0.5 * further);
}

namespace cpu {
void random_start(const RandomStart& call, double* scratch, int threads);
}  // namespace cpu

namespace cuda {
void random_start(const RandomStart& call, double* scratch, Stream stream);
}  // namespace cuda

}  // namespace frontiers
