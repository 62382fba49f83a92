// gather: the kept rows and columns of an array, side by side.
//
//     out[r, c, i] = from[row(r), column(c), i]
//
// What gather_linear and gather_conv2d are made of: a dropped channel is a row of one layer's
// weights and a column of the next one's, and neither is to be read. The rows are output channels,
// the columns input channels, i runs over what belongs to a pair of them (the window of a
// convolution, the pixels behind a channel). The multiplication is left to the caller's library.
//
// An index is an ascending list of places, or null for all of them. Either array lies as (rows,
// columns, inner) in memory, or as (rows, inner, columns) ("channels last"), independently of the
// other. Elements are moved as they are, 1, 2, 4 or 8 bytes each, so the result is bit-identical
// everywhere.
//
// Entry points: `to` holds rows * columns * inner elements and overlaps nothing. On the CPU the
// caller has made sure that every index is ascending and in range (first_unfit). With CUDA nobody
// can look without waiting: an index out of range gives an element of zero bits, and nothing beyond
// the array is read.
#pragma once

#include "frontiers/scalar.hpp"

namespace frontiers {

struct GatherIndex {
    const i64* places;  // null: all
    i64 count;
    i64 size;  // of the dimension that it picks from
};

struct GatherCall {
    const void* from;
    void* to;
    i64 width;  // bytes of an element
    GatherIndex rows, columns;
    i64 inner;
    bool from_columns_last, to_columns_last;
};

FRONTIERS_HD i64 place_in(const GatherIndex& index, i64 number) {
    return index.places == nullptr ? number : index.places[number];
}

// From one column to the next, and from one i to the next, in `from`.
FRONTIERS_HD i64 column_stride(const GatherCall& call) {
    return call.from_columns_last ? 1 : call.inner;
}
FRONTIERS_HD i64 inner_stride(const GatherCall& call) {
    return call.from_columns_last ? call.columns.size : 1;
}

// The number of the first place that is out of range or not above the one before it, or -1.
inline i64 first_unfit(const GatherIndex& index) {
    if (index.places == nullptr) return -1;
    for (i64 i = 0; i < index.count; ++i) {
        const i64 place = index.places[i], least = i == 0 ? 0 : index.places[i - 1] + 1;
        if (place < least || place >= index.size) return i;
    }
    return -1;
}

namespace cpu {
void gather(const GatherCall& call, int threads);
}  // namespace cpu

namespace cuda {
void gather(const GatherCall& call, Stream stream);
}  // namespace cuda

}  // namespace frontiers
