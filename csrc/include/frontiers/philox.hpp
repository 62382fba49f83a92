// philox: a counter-based random number generator and the numbers made from its words.
//
// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC
// 2011, section 3.3) is a stateless function of a 128-bit counter and a 64-bit key. Here
//
//     counter = (offset + i div 4, sub-sequence),  key = seed,  element i = word i mod 4,
//
// where each use has its own sub-sequence (streams.hpp). bits, uniform and normal use 0, the
// convention of torch's stateless generator. Element i depends on (seed, offset, i) only. A float64
// element takes two words of block i div 2: word 2(i mod 2) is the high half and word 2(i mod 2) +
// 1 the low half. The counter wraps at 2^64.
//
// uniform  k * 2^-m with k the low m bits of the element's bits and m the significand width of the
//          result's type (24, 53, 11, 8). Every value is exact, in [0, 1), and bit-identical
//          everywhere.
// normal   Box-Muller on pairs of elements (u1, u2): sqrt(-2 ln u1) * (cos, sin)(2 pi u2) with
//          u = (word + 1/2) * 2^-32, never 0. Computed in float64 with the elementary functions
//          below, so it is bit-identical on every instruction set of the CPU. Agrees with other
//          implementations to 1e-6 in float32 and 1e-13 in float64.
// randint  low + the face of the element's die in integer_stream (die.hpp), as an integer of 1, 2,
//          4 or 8 bytes. Addition wraps, so the result may be read as signed or unsigned.
//
// Entry points: `out` holds n >= 0 contiguous elements. The caller has checked all arguments.
#pragma once

#include "frontiers/scalar.hpp"
#include "frontiers/streams.hpp"

namespace frontiers {

struct Block {
    u32 word[4];
};

// Keys of a round, computed from the seed or read from a precomputed RoundKeys.
FRONTIERS_HD u32 first_key(u64 seed, int round) {
    return static_cast<u32>(seed) + static_cast<u32>(round) * 0x9E3779B9u;
}
FRONTIERS_HD u32 second_key(u64 seed, int round) {
    return static_cast<u32>(seed >> 32) + static_cast<u32>(round) * 0xBB67AE85u;
}

struct RoundKeys {
    u32 first[10], second[10];
};
FRONTIERS_HD u32 first_key(const RoundKeys& keys, int round) { return keys.first[round]; }
FRONTIERS_HD u32 second_key(const RoundKeys& keys, int round) { return keys.second[round]; }

FRONTIERS_HD RoundKeys round_keys(u64 seed) {
    RoundKeys keys{};
    for (int round = 0; round < 10; ++round) {
        keys.first[round] = first_key(seed, round);
        keys.second[round] = second_key(seed, round);
    }
    return keys;
}

// State shared by all sub-sequences with the same low word: the first two rounds, except where the
// high word enters.
struct PhiloxStart {
    u32 low, third;      // after round 0: c1, and c2 without the sub-sequence's high word
    u32 mixed, product;  // after round 1: c2 and c3
};

template <class Key>
FRONTIERS_HD PhiloxStart philox_start(u64 counter, u32 subsequence_low, const Key& key) {
    const u64 p0 = static_cast<u64>(static_cast<u32>(counter)) * 0xD2511F53u;
    const u64 p1 = static_cast<u64>(subsequence_low) * 0xCD9E8D57u;
    const u32 c0 = static_cast<u32>(p1 >> 32) ^ static_cast<u32>(counter >> 32) ^ first_key(key, 0);
    const u64 q0 = static_cast<u64>(c0) * 0xD2511F53u;
    const u32 mixed = static_cast<u32>(q0 >> 32) ^ static_cast<u32>(p0) ^ second_key(key, 1);
    const u32 third = static_cast<u32>(p0 >> 32) ^ second_key(key, 0);
    return {static_cast<u32>(p1), third, mixed, static_cast<u32>(q0)};
}

template <class Key>
FRONTIERS_HD Block philox_block(const PhiloxStart& start, u32 subsequence_high, const Key& key) {
    const u64 q1 = static_cast<u64>(start.third ^ subsequence_high) * 0xCD9E8D57u;
    u32 c0 = static_cast<u32>(q1 >> 32) ^ start.low ^ first_key(key, 1);
    u32 c1 = static_cast<u32>(q1), c2 = start.mixed, c3 = start.product;
    FRONTIERS_UNROLL
    for (int round = 2; round < 10; ++round) {
        const u64 p0 = static_cast<u64>(c0) * 0xD2511F53u;
        const u64 p1 = static_cast<u64>(c2) * 0xCD9E8D57u;
        c0 = static_cast<u32>(p1 >> 32) ^ c1 ^ first_key(key, round);
        c1 = static_cast<u32>(p1);
        c2 = static_cast<u32>(p0 >> 32) ^ c3 ^ second_key(key, round);
        c3 = static_cast<u32>(p0);
    }
    return Block{{c0, c1, c2, c3}};
}

template <class Key>
FRONTIERS_HD Block philox_block(u64 counter, u64 subsequence, const Key& key) {
    const PhiloxStart start = philox_start(counter, static_cast<u32>(subsequence), key);
    return philox_block(start, static_cast<u32>(subsequence >> 32), key);
}

template <class T>
struct Uniform {
    FRONTIERS_HD float unit(u32 word) {
        return static_cast<float>(static_cast<i32>(word & 0xffffffu)) * 5.9604644775390625e-8f;
    }
};

template <>
struct Uniform<Half> {
    FRONTIERS_HD float unit(u32 word) {
        return static_cast<float>(static_cast<i32>(word & 0x7ffu)) * 4.8828125e-4f;
    }
};

template <>
struct Uniform<BFloat16> {
    FRONTIERS_HD float unit(u32 word) {
        return static_cast<float>(static_cast<i32>(word & 0xffu)) * 3.90625e-3f;
    }
};

template <>
struct Uniform<double> {
    FRONTIERS_HD double unit(u32 high, u32 low) {
        const u64 bits = (static_cast<u64>(high) << 32) | low;
        return static_cast<double>(static_cast<i64>(bits & 0x1fffffffffffffull)) *
               1.1102230246251565e-16;
    }
};

// (word + 1/2) * 2^-32, strictly inside (0, 1).
FRONTIERS_HD double open_unit(u32 word) {
    return (static_cast<double>(word) + 0.5) * 2.3283064365386963e-10;
}

// ((high * 2^32 + low) + 1/2) * 2^-64, rounded; at least 2^-65.
FRONTIERS_HD double open_unit(u32 high, u32 low) {
    return static_cast<double>(high) * 2.3283064365386963e-10 +
           (static_cast<double>(low) + 0.5) * 5.421010862427522e-20;
}

// Natural logarithm of a positive normal number, within 3 units in the last place. With x = m 2^e
// and m in [sqrt(1/2), sqrt(2)): ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.1716.
FRONTIERS_HD double natural_log(double x) {
    const u64 from_root = bit_copy<u64>(x) - 0x3fe6a09e667f3bcdull;  // bits of sqrt(1/2)
    const i32 exponent = static_cast<i32>(static_cast<u32>(from_root >> 32)) >> 20;
    const double m = bit_copy<double>((from_root & 0xfffffffffffffull) + 0x3fe6a09e667f3bcdull);
    const double s = (m - 1.0) / (m + 1.0), z = s * s;
    double series = 1.0 / 23.0;
    series = series * z + 1.0 / 21.0;
    series = series * z + 1.0 / 19.0;
    series = series * z + 1.0 / 17.0;
    series = series * z + 1.0 / 15.0;
    series = series * z + 1.0 / 13.0;
    series = series * z + 1.0 / 11.0;
    series = series * z + 1.0 / 9.0;
    series = series * z + 1.0 / 7.0;
    series = series * z + 1.0 / 5.0;
    series = series * z + 1.0 / 3.0;
    return static_cast<double>(exponent) * 0.6931471805599453 + (2.0 * s + 2.0 * s * (z * series));
}

// Cosine and sine of 2 pi u for u in [0, 1]. Quarter turns are subtracted exactly; the remainder,
// at most an eighth of a turn, goes through the Taylor series.
FRONTIERS_HD void cosine_sine_turn(double u, double& cosine, double& sine) {
    const i32 quarter = static_cast<i32>(4.0 * u + 0.5);
    const double x = (u - 0.25 * static_cast<double>(quarter)) * 6.283185307179586, z = x * x;
    double c = 1.0 / 20922789888000.0;
    c = c * z - 1.0 / 87178291200.0;
    c = c * z + 1.0 / 479001600.0;
    c = c * z - 1.0 / 3628800.0;
    c = c * z + 1.0 / 40320.0;
    c = c * z - 1.0 / 720.0;
    c = c * z + 1.0 / 24.0;
    c = c * z - 0.5;
    c = c * z + 1.0;
    double s = -1.0 / 1307674368000.0;
    s = s * z + 1.0 / 6227020800.0;
    s = s * z - 1.0 / 39916800.0;
    s = s * z + 1.0 / 362880.0;
    s = s * z - 1.0 / 5040.0;
    s = s * z + 1.0 / 120.0;
    s = s * z - 1.0 / 6.0;
    s = s * z * x + x;
    const bool odd = (quarter & 1) != 0;
    const double near_one = odd ? s : c, near_zero = odd ? c : s;
    cosine = ((quarter + 1) & 2) != 0 ? -near_one : near_one;
    sine = (quarter & 2) != 0 ? -near_zero : near_zero;
}

FRONTIERS_HD void box_muller(double u1, double u2, double& first, double& second) {
    const double radius = __builtin_sqrt(-2.0 * natural_log(u1));
    cosine_sine_turn(u2, first, second);
    first *= radius;
    second *= radius;
}

namespace cpu {
void fill_bits(u32* out, i64 n, u64 seed, u64 offset, u64 subsequence, int threads);
void fill_uniform(void* out, DType dtype, i64 n, u64 seed, u64 offset, int threads);
void fill_normal(void* out, DType dtype, i64 n, u64 seed, u64 offset, int threads);
void fill_integers(void* out, i64 width, i64 n, u64 low, u64 faces, u64 seed, u64 offset,
                   int threads);
}  // namespace cpu

namespace cuda {
void fill_bits(u32* out, i64 n, u64 seed, u64 offset, u64 subsequence, Stream stream);
void fill_uniform(void* out, DType dtype, i64 n, u64 seed, u64 offset, Stream stream);
void fill_normal(void* out, DType dtype, i64 n, u64 seed, u64 offset, Stream stream);
void fill_integers(void* out, i64 width, i64 n, u64 low, u64 faces, u64 seed, u64 offset,
                   Stream stream);
}  // namespace cuda

}  // namespace frontiers
