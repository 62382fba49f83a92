// Arguments of the loops over a ball's tiles; see frontiers/ball.hpp.
#pragma once

#include "frontiers/ball_search.hpp"

namespace frontiers::cpu {

// The box of a sample: one pair of bounds, or one per channel.
struct SampleBox {
    Bounds bounds;
    const Bounds* by_channel;  // null: `bounds` holds for all
    Layout layout;
};

// Up to tile_elements consecutive elements of a sample, starting at element `first`.
struct BallTile {
    const void* x;
    const void* origin;
    DType dtype;
    i64 first, count;
    const SampleBox* box;
};

// Indices of a tile's active elements, the only ones that later rounds visit. If the list
// overflows, later rounds visit all elements and test each of them.
struct ActiveList {
    static constexpr i64 capacity = 1024;
    i64 count;  // above `capacity`: the list is not used
    u16 indices[capacity];
};

// Up to this many elements of a tile are selected with a list instead of digit counters.
inline constexpr i64 max_select_few = 128;

}  // namespace frontiers::cpu
