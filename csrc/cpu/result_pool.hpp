// Memory for large results, kept between calls.
//
// The C library returns large blocks to the system when they are freed, and faulting the next one
// in page by page takes several times as long as filling it. So a large result's memory goes to
// this pool when its last owner releases it, and is reused for the next result of about that size.
//
// Sizes are rounded up to eight steps for each power of two, so results of nearly the same size
// share blocks. Beyond pool_capacity, the oldest free block is released.
#pragma once

#include <cstddef>

namespace frontiers::cpu {

// Smaller results are left to the C library, which keeps their memory itself.
inline constexpr std::size_t smallest_pooled = 256 << 10;

// The most free memory that the pool keeps, and the largest result that comes from it.
inline constexpr std::size_t pool_capacity = 256 << 20;

// Memory for a result of `bytes` bytes, aligned to a cache line; throws std::bad_alloc.
void* allocate_pooled(std::size_t bytes);

// Returns memory from allocate_pooled(bytes) to the pool. Thread-safe.
void free_pooled(void* memory, std::size_t bytes) noexcept;

// Free bytes in the pool.
std::size_t bytes_in_pool();

// Releases the pool's free memory.
void empty_pool();

}  // namespace frontiers::cpu
