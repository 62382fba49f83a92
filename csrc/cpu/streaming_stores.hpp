// When to write results with streaming (non-temporal) stores, which bypass the caches.
#pragma once

#include <cstdint>

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

// Larger results would have left the caches before they are read again and would evict data still
// in use. A streaming store also avoids reading the line first.
inline constexpr i64 bypass_bytes = 4 << 20;

// Whether to write a result of `bytes` with streaming stores. Not in place: there the lines are in
// the caches already.
inline bool bypasses_caches(const void* input, const void* result, i64 bytes) {
    return input != result && bytes >= bypass_bytes;
}

// Alignment that the widest streaming store needs.
inline bool aligned(const void* pointer) {
    return reinterpret_cast<std::uintptr_t>(pointer) % 64 == 0;
}

}  // namespace frontiers::cpu
