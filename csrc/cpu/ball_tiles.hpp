// What the loops over a ball's tiles get, see frontiers/ball.hpp.
#pragma once

#include "frontiers/ball_search.hpp"

namespace frontiers::cpu {

// The box of a sample: one for all elements, or one a channel.
struct SampleBox {
    Ends ends;
    const Ends* by_channel;  // null where `ends` holds for all
    Layout layout;
};

// Up to tile_elements consecutive elements of a sample, number `first` to be the first of them.
struct BallTile {
    const void* x;
    const void* origin;
    DType dtype;
    i64 first, count;
    const SampleBox* box;
};

// The elements of a tile that the later rounds look at. With too many of them for the list, they
// look at all and choose again.
struct LookedAt {
    static constexpr i64 most = 1024;
    i64 count;  // more than `most`: no list
    u16 places[most];
};

// As many of a tile are selected by a list and not by counters.
inline constexpr i64 few_largest = 128;

}  // namespace frontiers::cpu
