// One lane: plain C++, for any machine, and what the wider versions are compared with.
#pragma once

#include "frontiers/dropout.hpp"
#include "frontiers/linf_step.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 philox_lanes = 1;

// Words of philox_lanes consecutive blocks, block after block.
inline void philox_group(u32* out, u64 counter, u64 subsequence, u64 seed) {
    const Block block = philox_block(counter, subsequence, seed);
    for (int j = 0; j < 4; ++j) out[j] = block.word[j];
}

// Keep bits of groups of philox_lanes consecutive blocks, block after block.
// `meanwhile(group)` is called after each group: see the AVX-512 version.
template <class Meanwhile>
inline void keep_groups(u32* out, i64 groups, u64 first_block, const KeepRule& rule,
                        const Meanwhile& meanwhile) {
    for (i64 group = 0; group < groups; ++group) {
        const Block block = keep_block(first_block + static_cast<u64>(group), rule);
        for (int j = 0; j < 4; ++j) out[4 * group + j] = block.word[j];
        meanwhile(group);
    }
}

constexpr i64 groups_together = 1, parts_per_group = 1;

// One element at a time, through the contract's own per-element functions.
template <class C>
struct Lanes {
    using Reg = C;
    static constexpr i64 width = 1;

    static Reg load(const C* from) { return *from; }
    static void store(C* to, Reg value) { *to = value; }
    static Reg at_least(Reg a, Reg low) { return low > a ? low : a; }
};

inline void spread_word(u8* out, u32 bits) {
    for (int j = 0; j < 32; ++j) out[j] = static_cast<u8>((bits >> j) & 1u);
}

inline void finish_stream() {}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
