// Memory for large results, kept between calls.
//
// The C library returns large blocks to the system when they are freed, and faulting the next one
// in page by page takes several times as long as filling it. So the memory of a large result goes
// to this pool when its last owner lets go of it, and serves the next result of about its size.
//
// Sizes are rounded up to eight steps for each power of two, so results of nearly the same size
// share blocks. Beyond pool_capacity the block that has waited longest is freed.
#pragma once

#include <cstddef>

namespace frontiers::cpu {

// Smaller results are left to the C library, which keeps their memory itself.
inline constexpr std::size_t smallest_pooled = 256 << 10;

// Bytes that wait in the pool at most, which is also the largest result that comes from it.
inline constexpr std::size_t pool_capacity = 256 << 20;

// Memory for a result of `bytes` bytes, aligned to a cache line; throws std::bad_alloc.
void* take_pooled(std::size_t bytes);

// Gives back what take_pooled(bytes) returned. Any thread may, at any time.
void give_back_pooled(void* memory, std::size_t bytes) noexcept;

// Bytes that wait in the pool.
std::size_t bytes_in_pool();

// Frees all that waits in the pool.
void empty_pool();

}  // namespace frontiers::cpu
