// Loop of one thread over its elements of a tile, in batches: all loads of a batch are issued
// before the first result is used.
#pragma once

#include "frontiers/ball.hpp"

namespace frontiers::cuda {

// Elements that a thread loads together, so that their latencies overlap.
template <int count>
struct Batch {
    i64 first;
    int stride;
    FRONTIERS_DEVICE i64 element(int j) const { return first + j * stride; }
};

// Calls work(batch) for elements first, first + stride, ... below `end` in order, at most 32 of
// them.
template <class Work>
FRONTIERS_DEVICE void for_each_batch(i64 first, int stride, i64 end, const Work& work) {
    constexpr int batch = 8, max_elements = tile_elements / tile_lanes;
    for (int done = 0; done < max_elements; done += batch, first += batch * stride) {
        if (first + (batch - 1) * stride < end) {
            work(Batch<batch>{first, stride});
            continue;
        }
        for (; first < end; first += stride) work(Batch<1>{first, stride});
        return;
    }
}

}  // namespace frontiers::cuda
