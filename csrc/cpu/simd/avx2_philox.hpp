// Philox and dropout's keep bits for AVX2, eight blocks at a time.
#pragma once

#include <immintrin.h>

#include "frontiers/dropout_mask.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 philox_lanes = 8;

// Eight Philox blocks as pairs of words, laid out as in the AVX-512 version with half the lanes.
struct PairBlocks {
    __m256i pair[4];
};

inline __m256i xor3(__m256i a, __m256i b, __m256i c) {
    return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
}

inline __m256i philox_pair(__m256i low, __m256i high) {
    return _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xAA);
}

inline PairBlocks philox_pairs(__m256i even, __m256i odd, u64 subsequence, u64 seed) {
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    __m256i a0 = even, a1 = _mm256_srli_epi64(even, 32), b0 = odd, b1 = _mm256_srli_epi64(odd, 32);
    __m256i a2 = _mm256_set1_epi64x(static_cast<i64>(subsequence & 0xffffffffu)), b2 = a2;
    __m256i a3 = _mm256_set1_epi64x(static_cast<i64>(subsequence >> 32)), b3 = a3;
    u32 k0 = static_cast<u32>(seed), k1 = static_cast<u32>(seed >> 32);
    for (int round = 0; round < 10; ++round) {
        const __m256i key0 = _mm256_set1_epi64x(k0), key1 = _mm256_set1_epi64x(k1);
        const __m256i pa0 = _mm256_mul_epu32(a0, m0), pa1 = _mm256_mul_epu32(a2, m1);
        const __m256i pb0 = _mm256_mul_epu32(b0, m0), pb1 = _mm256_mul_epu32(b2, m1);
        a0 = xor3(_mm256_srli_epi64(pa1, 32), a1, key0);
        b0 = xor3(_mm256_srli_epi64(pb1, 32), b1, key0);
        a2 = xor3(_mm256_srli_epi64(pa0, 32), a3, key1);
        b2 = xor3(_mm256_srli_epi64(pb0, 32), b3, key1);
        a1 = pa1;
        b1 = pb1;
        a3 = pa0;
        b3 = pb0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {{philox_pair(a0, a1), philox_pair(a2, a3), philox_pair(b0, b1), philox_pair(b2, b3)}};
}

inline __m256i even_counters(u64 first) {
    return _mm256_add_epi64(_mm256_set1_epi64x(static_cast<i64>(first)),
                            _mm256_setr_epi64x(0, 2, 1, 3));
}

inline __m256i odd_counters(u64 first) {
    return _mm256_add_epi64(_mm256_set1_epi64x(static_cast<i64>(first)),
                            _mm256_setr_epi64x(4, 6, 5, 7));
}

inline void store_blocks(u32* out, const PairBlocks& blocks) {
    const __m256i* pair = blocks.pair;
    auto* to = reinterpret_cast<__m256i*>(out);
    _mm256_storeu_si256(to, _mm256_unpacklo_epi64(pair[0], pair[1]));
    _mm256_storeu_si256(to + 1, _mm256_unpackhi_epi64(pair[0], pair[1]));
    _mm256_storeu_si256(to + 2, _mm256_unpacklo_epi64(pair[2], pair[3]));
    _mm256_storeu_si256(to + 3, _mm256_unpackhi_epi64(pair[2], pair[3]));
}

inline void philox_group(u32* out, u64 counter, u64 subsequence, u64 seed) {
    store_blocks(out,
                 philox_pairs(even_counters(counter), odd_counters(counter), subsequence, seed));
}

inline void keep_group(u32* out, u64 first_block, const KeepRule& rule) {
    const __m256i ones = _mm256_set1_epi32(-1);
    PairBlocks keep{};
    if (rule.threshold >> 32) {
        for (auto& pair : keep.pair) pair = ones;
        return store_blocks(out, keep);
    }
    const __m256i even = even_counters(first_block), odd = odd_counters(first_block);
    PairBlocks undecided{{ones, ones, ones, ones}};
    u32 digits = static_cast<u32>(rule.threshold);
    for (u32 round = 0; digits != 0; ++round, digits <<= 1) {
        const u64 subsequence = stream_of(rule.stream + round, rule.sample);
        const PairBlocks random = philox_pairs(even, odd, subsequence, rule.seed);
        __m256i open = _mm256_setzero_si256();
        for (int j = 0; j < 4; ++j) {
            __m256i& left = undecided.pair[j];
            const __m256i zeros = _mm256_andnot_si256(random.pair[j], left);
            if (digits >> 31) {
                keep.pair[j] = _mm256_or_si256(keep.pair[j], zeros);
                left = _mm256_and_si256(left, random.pair[j]);
            } else {
                left = zeros;
            }
            open = _mm256_or_si256(open, left);
        }
        if (_mm256_testz_si256(open, open)) break;
    }
    store_blocks(out, keep);
}

// `interleave(group)` is called after each group; see the AVX-512 version.
template <class Interleave>
inline void keep_groups(u32* out, i64 groups, u64 first_block, const KeepRule& rule,
                        const Interleave& interleave) {
    for (i64 group = 0; group < groups; ++group) {
        keep_group(out + 32 * group, first_block + 8 * static_cast<u64>(group), rule);
        interleave(group);
    }
}

constexpr i64 groups_per_batch = 1, parts_per_group = 1;

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
