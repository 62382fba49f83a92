// How a thread of a tile's block walks over its elements: several are asked for before the first
// one is used.
#pragma once

#include "frontiers/ball.hpp"

namespace frontiers::cuda {

// Elements of a thread that are asked for together, so that a wait for memory serves all of them.
template <int count>
struct Batch {
    i64 first;
    int stride;
    FRONTIERS_DEVICE i64 element(int j) const { return first + j * stride; }
};

// Calls work(batch) for elements first, first + stride, ... below `end`, 32 of them at most, in
// their order.
template <class Work>
FRONTIERS_DEVICE void in_batches(i64 first, int stride, i64 end, const Work& work) {
    constexpr int together = 8, most = tile_elements / tile_lanes;
    for (int done = 0; done < most; done += together, first += together * stride) {
        if (first + (together - 1) * stride < end) {
            work(Batch<together>{first, stride});
            continue;
        }
        for (; first < end; first += stride) work(Batch<1>{first, stride});
        return;
    }
}

}  // namespace frontiers::cuda
