// Emulated launches: loops over blocks and threads on the host; see launch.hpp.
//
// Tests choose the size of the grid, to exercise striding, and the order of the threads: a kernel
// whose threads depend on each other without a barrier gives different results when run backwards.
// Memory that is uninitialised on a GPU is filled with a pattern.
#pragma once

#include <cstring>
#include <type_traits>
#include <vector>

namespace frontiers::cuda {

struct EmulatedLaunch {
    i64 max_grid = 64;
    int threads = threads_per_block;  // for kernels that do not fix the number themselves
    bool backwards = false;
};

// Process-wide; the tests change it between calls.
inline EmulatedLaunch& emulated_launch() {
    static EmulatedLaunch launch;
    return launch;
}

// Calls work(i) for every 0 <= i < n in the chosen order.
template <class Work>
void walk(i64 n, const Work& work) {
    const bool backwards = emulated_launch().backwards;
    for (i64 i = 0; i < n; ++i) work(backwards ? n - 1 - i : i);
}

inline i64 emulated_grid(i64 blocks) {
    const i64 max_blocks = emulated_launch().max_grid;
    return blocks < max_blocks ? blocks : max_blocks;
}

template <class State>
void fill_with_pattern(State& state) {
    static_assert(std::is_trivially_copyable_v<State>);
    std::memset(static_cast<void*>(&state), 0xa5, sizeof(State));
}

template <class Body, int... phases>
void walk_phases(const Body& body, i64 tile, i64 round, typename Body::Shared& shared,
                 std::vector<typename Body::Local>& local, std::integer_sequence<int, phases...>) {
    (walk(Body::threads,
          [&](i64 thread) {
              body.template run<phases>(WorkItem{tile, round, static_cast<int>(thread)}, shared,
                                        local[static_cast<std::size_t>(thread)]);
          }),
     ...);
}

template <class Body>
void for_each(const char*, i64 n, const Body& body, Stream) {
    const i64 threads = emulated_launch().threads;
    const i64 grid = emulated_grid((n + threads - 1) / threads);
    walk(grid, [&](i64 block) {
        walk(threads, [&](i64 thread) {
            for (i64 i = block * threads + thread; i < n; i += grid * threads) body(i);
        });
    });
}

template <class Body>
void for_each_tile(const char*, i64 tiles, const Body& body, Stream) {
    const i64 grid = emulated_grid(tiles);
    std::vector<typename Body::Local> local(Body::threads);
    std::vector<typename Body::Shared> shared(1);
    walk(grid, [&](i64 block) {
        for (i64 tile = block; tile < tiles; tile += grid) {
            fill_with_pattern(shared[0]);
            for (auto& state : local) fill_with_pattern(state);
            for (i64 round = 0; round < body.rounds(); ++round) {
                walk_phases(body, tile, round, shared[0], local,
                            std::make_integer_sequence<int, Body::phases>{});
                if constexpr (requires { body.done(shared[0]); }) {
                    if (body.done(shared[0])) break;
                }
            }
        }
    });
}

}  // namespace frontiers::cuda
