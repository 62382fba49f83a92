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

// Keep bits of philox_lanes consecutive blocks, block after block.
inline void keep_group(u32* out, u64 first_block, const KeepRule& rule) {
    const Block block = keep_block(first_block, rule);
    for (int j = 0; j < 4; ++j) out[j] = block.word[j];
}

// One element at a time, through the contract's own per-element functions.
template <class C>
struct Lanes {
    using Reg = C;
    static constexpr i64 width = 1;
};

inline void spread_word(u8* out, u32 bits) {
    for (int j = 0; j < 32; ++j) out[j] = static_cast<u8>((bits >> j) & 1u);
}

inline void finish_stream() {}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
