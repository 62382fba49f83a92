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

// 32 elements under 32 keep bits.
template <class T>
inline void apply_word(const T* x, T* out, u32 bits, ComputeOf<T> scale, bool /*stream*/) {
    for (int i = 0; i < 32; ++i) out[i] = drop_or_scale(x[i], (bits >> i) & 1u, scale);
}

inline void finish_stream() {}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
