// Atomic operations. The emulation runs one thread at a time, so there they are plain operations.
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

// Returns the old value.
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

// Returns the old value.
FRONTIERS_DEVICE u32 atomic_add(u32* at, u32 value) {
#if defined(__CUDA_ARCH__)
    return atomicAdd(at, value);
#else
    const u32 before = *at;
    *at += value;
    return before;
#endif
}

FRONTIERS_DEVICE void atomic_add(u64* at, u64 value) {
#if defined(__CUDA_ARCH__)
    atomicAdd(reinterpret_cast<unsigned long long*>(at), value);
#else
    *at += value;
#endif
}

// Makes this thread's earlier writes visible to all threads before its later ones.
FRONTIERS_DEVICE void fence() {
#if defined(__CUDA_ARCH__)
    __threadfence();
#endif
}

// Reads what another block of the same launch may have written, bypassing this multiprocessor's L1
// cache.
template <class T>
FRONTIERS_DEVICE T load_volatile(const T* from) {
    return *static_cast<const volatile T*>(from);
}

}  // namespace frontiers::cuda
