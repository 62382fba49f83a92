// Memory asked for before it is needed. On some machines a core that only reads on gets its lines
// one by one, as if nothing were fetched ahead: asking doubled the speed of such loops on one of
// them. It costs an instruction a line.
#pragma once

#include <cstdint>

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 line_bytes = 64;
// Far enough for the latency of memory at the speed of a whole machine's reads; see the notes of
// the benchmarks.
constexpr std::uintptr_t bytes_ahead = 4096;

// Asks for the lines that lie `bytes_ahead` after these `count` elements. The address is an
// integer: past the end of an array there is no pointer, and asking for what is not there does
// nothing.
template <i64 count, class T>
inline void fetch_ahead(const T* from) {
    constexpr i64 bytes = count * static_cast<i64>(sizeof(T));
    const auto address = reinterpret_cast<std::uintptr_t>(from) + bytes_ahead;
    for (i64 line = 0; line < bytes; line += line_bytes) {
        __builtin_prefetch(
            reinterpret_cast<const void*>(address + static_cast<std::uintptr_t>(line)));
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
