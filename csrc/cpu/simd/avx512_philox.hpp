// Philox in AVX-512, eight counters (an "octet") per register.
#pragma once

#include <immintrin.h>

#include "frontiers/philox.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 philox_lanes = 16;
constexpr u64 philox_m0 = 0xD2511F53u, philox_m1 = 0xCD9E8D57u;

// Keys of the ten rounds. Kept in memory because a broadcast load needs no vector port, whereas a
// move from a general register does.
struct RoundKeys {
    u64 k0[10], k1[10];

    explicit RoundKeys(u64 seed) {
        u32 low = static_cast<u32>(seed), high = static_cast<u32>(seed >> 32);
        for (int round = 0; round < 10; ++round) {
            k0[round] = low;
            k1[round] = high;
            low += 0x9E3779B9u;
            high += 0xBB67AE85u;
        }
    }
};

// State of eight counters. Each word is the low half of a 64-bit lane, where the 32 x 32-bit
// multiply reads it; the upper halves hold leftovers of the round, which the multiply ignores.
struct Octet {
    __m512i c0, c1, c2, c3;
};

inline __m512i broadcast(u64 value) { return _mm512_set1_epi64(static_cast<i64>(value)); }
inline __m512i high_half(__m512i a) { return _mm512_srli_epi64(a, 32); }
inline __m512i xor3(__m512i a, __m512i b, __m512i c) {
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

// Eight blocks as the last multiplications leave them: each 64-bit lane holds word 0 above word 1,
// or word 2 above word 3.
struct OctetWords {
    __m512i w01, w23;
};

// Rounds `first` to 9. Octets alternate within a round to hide the latency of the multiplications.
template <int octets>
[[gnu::always_inline]] inline void finish_rounds(Octet (&s)[octets], int first,
                                                 const RoundKeys& keys,
                                                 OctetWords (&words)[octets]) {
    const __m512i m0 = broadcast(philox_m0), m1 = broadcast(philox_m1);
    __m512i p0[octets], p1[octets];
#pragma GCC unroll 8
    for (int round = first; round < 9; ++round) {
        const __m512i k0 = broadcast(keys.k0[round]), k1 = broadcast(keys.k1[round]);
        for (int o = 0; o < octets; ++o) p0[o] = _mm512_mul_epu32(s[o].c0, m0);
        for (int o = 0; o < octets; ++o) p1[o] = _mm512_mul_epu32(s[o].c2, m1);
        for (int o = 0; o < octets; ++o) s[o].c2 = xor3(high_half(p0[o]), s[o].c3, k1);
        for (int o = 0; o < octets; ++o) s[o].c0 = xor3(high_half(p1[o]), s[o].c1, k0);
        for (int o = 0; o < octets; ++o) s[o].c1 = p1[o], s[o].c3 = p0[o];
    }
    const __m512i k0 = broadcast(keys.k0[9] << 32), k1 = broadcast(keys.k1[9] << 32);
    for (int o = 0; o < octets; ++o) p0[o] = _mm512_mul_epu32(s[o].c0, m0);
    for (int o = 0; o < octets; ++o) p1[o] = _mm512_mul_epu32(s[o].c2, m1);
    for (int o = 0; o < octets; ++o) {
        words[o].w01 = xor3(p1[o], _mm512_slli_epi64(s[o].c1, 32), k0);
        words[o].w23 = xor3(p0[o], _mm512_slli_epi64(s[o].c3, 32), k1);
    }
}

inline __m512i octet_counters(u64 first) {
    return _mm512_add_epi64(broadcast(first), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
}

// Two halves of an octet in storage order: the first and the last four blocks.
inline __m512i first_blocks(const OctetWords& words) {
    const __m512i order = _mm512_setr_epi32(1, 0, 17, 16, 3, 2, 19, 18, 5, 4, 21, 20, 7, 6, 23, 22);
    return _mm512_permutex2var_epi32(words.w01, order, words.w23);
}

inline __m512i last_blocks(const OctetWords& words) {
    const __m512i order =
        _mm512_setr_epi32(9, 8, 25, 24, 11, 10, 27, 26, 13, 12, 29, 28, 15, 14, 31, 30);
    return _mm512_permutex2var_epi32(words.w01, order, words.w23);
}

inline void store_octet(u32* out, const OctetWords& words) {
    _mm512_storeu_si512(out, first_blocks(words));
    _mm512_storeu_si512(out + 16, last_blocks(words));
}

inline void add_octet(u32* out, const OctetWords& words) {
    _mm512_storeu_si512(out, _mm512_or_si512(_mm512_loadu_si512(out), first_blocks(words)));
    _mm512_storeu_si512(out + 16,
                        _mm512_or_si512(_mm512_loadu_si512(out + 16), last_blocks(words)));
}

inline void philox_group(u32* out, u64 counter, u64 subsequence, u64 seed) {
    const RoundKeys keys(seed);
    const __m512i c2 = broadcast(subsequence), c3 = broadcast(subsequence >> 32);
    Octet s[2];
    OctetWords words[2];
    for (u64 o = 0; o < 2; ++o) {
        const __m512i counters = octet_counters(counter + 8 * o);
        s[o] = {counters, high_half(counters), c2, c3};
    }
    finish_rounds(s, 0, keys, words);
    for (int o = 0; o < 2; ++o) store_octet(out + 32 * o, words[o]);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
