// Workspace of one thread in transform; its size is known before the first task starts.
//
// Channels are stored in groups of four, interleaved, so that one load fetches a pixel and a load
// of twice the width fetches two neighbours. The picture is surrounded by background, one pixel
// before and two after it in each direction, so that neighbours need no bounds check.
#pragma once

#include "carve.hpp"
#include "frontiers/transform.hpp"

namespace frontiers::cpu {

template <class C>
struct Workspace {
    i64 groups;        // of four channels
    i64 pitch;         // pixels between rows of the picture
    i64 group_size;    // elements of one group's picture
    C* picture;        // (groups, height + 3, width + 3, 4)
    C* blurred;        // (groups, height, width, 4), if any transform blurs
    C* rows;           // (4 groups, width): planar channels
    C* mixed;          // (channels, width): planar channels after the colour map
    C* pixels;         // (width, 4)
    C* zero_margins;   // (width + 4 radius, 4)
    C* margins;        // (width + 2 radius, 4)
    C* weights;        // radius + 1, from the centre outwards
    i32* corner;       // upper left neighbour of each pixel of a row, as an offset in pixels
    C *right, *below;  // bilinear weights of the right and the lower neighbours
    u32* words;
    float* noise;
    i64 bytes;
};

// Room for n words that may begin inside a block, in whole groups of at most 16 blocks.
FRONTIERS_HD i64 noise_room(i64 n) { return n + 3 + 64; }

// Lays out the workspace in `memory`; with null it only computes the bytes. `radius` is the largest
// of all blurs, 0 for none.
template <class C>
FRONTIERS_HD Workspace<C> workspace_in(void* memory, const TransformCall& call, i64 radius) {
    const auto start = reinterpret_cast<std::uintptr_t>(memory);
    Workspace<C> w{};
    w.groups = (call.channels + 3) / 4;
    w.pitch = call.width + 3;
    w.group_size = 4 * (call.height + 3) * w.pitch;
    w.picture = carve<C>(start, w.bytes, w.groups * w.group_size);
    w.blurred = carve<C>(start, w.bytes, radius > 0 ? 4 * w.groups * call.height * call.width : 0);
    w.rows = carve<C>(start, w.bytes, 4 * w.groups * call.width);
    w.mixed = carve<C>(start, w.bytes, call.channels * call.width);
    w.pixels = carve<C>(start, w.bytes, 4 * call.width);
    w.zero_margins = carve<C>(start, w.bytes, 4 * (call.width + 4 * radius));
    w.margins = carve<C>(start, w.bytes, 4 * (call.width + 2 * radius));
    w.weights = carve<C>(start, w.bytes, radius + 1);
    w.corner = carve<i32>(start, w.bytes, call.width);
    w.right = carve<C>(start, w.bytes, call.width);
    w.below = carve<C>(start, w.bytes, call.width);
    w.words = carve<u32>(start, w.bytes, noise_room(call.width));
    w.noise = carve<float>(start, w.bytes, noise_room(call.width));
    return w;
}

}  // namespace frontiers::cpu
