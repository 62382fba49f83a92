// Results that are written past the caches.
#pragma once

#include <cstdint>

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

// A result of so many bytes would not be in the caches any more when next read, would displace what
// is still used, and a store that bypasses them does not fetch the line first.
inline constexpr i64 stream_bytes = 4 << 20;

// Whether a result of `bytes` is written that way; not over its input, which is in the caches.
inline bool past_caches(const void* input, const void* result, i64 bytes) {
    return input != result && bytes >= stream_bytes;
}

// What the widest such store asks of its address.
inline bool aligned(const void* pointer) {
    return reinterpret_cast<std::uintptr_t>(pointer) % 64 == 0;
}

}  // namespace frontiers::cpu
