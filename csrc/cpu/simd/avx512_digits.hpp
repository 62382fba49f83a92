// Bit-sliced Bernoulli bits in AVX-512: compares random bits with the keep probability one binary
// digit at a time. The algorithm is in frontiers/dropout_mask.hpp.
#pragma once

#include "avx512_philox.hpp"
#include "frontiers/dropout_mask.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Philox inputs that are equal in all lanes: sample, digit and upper half of the counter. With them
// fixed, most of the first two Philox rounds is scalar.
struct MaskKeys {
    RoundKeys round;
    u64 to_first, to_c0, to_c2, to_shared_c2;

    MaskKeys(const KeepRule& rule, u32 counter_high) : round(rule.seed) {
        const u64 p1 = rule.sample * philox_m1;
        const u64 q0 = (static_cast<u32>(p1 >> 32) ^ counter_high ^ round.k0[0]) * philox_m0;
        to_first = rule.stream ^ round.k1[0];
        to_c0 = static_cast<u32>(p1) ^ round.k0[1];
        to_shared_c2 = (q0 >> 32) ^ round.k1[1];
        to_c2 = static_cast<u32>(q0) ^ round.k1[2];
    }
};

// Products that all digits of eight blocks share: those of the first round and one of the third.
struct SharedProducts {
    __m512i first_high, third, third_high;

    SharedProducts() = default;
    SharedProducts(__m512i counters, const MaskKeys& keys) {
        const __m512i p0 = _mm512_mul_epu32(counters, broadcast(philox_m0));
        const __m512i c2 = _mm512_xor_si512(p0, broadcast(keys.to_shared_c2));
        first_high = high_half(p0);
        third = _mm512_mul_epu32(c2, broadcast(philox_m1));
        third_high = _mm512_xor_si512(high_half(third), broadcast(keys.round.k0[2]));
    }
};

// Random bits of `digits` consecutive digits, starting at `digit`, for each octet; all octets of a
// digit, then the next digit. Two digits of two octets hide the latency of the multiplications.
template <int octets, int digits>
[[gnu::always_inline]] inline void digit_words(const SharedProducts* shared, int digit,
                                               const MaskKeys& keys,
                                               OctetWords (&words)[octets * digits]) {
    constexpr int chains = octets * digits;
    const __m512i m0 = broadcast(philox_m0), m1 = broadcast(philox_m1);
    const __m512i to_c0 = broadcast(keys.to_c0), to_c2 = broadcast(keys.to_c2);
    __m512i q1[chains], r0[chains];
    Octet s[chains];
    for (int c = 0; c < chains; ++c) {
        const __m512i to_first = broadcast(static_cast<u64>(digit + c / octets) ^ keys.to_first);
        q1[c] = _mm512_mul_epu32(_mm512_xor_si512(shared[c % octets].first_high, to_first), m1);
    }
    for (int c = 0; c < chains; ++c) {
        r0[c] = _mm512_mul_epu32(_mm512_xor_si512(high_half(q1[c]), to_c0), m0);
    }
    for (int c = 0; c < chains; ++c) {
        s[c] = {_mm512_xor_si512(shared[c % octets].third_high, q1[c]), shared[c % octets].third,
                _mm512_xor_si512(high_half(r0[c]), to_c2), r0[c]};
    }
    finish_rounds(s, 3, keys.round, words);
}

// The undecided and the kept lanes of `octets` times eight blocks.
template <int octets>
struct Decision {
    OctetWords undecided[octets], keep[octets];

    // Consumes the first two digits; all lanes are undecided before them.
    [[gnu::always_inline]] void take_first(u32 digits, const SharedProducts* shared,
                                           const MaskKeys& keys) {
        OctetWords random[2 * octets];
        digit_words<octets, 2>(shared, 0, keys, random);
        for (int o = 0; o < octets; ++o) {
            begin(undecided[o].w01, keep[o].w01, random[o].w01, digits >> 31);
            begin(undecided[o].w23, keep[o].w23, random[o].w23, digits >> 31);
        }
        take(random + octets, (digits >> 30) & 1u);
    }

    // Consumes digits `from` up to `to`, two at a time, calling turn() after each pair. Digits past
    // the last 1 keep nothing, so reading one too many is harmless.
    template <class Turn>
    [[gnu::always_inline]] void take_digits(u32 threshold, const SharedProducts* shared,
                                            const MaskKeys& keys, int from, int to,
                                            const Turn& turn) {
        u32 digits = threshold << from;
        for (int digit = from; digit < to; digit += 2, digits <<= 2) {
            OctetWords random[2 * octets];
            digit_words<octets, 2>(shared, digit, keys, random);
            take(random, digits >> 31);
            take(random + octets, (digits >> 30) & 1u);
            turn();
        }
    }

    [[gnu::always_inline]] void take_until_decided(u32 threshold, const SharedProducts* shared,
                                                   const MaskKeys& keys, int from, int to) {
        for (int digit = from; digit < to && any_undecided(); digit += 2) {
            take_digits(threshold, shared, keys, digit, digit + 1, [] {});
        }
    }

  private:
    [[gnu::always_inline]] void take(const OctetWords* random, bool one) {
        for (int o = 0; o < octets; ++o) {
            take(undecided[o].w01, keep[o].w01, random[o].w01, one);
            take(undecided[o].w23, keep[o].w23, random[o].w23, one);
        }
    }

    [[gnu::always_inline]] static void begin(__m512i& undecided, __m512i& keep, __m512i random,
                                             bool digit) {
        const __m512i zeros = _mm512_xor_si512(random, _mm512_set1_epi32(-1));
        keep = digit ? zeros : _mm512_setzero_si512();
        undecided = digit ? random : zeros;
    }

    [[gnu::always_inline]] static void take(__m512i& undecided, __m512i& keep, __m512i random,
                                            bool digit) {
        if (digit) {
            keep = _mm512_ternarylogic_epi64(keep, undecided, random,
                                             0xF4);  // keep | (open & ~random)
            undecided = _mm512_and_si512(undecided, random);
        } else {
            undecided = _mm512_andnot_si512(random, undecided);
        }
    }

    bool any_undecided() const {
        __m512i any = _mm512_setzero_si512();
        for (int o = 0; o < octets; ++o) {
            any = _mm512_ternarylogic_epi64(any, undecided[o].w01, undecided[o].w23, 0xFE);
        }
        return _mm512_test_epi64_mask(any, any) != 0;
    }
};

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
