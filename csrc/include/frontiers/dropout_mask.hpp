// dropout_mask: which elements a dropout pass keeps, one bit per element, drawn bit-sliced.
//
// Element e belongs to block b = e div 128, lane e mod 128; lane l is bit l mod 32 of word l div
// 32. Round r = 0, 1, ... draws 128 bits from Philox(counter = (b, sample, stream + r), key =
// seed); all dropout kernels use dropout_stream. The keep probability is q = threshold / 2^32. A
// lane is decided in the first round in which its bit differs from binary digit r of q (digit 0 is
// the first after the binary point), and is kept if its bit is the smaller one. In other words, a
// lane is kept if the 32-bit number that its bits spell is below threshold, reading only as many
// bits as needed. Once the remaining digits of q are all zero, undecided lanes are dropped. The
// number of rounds is at most the position of the last 1 in q, and about nine for any q: seven to
// nine rounds decide all of 128 lanes.
//
// A lane spells the same number for every q, so masks of one (seed, sample) are nested: a larger q
// keeps all that a smaller q keeps.
//
// threshold runs from 0 (drop all) to 2^32 (keep all). The result depends on (seed, sample, e) only
// and is bit-identical on every instruction set and for any number of threads.
//
// An array may begin in the middle of a mask: its element i is element first_element + i, so
// drawing parts of an array separately gives the corresponding parts of its mask.
//
// Entry points: first_element + n stays below 2^63. packed: `out` holds ceil(n / 8) bytes; element
// 8k + j is bit j of byte k, and spare bits of the last byte are 0. bool: `out` holds n bytes of 0
// or 1.
#pragma once

#include "frontiers/philox.hpp"

namespace frontiers {

inline constexpr i64 lanes_per_block = 128;

struct KeepRule {
    u64 threshold;
    u64 seed;
    u32 sample;
    u32 stream = dropout_stream;
};

// Keep bits of a block. Key: a seed, or precomputed RoundKeys.
template <class Key>
FRONTIERS_HD Block keep_block(u64 block, u64 threshold, u32 sample, u32 stream, const Key& key) {
    if (threshold >> 32) return Block{{~0u, ~0u, ~0u, ~0u}};
    const PhiloxStart start = philox_start(block, sample, key);
    Block keep{{0, 0, 0, 0}};
    u32 undecided[4] = {~0u, ~0u, ~0u, ~0u};
    u32 digits = static_cast<u32>(threshold);
    FRONTIERS_KEEP_ROLLED
    for (u32 use = stream; digits != 0; ++use, digits <<= 1) {
        const Block random = philox_block(start, use, key);
        const u32 digit = static_cast<u32>(-static_cast<i32>(digits >> 31));
        u32 open = 0;
        for (int j = 0; j < 4; ++j) {
            keep.word[j] |= undecided[j] & digit & ~random.word[j];
            undecided[j] &= ~(random.word[j] ^ digit);
            open |= undecided[j];
        }
        if (open == 0) break;
    }
    return keep;
}

FRONTIERS_HD Block keep_block(u64 block, const KeepRule& rule) {
    return keep_block(block, rule.threshold, rule.sample, rule.stream, rule.seed);
}

namespace cpu {
void fill_mask_packed(u8* out, i64 n, i64 first_element, const KeepRule& rule, int threads);
void fill_mask_bool(u8* out, i64 n, i64 first_element, const KeepRule& rule, int threads);
}  // namespace cpu

namespace cuda {
void fill_mask_packed(u8* out, i64 n, i64 first_element, const KeepRule& rule, Stream stream);
void fill_mask_bool(u8* out, i64 n, i64 first_element, const KeepRule& rule, Stream stream);
}  // namespace cuda

}  // namespace frontiers
