// Loop of gather: the rows from `first` to `last` of the result.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// `count` elements: those at the places of an index, or the first ones; neighbours lie `stride`
// apart.
template <bool indexed, class U>
inline void gather_line(const U* __restrict from, U* __restrict to, const i64* __restrict places,
                        i64 count, i64 stride) {
    if (stride == 1) {
        for (i64 c = 0; c < count; ++c) to[c] = from[indexed ? places[c] : c];
    } else {
        for (i64 c = 0; c < count; ++c) to[c] = from[(indexed ? places[c] : c) * stride];
    }
}

template <bool indexed, class U>
void gather_as(const GatherCall& call, i64 first, i64 last) {
    const U* from = static_cast<const U*>(call.from);
    const i64 columns = call.columns.count, inner = call.inner;
    const i64 along_columns = column_stride(call), along_inner = inner_stride(call);
    U* to = static_cast<U*>(call.to) + first * columns * inner;
    for (i64 r = first; r < last; ++r) {
        const U* row = from + place_in(call.rows, r) * call.columns.size * inner;
        if (call.to_columns_last) {
            for (i64 i = 0; i < inner; ++i, to += columns) {
                gather_line<indexed>(row + i * along_inner, to, call.columns.places, columns,
                                     along_columns);
            }
        } else {
            for (i64 c = 0; c < columns; ++c, to += inner) {
                gather_line<false>(row + place_in(call.columns, c) * along_columns, to,
                                   call.columns.places, inner, along_inner);
            }
        }
    }
}

constexpr i64 most_compressed = 4096;  // columns

// Columns lie side by side in both arrays and their index is ascending: a row is compressed.
template <class U>
void compress_rows(const GatherCall& call, i64 first, i64 last) {
    const i64 all = call.columns.size, columns = call.columns.count, inner = call.inner;
    u16 masks[most_compressed / 16] = {};
    for (i64 c = 0; c < columns; ++c) {
        const i64 place = call.columns.places[c];
        masks[place / 16] = static_cast<u16>(masks[place / 16] | 1u << (place % 16));
    }
    U* to = static_cast<U*>(call.to) + first * columns * inner;
    for (i64 r = first; r < last; ++r) {
        const U* row = static_cast<const U*>(call.from) + place_in(call.rows, r) * all * inner;
        for (i64 i = 0; i < inner; ++i) to = compress_line(row + i * all, to, masks, all);
    }
}

template <class U>
void gather_of(const GatherCall& call, i64 first, i64 last) {
    if constexpr (compresses && sizeof(U) == 4) {
        const bool side_by_side = call.from_columns_last || call.inner == 1;
        if (side_by_side && (call.to_columns_last || call.inner == 1) &&
            call.columns.places != nullptr && call.columns.size <= most_compressed) {
            return compress_rows<U>(call, first, last);
        }
    }
    if (call.columns.places != nullptr) return gather_as<true, U>(call, first, last);
    gather_as<false, U>(call, first, last);
}

void gather(const GatherCall& call, i64 first, i64 last) {
    switch (call.width) {
        case 1:
            return gather_of<u8>(call, first, last);
        case 2:
            return gather_of<u16>(call, first, last);
        case 4:
            return gather_of<u32>(call, first, last);
        default:
            return gather_of<u64>(call, first, last);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
