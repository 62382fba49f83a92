// predictive: uncertainty of a classifier's prediction over T passes, from their logits in a single
// read.
//
//     p_t = softmax(x_t)                         mean_c = sum_t p_tc / T
//     variance_c = sum_t (p_tc - mean_c)^2 / T   entropy = -sum_c mean_c ln mean_c
//     expected_entropy = -sum_t sum_c p_tc ln p_tc / T
//     mutual_information = entropy - expected_entropy, or 0 where rounding makes it negative
//
// in nats (Depeweg et al., "Decomposition of uncertainty in Bayesian deep learning", ICML 2018,
// section 3). With d = x - max x, a pass needs only s = sum e^d and a = sum d e^d: p = e^d / s and
// H[p] = ln s - a / s. A class whose logit is more than 80 below the largest (700 in float64) has
// probability 0, and 0 ln 0 = 0. If no probability differs between passes, the entropy equals the
// expected entropy and the mutual information is exactly 0.
//
// Exponentials are computed in float32 (float64 for float64) within 2 units in the last place. Sums
// over classes have 16 lanes, lane j with classes j, j + 16, ...; each lane adds sixteen terms in
// the type of the exponentials before it continues in float64, and the lanes are added in halves.
// Sums over passes are float64 in the order of the passes. So feeding the passes in consecutive
// pieces gives the same bits, as do all instruction sets, thread counts and layouts.
//
// NaN or +infinity among a position's logits, or a pass of -infinity only, makes all results of
// that position NaN and affects no other. Otherwise -infinity is a probability of 0.
//
// Entry points: positions are numbered over (outer, middle, inner). State and results are one row
// of `classes` numbers per position, or one number per position. Results are float32, or float64
// for float64 logits. passes >= 1, classes >= 1. CUDA: `state` holds 2 * classes doubles per
// position and is only used for more than predictive_registers classes.
#pragma once

#include "frontiers/moments.hpp"
#include "frontiers/philox.hpp"

namespace frontiers {

inline constexpr int predictive_lanes = 16;
inline constexpr int predictive_run = 16;  // terms per lane before it continues in float64
inline constexpr i64 predictive_registers = 128;

struct PredictiveInput {
    const void* logits;
    DType dtype;
    i64 passes, classes;
    i64 size[3], stride[3];  // of outer, middle and inner positions
    i64 pass_stride, class_stride;
};

FRONTIERS_HD i64 position_count(const PredictiveInput& input) {
    return input.size[0] * input.size[1] * input.size[2];
}

FRONTIERS_HD i64 position_offset(const PredictiveInput& input, i64 position) {
    const i64 rows = position / input.size[2], outer = rows / input.size[1];
    return outer * input.stride[0] + (rows - outer * input.size[1]) * input.stride[1] +
           (position - rows * input.size[2]) * input.stride[2];
}

struct PredictiveState {
    double* mean;
    double* m2;
    double* entropy;  // sum over the passes
};

struct PredictiveResult {
    void* mean;
    void* variance;
    void* entropy;
    void* expected_entropy;
    void* mutual_information;
};

template <class C>
inline constexpr C min_exponent = sizeof(C) == 8 ? C(-700) : C(-80);

// d, or the smallest exponent if d lies below it; NaN stays. A bitwise selection, because a branch
// would prevent vectorisation.
FRONTIERS_HD float clamp_exponent(float d) {
    const u32 below = d < min_exponent<float> ? ~0u : 0u;
    return bit_copy<float>((bit_copy<u32>(min_exponent<float>) & below) |
                           (bit_copy<u32>(d) & ~below));
}

FRONTIERS_HD double clamp_exponent(double d) {
    const u64 below = d < min_exponent<double> ? ~u64{0} : u64{0};
    return bit_copy<double>((bit_copy<u64>(min_exponent<double>) & below) |
                            (bit_copy<u64>(d) & ~below));
}

// e^x for min_exponent <= x <= 0, and 0 for x = min_exponent. Let x = n ln 2 + r with
// |r| <= ln 2 / 2. Adding 1.5 * 2^23 rounds to n and leaves it in the last bits. ln 2 is subtracted
// in two parts, the first with so few digits that its product with n is exact. The polynomial is
// the minimax one of its degree, with a relative error of 3e-9.
FRONTIERS_HD float exponential(float x) {
    const float shifted = x * 1.44269504f + 12582912.0f, n = shifted - 12582912.0f;
    const float r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
    float series = 1.3814540e-3f;
    series = series * r + 8.3687451e-3f;
    series = series * r + 4.1668391e-2f;
    series = series * r + 1.6666520e-1f;
    series = series * r + 4.9999994e-1f;
    const float power = bit_copy<float>((bit_copy<u32>(shifted) << 23) + 0x3f800000u);
    const float value = ((r * r) * series + r + 1.0f) * power;
    const u32 kept = x <= min_exponent<float> ? 0u : ~0u;
    return bit_copy<float>(bit_copy<u32>(value) & kept);
}

// The same in float64, with the Taylor series.
FRONTIERS_HD double exponential(double x) {
    const double shifted = x * 1.4426950408889634 + 6755399441055744.0;
    const double n = shifted - 6755399441055744.0;
    const double r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    double series = 1.0 / 6227020800.0;
    series = series * r + 1.0 / 479001600.0;
    series = series * r + 1.0 / 39916800.0;
    series = series * r + 1.0 / 3628800.0;
    series = series * r + 1.0 / 362880.0;
    series = series * r + 1.0 / 40320.0;
    series = series * r + 1.0 / 5040.0;
    series = series * r + 1.0 / 720.0;
    series = series * r + 1.0 / 120.0;
    series = series * r + 1.0 / 24.0;
    series = series * r + 1.0 / 6.0;
    series = series * r + 0.5;
    const double power = bit_copy<double>((bit_copy<u64>(shifted) << 52) + 0x3ff0000000000000u);
    const double value = ((r * r) * series + r + 1.0) * power;
    const u64 kept = x <= min_exponent<double> ? u64{0} : ~u64{0};
    return bit_copy<double>(bit_copy<u64>(value) & kept);
}

// -p ln p, and 0 for p = 0.
FRONTIERS_HD double entropy_term(double p) { return -p * natural_log(p); }

// Sum of sixteen lanes; overwrites them.
FRONTIERS_HD double sum_of_lanes(double* lane) {
    for (int half = predictive_lanes / 2; half > 0; half /= 2) {
        for (int j = 0; j < half; ++j) lane[j] += lane[j + half];
    }
    return lane[0];
}

struct Uncertainty {
    double entropy, expected_entropy, mutual_information;
};

// `entropy_sum` is the sum of the passes' entropies; `differs` says whether any probability differs
// between passes.
FRONTIERS_HD Uncertainty uncertainty(double entropy_of_mean, double entropy_sum, i64 passes,
                                     bool differs) {
    const double expected = entropy_sum / static_cast<double>(passes);
    const double entropy = differs ? entropy_of_mean : expected;
    const double difference = entropy - expected;
    return {entropy, expected, difference < 0.0 ? 0.0 : difference};
}

namespace cpu {
void predictive(const PredictiveInput& input, const PredictiveResult& result, double* state,
                int threads);
void update_predictive(const PredictiveInput& input, i64 count, const PredictiveState& state,
                       int threads);
void finish_predictive(const PredictiveState& state, i64 positions, i64 classes, i64 passes,
                       DType dtype, const PredictiveResult& result, int threads);
}  // namespace cpu

namespace cuda {
void predictive(const PredictiveInput& input, const PredictiveResult& result, double* state,
                Stream stream);
void update_predictive(const PredictiveInput& input, i64 count, const PredictiveState& state,
                       Stream stream);
void finish_predictive(const PredictiveState& state, i64 positions, i64 classes, i64 passes,
                       DType dtype, const PredictiveResult& result, Stream stream);
}  // namespace cuda

}  // namespace frontiers
