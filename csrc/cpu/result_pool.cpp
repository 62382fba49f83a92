#include "result_pool.hpp"

#include <bit>
#include <mutex>
#include <new>
#include <vector>

#include "pages.hpp"

#if !defined(_WIN32)
#include <pthread.h>
#endif

namespace frontiers::cpu {
namespace {

constexpr std::align_val_t cache_line{64};
constexpr std::size_t smallest_on_huge_pages = 4 << 20;

struct Block {
    void* memory;
    std::size_t size;
};

struct Pool {
    std::mutex mutex;
    std::vector<Block> free_blocks;  // oldest first
    std::size_t bytes = 0;

    Pool() { free_blocks.reserve(pool_capacity / smallest_pooled + 1); }

    // The block of this size that was freed last, which is most likely still in a cache.
    void* take(std::size_t size) {
        for (std::size_t i = free_blocks.size(); i-- > 0;) {
            if (free_blocks[i].size == size) return take_at(i);
        }
        return nullptr;
    }

    void* take_at(std::size_t i) {
        const Block block = free_blocks[i];
        free_blocks.erase(free_blocks.begin() + static_cast<std::ptrdiff_t>(i));
        bytes -= block.size;
        return block.memory;
    }

    // Does not allocate: the constructor reserves room for the largest possible number of blocks.
    void add(Block block) {
        free_blocks.push_back(block);
        bytes += block.size;
    }
};

void release(void* memory) { ::operator delete(memory, cache_line); }

// Created when the library is loaded, so that no fork() sees it half initialised. Never destroyed,
// because tensors may outlive this library's static objects.
Pool& pool = *new Pool;

#if !defined(_WIN32)
// A child of fork() must not find the mutex locked by a thread that exists only in the parent.
[[maybe_unused]] const int fork_handlers = pthread_atfork(
    [] { pool.mutex.lock(); }, [] { pool.mutex.unlock(); }, [] { pool.mutex.unlock(); });
#endif

std::size_t rounded(std::size_t bytes) {
    const std::size_t step = std::bit_floor(bytes) / 8;
    return (bytes + step - 1) / step * step;
}

}  // namespace

void* allocate_pooled(std::size_t bytes) {
    const std::size_t size = rounded(bytes);
    {
        const std::lock_guard<std::mutex> guard(pool.mutex);
        if (void* const memory = pool.take(size)) return memory;
    }
    void* const fresh = ::operator new(size, cache_line);
    if (size >= smallest_on_huge_pages) prefer_huge_pages(fresh, size);
    return fresh;
}

void free_pooled(void* memory, std::size_t bytes) noexcept {
    const std::size_t size = rounded(bytes);
    for (;;) {
        void* oldest = nullptr;
        {
            const std::lock_guard<std::mutex> guard(pool.mutex);
            if (pool.bytes + size <= pool_capacity) return pool.add({memory, size});
            oldest = pool.take_at(0);
        }
        release(oldest);  // slow, so done without the lock
    }
}

std::size_t bytes_in_pool() {
    const std::lock_guard<std::mutex> guard(pool.mutex);
    return pool.bytes;
}

void empty_pool() {
    const std::lock_guard<std::mutex> guard(pool.mutex);
    while (!pool.free_blocks.empty()) release(pool.take_at(pool.free_blocks.size() - 1));
}

}  // namespace frontiers::cpu
