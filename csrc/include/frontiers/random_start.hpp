// random_start: a uniformly random point of each sample's ball, clipped to the box.
//
//     x' = clip(origin + epsilon g, low, high)
//
//     L-infinity  g_i = v_i, uniform in (-1, 1)
//     L2          g_i = v_i / sqrt(sum v^2 + e),  v standard normal, e = -2 ln u
//     L1          g_i = v_i / (sum |v| + e),      v exponential with random signs, e = -ln u
//
// g is uniform in the unit ball (Barthe, Guedon, Mendelson, Naor, "A probabilistic approach to the
// geometry of the l_p^n-ball", Annals of Probability 33, 2005, theorem 1: adding an exponential
// number to the norm replaces the radius u^(1/d)). Each element also stays within epsilon of its
// origin (displace.hpp), and the norm exceeds epsilon by no more than the rounding of the elements.
// Clipping to a box that contains the origin only shortens the displacement.
//
// Sample n draws from (seed, first_sample + n). Element i, in logical order within the sample, uses
// word i mod 4 of block i div 4 of start_stream; e uses word 0 of block 0 of radius_stream. The sum
// over a sample is float64 in a fixed order: the four elements of a block, 256 blocks halved eight
// times, then these segments in 256 lanes, halved eight times.
//
// Bit-identical everywhere. All element types use the same float32 v.
//
// Entry points: origin and out are contiguous; out may be origin. For L2 and L1 epsilon varies by
// sample only. CUDA: `scratch` holds random_start_scratch() doubles.
#pragma once

#include "frontiers/displace.hpp"

namespace frontiers {

enum class BallNorm : int { linf = 0, l2 = 1, l1 = 2 };

struct RandomStart {
    const void* origin;
    void* out;
    DType dtype;
    i64 samples, channels, inner;
    BallNorm norm;
    ParameterArray epsilon, low, high;
    u64 seed;
    u32 first_sample;
};

inline constexpr int segment_blocks = 256;
inline constexpr i64 segment_elements = 4 * segment_blocks;

FRONTIERS_HD i64 segments_of(const RandomStart& call) {
    return (call.channels * call.inner + segment_elements - 1) / segment_elements;
}

// A partial sum per segment and a scale per sample.
FRONTIERS_HD i64 random_start_scratch(const RandomStart& call) {
    return call.norm == BallNorm::linf ? 0 : call.samples * (segments_of(call) + 1);
}

// An element's contribution to the norm.
template <Distribution distribution>
FRONTIERS_HD double norm_term(float v) {
    const double size = static_cast<double>(v);
    return distribution == Distribution::normal ? size * size : __builtin_fabs(size);
}

// The scale of a sample, given the sum of its contributions.
template <Distribution distribution>
FRONTIERS_HD double scale_of_ball(double sum, double epsilon, u32 sample, u64 seed) {
    const u32 word = philox_block(0, stream_of(radius_stream, sample), seed).word[0];
    const double e = static_cast<double>(minus_twice_log(word));
    if constexpr (distribution == Distribution::normal) return epsilon / __builtin_sqrt(sum + e);
    return epsilon / (sum + 0.5 * e);
}

namespace cpu {
void random_start(const RandomStart& call, double* scratch, int threads);
}  // namespace cpu

namespace cuda {
void random_start(const RandomStart& call, double* scratch, Stream stream);
}  // namespace cuda

}  // namespace frontiers
