// Keep bits of dropout masks in AVX-512.
//
// A block of 128 elements is decided after 8.3 binary digits of the keep probability on average,
// the slowest of sixteen blocks after 12.8. So all blocks consume eight digits first; the 40 % that
// are still undecided are then packed together and finished.
#pragma once

#include "avx512_digits.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr int common_digits = 8;
constexpr i64 groups_per_batch = 16;
constexpr i64 parts_per_group = 4;  // calls of `interleave` while a group is drawn

// The blocks that need further digits, packed.
class UndecidedBlocks {
  public:
    // Appends the blocks of an octet that have an undecided lane; returns which ones those are.
    __mmask8 add(__m512i counters, const OctetWords& undecided) {
        const __m512i any = _mm512_or_si512(undecided.w01, undecided.w23);
        const __mmask8 mask = _mm512_test_epi64_mask(any, any);
        append(counter_, mask, counters);
        append(undecided01_, mask, undecided.w01);
        append(undecided23_, mask, undecided.w23);
        count_ += __builtin_popcount(mask);
        return mask;
    }

    // Decides all lanes, starting at digit `from`.
    void finish(u32 threshold, const MaskKeys& keys, int from, int to) {
        const __m512i none = _mm512_setzero_si512();  // pads the last octet
        append(counter_, 0xff, none);
        append(undecided01_, 0xff, none);
        append(undecided23_, 0xff, none);
        for (int at = 0; at < count_; at += 16) {
            // A padding octet has no undecided lane, so its counters do not matter.
            SharedProducts shared[2] = {};
            Decision<2> decision{};
            for (int o = 0; o < 2 && at + 8 * o < count_; ++o) {
                shared[o] = SharedProducts(_mm512_load_si512(counter_ + at + 8 * o), keys);
                decision.undecided[o] = {_mm512_load_si512(undecided01_ + at + 8 * o),
                                         _mm512_load_si512(undecided23_ + at + 8 * o)};
            }
            decision.take_until_decided(threshold, shared, keys, from, to);
            for (int o = 0; o < 2; ++o) {
                _mm512_store_si512(keep01_ + at + 8 * o, decision.keep[o].w01);
                _mm512_store_si512(keep23_ + at + 8 * o, decision.keep[o].w23);
            }
        }
    }

    // Keep bits found for the blocks of one octet. `taken` counts the blocks read so far.
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

    // Whole registers are read and written, also past the last block.
    static constexpr int capacity = static_cast<int>(philox_lanes * (groups_per_batch + 1));
    alignas(64) u64 counter_[capacity];
    alignas(64) u64 undecided01_[capacity], undecided23_[capacity];
    alignas(64) u64 keep01_[capacity], keep23_[capacity];
    int count_ = 0;
};

// Position of the last 1: lanes still undecided after it are dropped.
inline int digit_count(u32 threshold) { return threshold == 0 ? 0 : 32 - __builtin_ctz(threshold); }

// Two groups where the keep probability has a single digit (p = 0.5).
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

// Up to groups_per_batch groups.
template <class Interleave>
inline void keep_batch(u32* out, i64 groups, u64 first_block, u32 threshold, const MaskKeys& keys,
                       const Interleave& interleave) {
    const auto counters = [&](i64 octet) {
        return octet_counters(first_block + 8 * static_cast<u64>(octet));
    };
    const int digits = digit_count(threshold);
    const bool more_digits = digits > common_digits;
    i64 group = 0;
    for (; digits == 1 && group + 2 <= groups; group += 2) {
        const u64 first = first_block + philox_lanes * static_cast<u64>(group);
        keep_by_one_digit(out + 64 * group, first, keys);
        for (i64 part = 0; part < 2 * parts_per_group; ++part) {
            interleave(parts_per_group * group + part);
        }
    }
    SharedProducts shared[2 * groups_per_batch];
    for (i64 octet = 2 * group; octet < 2 * groups; ++octet) {
        shared[octet] = SharedProducts(counters(octet), keys);
    }
    UndecidedBlocks undecided;
    __mmask8 continued[2 * groups_per_batch];
    for (; group < groups; ++group) {
        i64 part = parts_per_group * group;
        const i64 parts_end = part + parts_per_group;
        Decision<2> decision;
        decision.take_first(threshold, shared + 2 * group, keys);
        interleave(part++);
        decision.take_digits(threshold, shared + 2 * group, keys, 2,
                             more_digits ? common_digits : digits, [&] { interleave(part++); });
        for (; part < parts_end; ++part) interleave(part);
        for (int o = 0; o < 2; ++o) {
            const i64 octet = 2 * group + o;
            store_octet(out + 32 * octet, decision.keep[o]);
            if (more_digits)
                continued[octet] = undecided.add(counters(octet), decision.undecided[o]);
        }
    }
    if (!more_digits) return;
    undecided.finish(threshold, keys, common_digits, digits);
    for (int octet = 0, taken = 0; octet < 2 * static_cast<int>(groups); ++octet) {
        add_octet(out + 32 * octet, undecided.kept(continued[octet], taken));
    }
}

// Keep bits of `groups` groups of philox_lanes consecutive blocks, block after block. Calls
// `interleave(part)` parts_per_group times per group: memory-bound work that runs while the
// multiplications are in flight.
template <class Interleave>
inline void keep_groups(u32* out, i64 groups, u64 first_block, const KeepRule& rule,
                        const Interleave& interleave) {
    if (rule.threshold >> 32) {
        for (i64 i = 0; i < 4 * groups; ++i) {
            _mm512_storeu_si512(out + 16 * i, _mm512_set1_epi32(-1));
        }
        for (i64 part = 0; part < parts_per_group * groups; ++part) interleave(part);
        return;
    }
    const MaskKeys keys(rule, static_cast<u32>(first_block >> 32));
    for (i64 begin = 0; begin < groups; begin += groups_per_batch) {
        const i64 count = groups - begin < groups_per_batch ? groups - begin : groups_per_batch;
        const u64 first = first_block + philox_lanes * static_cast<u64>(begin);
        const u64 last = first + static_cast<u64>(philox_lanes * count - 1);
        u32* to = out + 4 * philox_lanes * begin;
        const auto interleave_here = [&](i64 part) { interleave(parts_per_group * begin + part); };
        if (first_block >> 32 == last >> 32) {
            keep_batch(to, count, first, static_cast<u32>(rule.threshold), keys, interleave_here);
            continue;
        }
        // Once in 2^32 blocks the upper half of the counter changes within the batch.
        for (i64 block = 0; block < philox_lanes * count; ++block) {
            const Block one = keep_block(first + static_cast<u64>(block), rule);
            for (int j = 0; j < 4; ++j) to[4 * block + j] = one.word[j];
        }
        for (i64 part = 0; part < parts_per_group * count; ++part) interleave_here(part);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
