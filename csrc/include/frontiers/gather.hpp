// gather: copies selected rows and columns of an array into a smaller one.
//
//     out[r, c, i] = from[row(r), column(c), i]
//
// Used by gather_linear and gather_conv2d. A dropped channel is a row of one layer's weights and a
// column of the next one's; gathering the others avoids reading either. Rows are output channels,
// columns are input channels, and i runs over the elements of such a pair (the window of a
// convolution, the pixels of a channel). Multiplication is left to the caller's library.
//
// An index is an ascending list, or null for all. Either array is laid out as (rows, columns,
// inner) or as (rows, inner, columns) ("channels last"), independently of the other. Elements of 1,
// 2, 4 or 8 bytes are copied unchanged, so the result is bit-identical everywhere.
//
// Entry points: `to` holds rows * columns * inner elements and overlaps nothing. On the CPU the
// caller has checked that every index is ascending and in range (first_invalid). With CUDA this
// cannot be checked without a synchronisation: an index out of range gives elements of zero bits,
// and nothing outside the array is read.
#pragma once

#include "frontiers/scalar.hpp"

namespace frontiers {

struct GatherIndex {
    const i64* indices;  // null: all
    i64 count;
    i64 size;  // of the dimension it indexes
};

struct GatherCall {
    const void* from;
    void* to;
    i64 width;  // bytes per element
    GatherIndex rows, columns;
    i64 inner;
    bool from_columns_last, to_columns_last;
};

FRONTIERS_HD i64 source_index(const GatherIndex& index, i64 number) {
    return index.indices == nullptr ? number : index.indices[number];
}

// Strides of `from` between columns and between successive i.
FRONTIERS_HD i64 column_stride(const GatherCall& call) {
    return call.from_columns_last ? 1 : call.inner;
}
FRONTIERS_HD i64 inner_stride(const GatherCall& call) {
    return call.from_columns_last ? call.columns.size : 1;
}

// Position of the first index that is out of range or not above the previous one, or -1.
inline i64 first_invalid(const GatherIndex& index) {
    if (index.indices == nullptr) return -1;
    for (i64 i = 0; i < index.count; ++i) {
        const i64 entry = index.indices[i], min_entry = i == 0 ? 0 : index.indices[i - 1] + 1;
        if (entry < min_entry || entry >= index.size) return i;
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
