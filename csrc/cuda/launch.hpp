// How kernels are launched. A kernel is a plain struct with its parameters as members and one of
// the bodies below. A .cu file contains no other CUDA, so nvcc compiles it for the GPU and the host
// compiler compiles the same file for the emulation, which loops over blocks and threads.
//
// for_each       Calls body(i) for every 0 <= i < n, one thread each.
//
// for_each_run   Calls body.run<width>(first) for runs of `width` elements that cover 0 .. n - 1.
//                width is Body::width, with `first` a multiple of it, or 1 for the remainder and,
//                without `aligned` (see access.hpp), for all elements.
//
// for_each_tile  One block per tile, in phases with a barrier after each. A body has:
//                    static constexpr int threads, phases;
//                    static constexpr int resident;     optional: blocks per multiprocessor that
//                                                       registers must suffice for
//                    struct Shared;                     shared memory, uninitialised
//                    struct Local;                      state of a thread across phases
//                    i64 rounds() const;                how often to run all phases for a tile
//                    template <int phase> void run(const WorkItem&, Shared&, Local&) const;
//                    bool done(const Shared&) const;    optional: whether to skip further rounds
//
// Threads stride over the grid with 64-bit indices, so n is unlimited; n = 0 launches nothing. If
// CUDA refuses a launch, std::runtime_error names the kernel and gives CUDA's message.
#pragma once

#include <utility>

#include "access.hpp"
#include "frontiers/platform.hpp"

namespace frontiers::cuda {

inline constexpr int threads_per_block = 256;

// Coordinates of one thread's work: its tile, the round, and the thread within the block.
struct WorkItem {
    i64 tile;
    i64 round;
    int thread;
};

}  // namespace frontiers::cuda

#if defined(__CUDACC__)
#include "launch_gpu.hpp"
#else
#include "launch_emulated.hpp"
#endif

namespace frontiers::cuda {

// Maps a launch index to a run: whole runs first, then single elements.
template <class Body>
struct RunBody {
    Body body;
    i64 whole;

    FRONTIERS_DEVICE void operator()(i64 index) const {
        if (index < whole) {
            body.template run<Body::width>(index * Body::width);
        } else {
            body.template run<1>(whole * (Body::width - 1) + index);
        }
    }
};

template <class Body>
struct ElementBody {
    Body body;

    FRONTIERS_DEVICE void operator()(i64 index) const { body.template run<1>(index); }
};

template <class Body>
void for_each_run(const char* kernel, i64 n, const Body& body, bool aligned, Stream stream) {
    if (!aligned) return for_each(kernel, n, ElementBody<Body>{body}, stream);
    const i64 whole = n / Body::width;
    for_each(kernel, whole + n % Body::width, RunBody<Body>{body, whole}, stream);
}

}  // namespace frontiers::cuda
