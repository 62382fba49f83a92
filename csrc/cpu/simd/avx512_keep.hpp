// Keep bits of dropout's masks in lanes of AVX-512.
//
// A block of 128 elements is decided after 8.3 binary digits of the keep probability on average,
// the slowest of sixteen blocks after 12.8. So all blocks take eight digits, and those that are
// still open then, two in five, go on packed together.
#pragma once

#include "avx512_digits.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr int digits_together = 8;
constexpr i64 groups_together = 16;
constexpr i64 parts_per_group = 4;  // turns of others' work while a group is drawn

// Blocks that go on together, packed.
class OpenBlocks {
  public:
    // Appends the blocks of an octet in which some lane is open; returns which those are.
    __mmask8 add(__m512i counters, const OctetWords& open) {
        const __m512i any = _mm512_or_si512(open.w01, open.w23);
        const __mmask8 mask = _mm512_test_epi64_mask(any, any);
        append(counter_, mask, counters);
        append(open01_, mask, open.w01);
        append(open23_, mask, open.w23);
        count_ += __builtin_popcount(mask);
        return mask;
    }

    // Decides all lanes, starting with digit `from`.
    void finish(u32 threshold, const MaskKeys& keys, int from, int to) {
        const __m512i none = _mm512_setzero_si512();  // fills up the last octet
        append(counter_, 0xff, none);
        append(open01_, 0xff, none);
        append(open23_, 0xff, none);
        for (int at = 0; at < count_; at += 16) {
            // The last octet may be past the end: it has nothing open, whatever its counters.
            SharedProducts shared[2] = {};
            Verdict<2> verdict{};
            for (int o = 0; o < 2 && at + 8 * o < count_; ++o) {
                shared[o] = SharedProducts(_mm512_load_si512(counter_ + at + 8 * o), keys);
                verdict.open[o] = {_mm512_load_si512(open01_ + at + 8 * o),
                                   _mm512_load_si512(open23_ + at + 8 * o)};
            }
            verdict.take_until_decided(threshold, shared, keys, from, to);
            for (int o = 0; o < 2; ++o) {
                _mm512_store_si512(keep01_ + at + 8 * o, verdict.keep[o].w01);
                _mm512_store_si512(keep23_ + at + 8 * o, verdict.keep[o].w23);
            }
        }
    }

    // What was kept of the blocks that came from one octet; `taken` counts the blocks read so far.
    OctetWords kept(__mmask8 mask, int& taken) const {
        const __m512i late01 = _mm512_loadu_si512(keep01_ + taken);
        const __m512i late23 = _mm512_loadu_si512(keep23_ + taken);
        taken += __builtin_popcount(mask);
        return {_mm512_maskz_expand_epi64(mask, late01), _mm512_maskz_expand_epi64(mask, late23)};
    }

  private:
    void append(u64* array, __mmask8 mask, __m512i values) {
        _mm512_storeu_si512(array + count_, _mm512_maskz_compress_epi64(mask, values));
    }

    // Whole registers are written and read, beyond the last block too.
    static constexpr int capacity = static_cast<int>(philox_lanes * (groups_together + 1));
    alignas(64) u64 counter_[capacity];
    alignas(64) u64 open01_[capacity], open23_[capacity];
    alignas(64) u64 keep01_[capacity], keep23_[capacity];
    int count_ = 0;
};

// Digits up to the last 1: after them open lanes are dropped.
inline int digit_count(u32 threshold) { return threshold == 0 ? 0 : 32 - __builtin_ctz(threshold); }

// Two groups, when the first digit is the last.
inline void keep_by_one_digit(u32* out, u64 first_block, const MaskKeys& keys) {
    constexpr int octets = 4;
    SharedProducts shared[octets];
    for (u64 o = 0; o < octets; ++o) {
        shared[o] = SharedProducts(octet_counters(first_block + 8 * o), keys);
    }
    OctetWords random[octets];
    digit_words<octets, 1>(shared, 0, keys, random);
    const __m512i ones = _mm512_set1_epi32(-1);
    for (int o = 0; o < octets; ++o) {
        random[o] = {_mm512_xor_si512(random[o].w01, ones), _mm512_xor_si512(random[o].w23, ones)};
        store_octet(out + 32 * o, random[o]);
    }
}

// Up to groups_together groups.
template <class Meanwhile>
inline void keep_stretch(u32* out, i64 groups, u64 first_block, u32 threshold, const MaskKeys& keys,
                         const Meanwhile& meanwhile) {
    const auto counters = [&](i64 octet) {
        return octet_counters(first_block + 8 * static_cast<u64>(octet));
    };
    const int digits = digit_count(threshold);
    const bool more_digits = digits > digits_together;
    i64 group = 0;
    for (; digits == 1 && group + 2 <= groups; group += 2) {
        const u64 first = first_block + philox_lanes * static_cast<u64>(group);
        keep_by_one_digit(out + 64 * group, first, keys);
        for (i64 part = 0; part < 2 * parts_per_group; ++part) {
            meanwhile(parts_per_group * group + part);
        }
    }
    SharedProducts shared[2 * groups_together];
    for (i64 octet = 2 * group; octet < 2 * groups; ++octet) {
        shared[octet] = SharedProducts(counters(octet), keys);
    }
    OpenBlocks open;
    __mmask8 going_on[2 * groups_together];
    for (; group < groups; ++group) {
        i64 part = parts_per_group * group;
        const i64 parts_end = part + parts_per_group;
        Verdict<2> verdict;
        verdict.take_first(threshold, shared + 2 * group, keys);
        meanwhile(part++);
        verdict.take_digits(threshold, shared + 2 * group, keys, 2,
                            more_digits ? digits_together : digits, [&] { meanwhile(part++); });
        for (; part < parts_end; ++part) meanwhile(part);
        for (int o = 0; o < 2; ++o) {
            const i64 octet = 2 * group + o;
            store_octet(out + 32 * octet, verdict.keep[o]);
            if (more_digits) going_on[octet] = open.add(counters(octet), verdict.open[o]);
        }
    }
    if (!more_digits) return;
    open.finish(threshold, keys, digits_together, digits);
    for (int octet = 0, taken = 0; octet < 2 * static_cast<int>(groups); ++octet) {
        add_octet(out + 32 * octet, open.kept(going_on[octet], taken));
    }
}

// Keep bits of groups of philox_lanes consecutive blocks, block after block. `meanwhile(part)` is
// called parts_per_group times a group: work to do while the multiplications are busy.
template <class Meanwhile>
inline void keep_groups(u32* out, i64 groups, u64 first_block, const KeepRule& rule,
                        const Meanwhile& meanwhile) {
    if (rule.threshold >> 32) {
        for (i64 i = 0; i < 4 * groups; ++i) {
            _mm512_storeu_si512(out + 16 * i, _mm512_set1_epi32(-1));
        }
        for (i64 part = 0; part < parts_per_group * groups; ++part) meanwhile(part);
        return;
    }
    const MaskKeys keys(rule, static_cast<u32>(first_block >> 32));
    for (i64 begin = 0; begin < groups; begin += groups_together) {
        const i64 count = groups - begin < groups_together ? groups - begin : groups_together;
        const u64 first = first_block + philox_lanes * static_cast<u64>(begin);
        const u64 last = first + static_cast<u64>(philox_lanes * count - 1);
        u32* to = out + 4 * philox_lanes * begin;
        const auto meanwhile_here = [&](i64 part) { meanwhile(parts_per_group * begin + part); };
        if (first_block >> 32 == last >> 32) {
            keep_stretch(to, count, first, static_cast<u32>(rule.threshold), keys, meanwhile_here);
            continue;
        }
        // The upper half of the counter changes on the way, once in 2^32 blocks.
        for (i64 block = 0; block < philox_lanes * count; ++block) {
            const Block one = keep_block(first + static_cast<u64>(block), rule);
            for (int j = 0; j < 4; ++j) to[4 * block + j] = one.word[j];
        }
        for (i64 part = 0; part < parts_per_group * count; ++part) meanwhile_here(part);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
