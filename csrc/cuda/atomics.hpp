// Atomic operations. Compiled for the emulation, whose threads take turns, they are ordinary ones.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cuda {

FRONTIERS_DEVICE void atomic_max(u64* at, u64 value) {
#if defined(__CUDA_ARCH__)
    atomicMax(reinterpret_cast<unsigned long long*>(at), value);
#else
    if (value > *at) *at = value;
#endif
}

// Returns what was there before.
FRONTIERS_DEVICE i64 atomic_exchange(i64* at, i64 value) {
#if defined(__CUDA_ARCH__)
    return static_cast<i64>(atomicExch(reinterpret_cast<unsigned long long*>(at),
                                       static_cast<unsigned long long>(value)));
#else
    const i64 before = *at;
    *at = value;
    return before;
#endif
}

}  // namespace frontiers::cuda
