// Launches walked on the host, block after block and thread after thread; see launch.hpp.
//
// The tests choose the shape of the grid, to see the striding, and the order of the threads: a
// kernel whose threads depend on each other other than through a barrier gives another result
// backwards. What a GPU leaves uninitialised is filled with a pattern first.
#pragma once

#include <cstring>
#include <type_traits>
#include <vector>

namespace frontiers::cuda {

struct EmulatedLaunch {
    i64 largest_grid = 64;
    int threads = threads_per_block;  // of kernels that do not fix it themselves
    bool backwards = false;
};

// That of the whole process; the tests set it between calls.
inline EmulatedLaunch& emulated_launch() {
    static EmulatedLaunch launch;
    return launch;
}

// Calls work(i) for every 0 <= i < n in the order that the tests chose.
template <class Work>
void walk(i64 n, const Work& work) {
    const bool backwards = emulated_launch().backwards;
    for (i64 i = 0; i < n; ++i) work(backwards ? n - 1 - i : i);
}

inline i64 emulated_grid(i64 blocks) {
    const i64 largest = emulated_launch().largest_grid;
    return blocks < largest ? blocks : largest;
}

template <class State>
void fill_with_pattern(State& state) {
    static_assert(std::is_trivially_copyable_v<State>);
    std::memset(static_cast<void*>(&state), 0xa5, sizeof(State));
}

template <class Body, int... phases>
void walk_phases(const Body& body, i64 tile, i64 round, typename Body::Shared& shared,
                 std::vector<typename Body::Own>& own, std::integer_sequence<int, phases...>) {
    (walk(Body::threads,
          [&](i64 thread) {
              body.template run<phases>(Place{tile, round, static_cast<int>(thread)}, shared,
                                        own[static_cast<std::size_t>(thread)]);
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
    std::vector<typename Body::Own> own(Body::threads);
    std::vector<typename Body::Shared> shared(1);
    walk(grid, [&](i64 block) {
        for (i64 tile = block; tile < tiles; tile += grid) {
            fill_with_pattern(shared[0]);
            for (auto& state : own) fill_with_pattern(state);
            for (i64 round = 0; round < body.rounds(); ++round) {
                walk_phases(body, tile, round, shared[0], own,
                            std::make_integer_sequence<int, Body::phases>{});
                if constexpr (requires { body.ended(shared[0]); }) {
                    if (body.ended(shared[0])) break;
                }
            }
        }
    });
}

}  // namespace frontiers::cuda
