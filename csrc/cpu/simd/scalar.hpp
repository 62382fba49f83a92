// Plain C++ with one lane: runs on any machine and is the reference for the wider versions.
#pragma once

#include "frontiers/dropout.hpp"
#include "frontiers/rounding.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 philox_lanes = 1;

// Words of philox_lanes consecutive blocks, block after block.
inline void philox_group(u32* out, u64 counter, u64 subsequence, u64 seed) {
    const Block block = philox_block(counter, subsequence, seed);
    for (int j = 0; j < 4; ++j) out[j] = block.word[j];
}

// Keep bits of groups of philox_lanes consecutive blocks, block after block. `interleave(group)` is
// called after each group; see the AVX-512 version.
template <class Interleave>
inline void keep_groups(u32* out, i64 groups, u64 first_block, const KeepRule& rule,
                        const Interleave& interleave) {
    for (i64 group = 0; group < groups; ++group) {
        const Block block = keep_block(first_block + static_cast<u64>(group), rule);
        for (int j = 0; j < 4; ++j) out[4 * group + j] = block.word[j];
        interleave(group);
    }
}

constexpr i64 groups_per_batch = 1, parts_per_group = 1;

// One element at a time; the loops call the per-element functions of the contract instead.
template <class C>
struct Lanes {
    using Reg = C;
    static constexpr i64 width = 1;

    static Reg load(const C* from) { return *from; }
    static void store(C* to, Reg value) { *to = value; }
    static Reg at_least(Reg a, Reg low) { return low > a ? low : a; }
};

// Operations of the float64 sums, under the names of the wider versions.
template <>
struct Lanes<double> {
    using Reg = double;
    static constexpr i64 width = 1;

    static Reg set(double value) { return value; }
    template <class T>
    static Reg load(const T* from) {
        return static_cast<double>(Scalar<T>::load(*from));
    }
    template <class T>
    static void store(T* to, Reg value) {
        *to = Scalar<T>::store(static_cast<ComputeOf<T>>(value));
    }
    static Reg add_down(Reg a, Reg b) { return frontiers::add_down(a, b); }
    template <class T>
    static Reg round_down(const T*, Reg a) {
        return static_cast<double>(Scalar<T>::load(frontiers::round_down<T>(a)));
    }
    static Reg at_least(Reg a, Reg low) { return low > a ? low : a; }
    static Reg at_most(Reg a, Reg high) { return high < a ? high : a; }
    static Reg magnitude(Reg a) { return __builtin_fabs(a); }
    static Reg sign(Reg a) { return __builtin_copysign(0.0, a); }
    static Reg flip(Reg a, Reg signs) { return __builtin_signbit(signs) ? -a : a; }
    // 1 where the values differ; NaN differs from everything.
    static u32 different(Reg a, Reg b) { return a == b ? 0u : 1u; }
    // Number of lanes in (low, high].
    static i64 count_between(Reg a, Reg low, Reg high) { return a > low && a <= high ? 1 : 0; }
    // Whether the value is in [low, high]; false for NaN.
    static bool all_within(Reg a, Reg low, Reg high) { return a >= low && a <= high; }
    static Reg where_equal(Reg a, Reg b, Reg value) { return a == b ? value : 0.0; }
    static Reg where_above(Reg a, Reg b, Reg value) { return a > b ? value : 0.0; }
};

inline void spread_word(u8* out, u32 bits) {
    for (int j = 0; j < 32; ++j) out[j] = static_cast<u8>((bits >> j) & 1u);
}

inline void store_fence() {}

constexpr bool has_compress = false;

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
