// Pieces of one stretch of memory, laid out before anything is allocated.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

// The next `count` elements behind what is used, on a cache line of their own.
template <class X>
FRONTIERS_HD X* carve(std::uintptr_t memory, i64& used, i64 count) {
    auto* piece = reinterpret_cast<X*>(memory + static_cast<std::uintptr_t>(used));
    used += (count * static_cast<i64>(sizeof(X)) + 63) / 64 * 64;
    return piece;
}

}  // namespace frontiers::cpu
