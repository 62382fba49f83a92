// One binary digit of the keep probability after the other, in lanes of AVX-512.
#pragma once

#include "avx512_philox.hpp"
#include "frontiers/dropout_mask.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// What all lanes share. Sample, digit and the upper half of the counter are equal in all of them,
// so the first two rounds of Philox are mostly one number.
struct MaskKeys {
    RoundKeys round;
    u64 to_c0, to_c2, to_shared_c2;

    MaskKeys(const KeepRule& rule, u32 counter_high) : round(rule.seed) {
        const u64 p1 = rule.sample * philox_m1;
        const u64 q0 = (static_cast<u32>(p1 >> 32) ^ counter_high ^ round.k0[0]) * philox_m0;
        to_c0 = static_cast<u32>(p1) ^ round.k0[1];
        to_shared_c2 = (q0 >> 32) ^ round.k1[1];
        to_c2 = static_cast<u32>(q0) ^ round.k1[2];
    }
};

// What all digits of eight blocks share: the products of the first round, and one of the third.
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

// The random bits of `digits` digits from `digit` on for each octet, digit after digit. Two digits
// of two octets fill the waiting times of each other's multiplications.
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
        const __m512i to_first = broadcast(static_cast<u64>(digit + c / octets) ^ keys.round.k1[0]);
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

// Lanes that no digit has decided yet, and those that are kept.
template <int octets>
struct Verdict {
    OctetWords open[octets], keep[octets];

    // The first two digits, before which everything is open.
    [[gnu::always_inline]] void take_first(u32 digits, const SharedProducts* shared,
                                           const MaskKeys& keys) {
        OctetWords random[2 * octets];
        digit_words<octets, 2>(shared, 0, keys, random);
        for (int o = 0; o < octets; ++o) {
            begin(open[o].w01, keep[o].w01, random[o].w01, digits >> 31);
            begin(open[o].w23, keep[o].w23, random[o].w23, digits >> 31);
        }
        take(random + octets, (digits >> 30) & 1u);
    }

    // Digits `from` up to `to`, two at a time, with turn() after each two. A digit beyond the last
    // 1 keeps nothing.
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
        for (int digit = from; digit < to && any_open(); digit += 2) {
            take_digits(threshold, shared, keys, digit, digit + 1, [] {});
        }
    }

  private:
    [[gnu::always_inline]] void take(const OctetWords* random, bool one) {
        for (int o = 0; o < octets; ++o) {
            take(open[o].w01, keep[o].w01, random[o].w01, one);
            take(open[o].w23, keep[o].w23, random[o].w23, one);
        }
    }

    [[gnu::always_inline]] static void begin(__m512i& open, __m512i& keep, __m512i random,
                                             bool digit) {
        const __m512i zeros = _mm512_xor_si512(random, _mm512_set1_epi32(-1));
        keep = digit ? zeros : _mm512_setzero_si512();
        open = digit ? random : zeros;
    }

    [[gnu::always_inline]] static void take(__m512i& open, __m512i& keep, __m512i random,
                                            bool digit) {
        if (digit) {
            keep = _mm512_ternarylogic_epi64(keep, open, random, 0xF4);  // keep | (open & ~random)
            open = _mm512_and_si512(open, random);
        } else {
            open = _mm512_andnot_si512(random, open);
        }
    }

    bool any_open() const {
        __m512i any = _mm512_setzero_si512();
        for (int o = 0; o < octets; ++o) {
            any = _mm512_ternarylogic_epi64(any, open[o].w01, open[o].w23, 0xFE);
        }
        return _mm512_test_epi64_mask(any, any) != 0;
    }
};

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
