// How kernels are launched. A kernel is a plain struct, its parameters as members, with one of the
// bodies below; a .cu file has no other CUDA in it, so that the same file is compiled by nvcc for
// the GPU and by the host's compiler for the emulation, which walks the blocks and threads.
//
// for_each      body(i) for every 0 <= i < n, one thread each.
//
// for_each_run  body.run<width>(first) for runs of `width` elements that cover 0 .. n - 1, first a
//               multiple of width: width = Body::width, or 1 for what is left at the end. Where not
//               `aligned` (see access.hpp), every run is of one element.
//
// for_each_tile A tile is the work of one block, in phases with a barrier of the block after each:
//                   static constexpr int threads, phases;
//                   static constexpr int resident;       optional: blocks that a multiprocessor
//                                                        must have registers for
//                   struct Shared;                       the block's memory, uninitialised
//                   struct Own;                          what a thread keeps from phase to phase
//                   i64 rounds() const;                  how often all phases run for a tile
//                   template <int phase> void run(const Place&, Shared&, Own&) const;
//                   bool ended(const Shared&) const;     optional: whether no round is left to do
//
// Threads stride over the grid with 64-bit indices, so n has no limit; n = 0 launches nothing. A
// launch that CUDA refuses throws std::runtime_error with the kernel's name and CUDA's own words.
#pragma once

#include <utility>

#include "access.hpp"
#include "frontiers/platform.hpp"

namespace frontiers::cuda {

inline constexpr int threads_per_block = 256;

// One thread's place in the work on a tile.
struct Place {
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

// Turns the number of a run into its body's call: whole runs first, then single elements.
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
