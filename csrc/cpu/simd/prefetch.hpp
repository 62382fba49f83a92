// Software prefetch for loops that stream through memory. On some machines the hardware prefetcher
// does not keep up with a single sequential reader, and prefetching doubles the speed of such
// loops. It costs one instruction per cache line.
#pragma once

#include <cstdint>

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 line_bytes = 64;
// Covers the memory latency at the full read bandwidth of a machine; measured in the benchmark
// notes.
constexpr std::uintptr_t prefetch_distance = 4096;

// Prefetches the lines `prefetch_distance` bytes after the `count` elements at `from`. The address
// is computed as an integer because it may lie past the end of the array; prefetching an unmapped
// address has no effect.
template <i64 count, class T>
inline void prefetch(const T* from) {
    constexpr i64 bytes = count * static_cast<i64>(sizeof(T));
    const auto address = reinterpret_cast<std::uintptr_t>(from) + prefetch_distance;
    for (i64 line = 0; line < bytes; line += line_bytes) {
        __builtin_prefetch(
            reinterpret_cast<const void*>(address + static_cast<std::uintptr_t>(line)));
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
