// Philox and keep bits in sixteen lanes of AVX-512.
#pragma once

#include <immintrin.h>

#include "frontiers/dropout_mask.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 philox_lanes = 16;

// Sixteen Philox blocks as word pairs: pair[0] holds words (0, 1) and pair[1] words (2, 3) of the
// eight blocks in `even`, pair[2] and pair[3] those of the blocks in `odd`. Eight counters sit in
// the low halves of 64-bit lanes, where a 32 x 32 product needs no shuffling; the high halves carry
// whatever the round left there, and the multiplication ignores them.
struct PairBlocks {
    __m512i pair[4];
};

inline __m512i philox_pair(__m512i low, __m512i high) {
    return _mm512_mask_shuffle_epi32(low, 0xAAAA, high, _MM_PERM_CCAA);
}

// The lanes' state between rounds; a: eight counters, b: eight more.
struct Lanes16 {
    __m512i a0, a1, a2, a3, b0, b1, b2, b3;
};

// Rounds `first` to 9, which starts with the keys k0, k1.
inline PairBlocks finish_rounds(Lanes16 s, int first, u32 k0, u32 k1) {
    const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
    for (int round = first; round < 10; ++round) {
        const __m512i key0 = _mm512_set1_epi64(k0), key1 = _mm512_set1_epi64(k1);
        const __m512i pa0 = _mm512_mul_epu32(s.a0, m0), pa1 = _mm512_mul_epu32(s.a2, m1);
        const __m512i pb0 = _mm512_mul_epu32(s.b0, m0), pb1 = _mm512_mul_epu32(s.b2, m1);
        s.a0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(pa1, 32), s.a1, key0, 0x96);
        s.b0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(pb1, 32), s.b1, key0, 0x96);
        s.a2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(pa0, 32), s.a3, key1, 0x96);
        s.b2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(pb0, 32), s.b3, key1, 0x96);
        s.a1 = pa1;
        s.b1 = pb1;
        s.a3 = pa0;
        s.b3 = pb0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {{philox_pair(s.a0, s.a1), philox_pair(s.a2, s.a3), philox_pair(s.b0, s.b1),
             philox_pair(s.b2, s.b3)}};
}

inline PairBlocks philox_pairs(__m512i even, __m512i odd, u64 subsequence, u64 seed) {
    const __m512i c2 = _mm512_set1_epi64(static_cast<i64>(subsequence & 0xffffffffu));
    const __m512i c3 = _mm512_set1_epi64(static_cast<i64>(subsequence >> 32));
    const Lanes16 start{even, _mm512_srli_epi64(even, 32), c2, c3,
                        odd,  _mm512_srli_epi64(odd, 32),  c2, c3};
    return finish_rounds(start, 0, static_cast<u32>(seed), static_cast<u32>(seed >> 32));
}

// Counters in the order that leaves the blocks in sequence after one round of unpacking.
inline __m512i even_counters(u64 first) {
    return _mm512_add_epi64(_mm512_set1_epi64(static_cast<i64>(first)),
                            _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7));
}

inline __m512i odd_counters(u64 first) {
    return _mm512_add_epi64(_mm512_set1_epi64(static_cast<i64>(first)),
                            _mm512_setr_epi64(8, 12, 9, 13, 10, 14, 11, 15));
}

inline void store_blocks(u32* out, const PairBlocks& blocks) {
    const __m512i* pair = blocks.pair;
    _mm512_storeu_si512(out, _mm512_unpacklo_epi64(pair[0], pair[1]));
    _mm512_storeu_si512(out + 16, _mm512_unpackhi_epi64(pair[0], pair[1]));
    _mm512_storeu_si512(out + 32, _mm512_unpacklo_epi64(pair[2], pair[3]));
    _mm512_storeu_si512(out + 48, _mm512_unpackhi_epi64(pair[2], pair[3]));
}

inline void philox_group(u32* out, u64 counter, u64 subsequence, u64 seed) {
    store_blocks(out,
                 philox_pairs(even_counters(counter), odd_counters(counter), subsequence, seed));
}

// The random bits of one binary digit of q. All lanes share sample, digit number and the upper half
// of the counter, so the first two rounds of Philox are mostly one number for all; what remains of
// them starts from the product of the counter with the first multiplier, which serves every digit.
class DigitBits {
  public:
    DigitBits(const KeepRule& rule, u32 counter_high, u32 digit) {
        u32 k0 = static_cast<u32>(rule.seed), k1 = static_cast<u32>(rule.seed >> 32);
        const u64 p1 = static_cast<u64>(rule.sample) * 0xCD9E8D57u;
        const u64 q0 =
            static_cast<u64>(static_cast<u32>(p1 >> 32) ^ counter_high ^ k0) * 0xD2511F53u;
        to_a2_ = digit ^ k1;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
        to_a0_ = static_cast<u32>(p1) ^ k0;
        to_a2_again_ = static_cast<u32>(q0 >> 32) ^ k1;
        a3_ = static_cast<u32>(q0);
        k0_ = k0 + 0x9E3779B9u;
        k1_ = k1 + 0xBB67AE85u;
    }

    static __m512i product(__m512i counters) {
        return _mm512_mul_epu32(counters, _mm512_set1_epi64(0xD2511F53));
    }

    PairBlocks operator()(__m512i even_product, __m512i odd_product) const {
        Lanes16 s{};
        second_round(even_product, s.a0, s.a1, s.a2);
        second_round(odd_product, s.b0, s.b1, s.b2);
        s.a3 = s.b3 = _mm512_set1_epi64(a3_);
        return finish_rounds(s, 2, k0_, k1_);
    }

  private:
    void second_round(__m512i product, __m512i& c0, __m512i& c1, __m512i& c2) const {
        const __m512i first =
            _mm512_xor_si512(_mm512_srli_epi64(product, 32), _mm512_set1_epi64(to_a2_));
        c1 = _mm512_mul_epu32(first, _mm512_set1_epi64(0xCD9E8D57));
        c0 = _mm512_xor_si512(_mm512_srli_epi64(c1, 32), _mm512_set1_epi64(to_a0_));
        c2 = _mm512_xor_si512(product, _mm512_set1_epi64(to_a2_again_));
    }

    u32 to_a2_, to_a0_, to_a2_again_, a3_, k0_, k1_;
};

// Decides lanes by digits `from` up to `to` of the threshold, until all are decided.
inline void decide(__m512i even, __m512i odd, const KeepRule& rule, u32 counter_high, u32 from,
                   u32 to, PairBlocks& keep, PairBlocks& undecided) {
    const __m512i even_product = DigitBits::product(even), odd_product = DigitBits::product(odd);
    u32 digits = static_cast<u32>(rule.threshold) << from;
    for (u32 digit = from; digit < to && digits != 0; ++digit, digits <<= 1) {
        const PairBlocks random = DigitBits(rule, counter_high, digit)(even_product, odd_product);
        __m512i open = _mm512_setzero_si512();
        for (int j = 0; j < 4; ++j) {
            __m512i& left = undecided.pair[j];
            if (digits >> 31) {  // keep |= left & ~random; left &= random
                keep.pair[j] = _mm512_ternarylogic_epi32(keep.pair[j], left, random.pair[j], 0xF4);
                left = _mm512_and_si512(left, random.pair[j]);
            } else {
                left = _mm512_andnot_si512(random.pair[j], left);
            }
            open = _mm512_or_si512(open, left);
        }
        if (_mm512_test_epi32_mask(open, open) == 0) return;
    }
    // No digits left: undecided lanes are dropped.
    if (digits == 0) undecided = PairBlocks{};
}

// Most blocks are decided after about nine digits, but of sixteen one usually is not: those go on
// together, packed sixteen to a register, instead of each holding up its neighbours.
constexpr u32 digits_together = 9;
constexpr i64 groups_together = 8;

// Blocks in which some lane is still open, with their state, gathered from many groups.
class OpenBlocks {
  public:
    void add(__m512i counters, __m512i undecided01, __m512i undecided23) {
        const __m512i open = _mm512_or_si512(undecided01, undecided23);
        const __mmask8 mask = _mm512_test_epi64_mask(open, open);
        store(counter_, mask, counters);
        store(undecided01_, mask, undecided01);
        store(undecided23_, mask, undecided23);
        count_ += __builtin_popcount(mask);
    }

    // Decides all lanes and adds what is kept to `out`, which starts at block `first`.
    void finish(u32* out, u64 first, const KeepRule& rule, u32 counter_high, u32 from) {
        const __m512i none = _mm512_setzero_si512();
        _mm512_storeu_si512(undecided01_ + count_, none);
        _mm512_storeu_si512(undecided01_ + count_ + 8, none);
        _mm512_storeu_si512(undecided23_ + count_, none);
        _mm512_storeu_si512(undecided23_ + count_ + 8, none);
        for (int i = 0; i < count_; i += 16) {
            PairBlocks keep{}, undecided{{_mm512_loadu_si512(undecided01_ + i),
                                          _mm512_loadu_si512(undecided23_ + i),
                                          _mm512_loadu_si512(undecided01_ + i + 8),
                                          _mm512_loadu_si512(undecided23_ + i + 8)}};
            decide(_mm512_loadu_si512(counter_ + i), _mm512_loadu_si512(counter_ + i + 8), rule,
                   counter_high, from, 32, keep, undecided);
            u64 kept[4][8];
            for (int j = 0; j < 4; ++j) _mm512_storeu_si512(kept[j], keep.pair[j]);
            for (int lane = 0; lane < 16 && i + lane < count_; ++lane) {
                u32* words = out + 4 * (counter_[i + lane] - first);
                const u64 pair[2] = {kept[lane / 8 * 2][lane % 8],
                                     kept[lane / 8 * 2 + 1][lane % 8]};
                for (int j = 0; j < 4; ++j) {
                    words[j] |= static_cast<u32>(pair[j / 2] >> (j % 2 * 32));
                }
            }
        }
    }

  private:
    void store(u64* array, __mmask8 mask, __m512i values) {
        _mm512_storeu_si512(array + count_, _mm512_maskz_compress_epi64(mask, values));
    }

    static constexpr int capacity = philox_lanes * (groups_together + 1);
    u64 counter_[capacity], undecided01_[capacity], undecided23_[capacity];
    int count_ = 0;
};

// `meanwhile(group)` is called after each group was begun: work to do while the lanes are busy.
template <class Meanwhile>
inline void keep_groups(u32* out, i64 groups, u64 first_block, const KeepRule& rule,
                        const Meanwhile& meanwhile) {
    const __m512i ones = _mm512_set1_epi32(-1);
    if (rule.threshold >> 32) {
        for (i64 i = 0; i < 4 * groups; ++i) _mm512_storeu_si512(out + 16 * i, ones);
        for (i64 group = 0; group < groups; ++group) meanwhile(group);
        return;
    }
    const bool few_digits = static_cast<u32>(rule.threshold << digits_together) == 0;
    for (i64 begin = 0; begin < groups; begin += groups_together) {
        const i64 end = begin + groups_together < groups ? begin + groups_together : groups;
        const u64 first = first_block + 16 * static_cast<u64>(begin);
        const u32 counter_high = static_cast<u32>(first >> 32);
        u32* to = out + 64 * begin;
        if (counter_high != static_cast<u32>((first + 16 * groups_together) >> 32)) {
            for (i64 block = 0; block < 16 * (end - begin); ++block) {
                const Block one = keep_block(first + static_cast<u64>(block), rule);
                for (int j = 0; j < 4; ++j) to[4 * block + j] = one.word[j];
            }
            for (i64 group = begin; group < end; ++group) meanwhile(group);
            continue;
        }
        OpenBlocks open;
        for (i64 group = 0; group < end - begin; ++group) {
            const u64 own = first + 16 * static_cast<u64>(group);
            const __m512i even = even_counters(own), odd = odd_counters(own);
            PairBlocks keep{}, undecided{{ones, ones, ones, ones}};
            decide(even, odd, rule, counter_high, 0, digits_together, keep, undecided);
            store_blocks(to + 64 * group, keep);
            meanwhile(begin + group);
            if (few_digits) continue;
            open.add(even, undecided.pair[0], undecided.pair[1]);
            open.add(odd, undecided.pair[2], undecided.pair[3]);
        }
        if (!few_digits) open.finish(to, first, rule, counter_high, digits_together);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
