// Vectorised memory accesses: one thread moves 16 bytes at a time where the addresses allow it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "frontiers/platform.hpp"
#include "frontiers/scalar.hpp"

namespace frontiers::cuda {

template <class T, int count>
struct alignas(sizeof(T) * count) Pack {
    T lane[count];
};

// Number of elements in 16 bytes.
template <class T>
inline constexpr int pack_width = static_cast<int>(16 / sizeof(T));

// One access; the caller guarantees that `from` is aligned for the pack.
template <int count, class T>
FRONTIERS_DEVICE Pack<T, count> load(const T* from) {
    return *reinterpret_cast<const Pack<T, count>*>(from);
}

template <class T, int count>
FRONTIERS_DEVICE void store(T* to, const Pack<T, count>& pack) {
    *reinterpret_cast<Pack<T, count>*>(to) = pack;
}

// Stores with a streaming (evict-first) hint, for results too large to be read from the cache
// again.
template <class T, int count>
FRONTIERS_DEVICE void store_streaming(T* to, const Pack<T, count>& pack) {
#if defined(__CUDA_ARCH__)
    if constexpr (sizeof(pack) == 16) {
        __stcs(reinterpret_cast<uint4*>(to), bit_copy<uint4>(pack));
        return;
    }
#endif
    store(to, pack);
}

// Stores `count` elements from registers, 16 bytes at a time.
template <class T, std::size_t count>
FRONTIERS_DEVICE void store_all(T* to, const T (&numbers)[count]) {
    constexpr int width = pack_width<T>;
    static_assert(count % width == 0);
    FRONTIERS_UNROLL
    for (int first = 0; first < static_cast<int>(count); first += width) {
        Pack<T, width> pack;
        FRONTIERS_UNROLL
        for (int j = 0; j < width; ++j) pack.lane[j] = numbers[first + j];
        store(to + first, pack);
    }
}

template <class... Pointers>
bool aligned(const Pointers*... pointers) {
    return ((reinterpret_cast<std::uintptr_t>(pointers) % 16 == 0) && ...);
}

}  // namespace frontiers::cuda
