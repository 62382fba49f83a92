// Lays out arrays in one block of memory, or computes how much memory they need.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

// Reserves `count` elements after the `used` bytes, starting on a cache line.
template <class X>
FRONTIERS_HD X* carve(std::uintptr_t memory, i64& used, i64 count) {
    auto* piece = reinterpret_cast<X*>(memory + static_cast<std::uintptr_t>(used));
    used += (count * static_cast<i64>(sizeof(X)) + 63) / 64 * 64;
    return piece;
}

}  // namespace frontiers::cpu
