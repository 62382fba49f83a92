// Loop of gather over rows `first` to `last` of the result.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Copies `count` elements `stride` apart: those at `indices`, or the first ones if not indexed.
template <bool indexed, class U>
inline void gather_line(const U* __restrict from, U* __restrict to, const i64* __restrict indices,
                        i64 count, i64 stride) {
    if (stride == 1) {
        for (i64 c = 0; c < count; ++c) to[c] = from[indexed ? indices[c] : c];
    } else {
        for (i64 c = 0; c < count; ++c) to[c] = from[(indexed ? indices[c] : c) * stride];
    }
}

template <bool indexed, class U>
void gather_as(const GatherCall& call, i64 first, i64 last) {
    const U* from = static_cast<const U*>(call.from);
    const i64 columns = call.columns.count, inner = call.inner;
    const i64 along_columns = column_stride(call), along_inner = inner_stride(call);
    U* to = static_cast<U*>(call.to) + first * columns * inner;
    for (i64 r = first; r < last; ++r) {
        const U* row = from + source_index(call.rows, r) * call.columns.size * inner;
        if (call.to_columns_last) {
            for (i64 i = 0; i < inner; ++i, to += columns) {
                gather_line<indexed>(row + i * along_inner, to, call.columns.indices, columns,
                                     along_columns);
            }
        } else {
            for (i64 c = 0; c < columns; ++c, to += inner) {
                gather_line<false>(row + source_index(call.columns, c) * along_columns, to,
                                   call.columns.indices, inner, along_inner);
            }
        }
    }
}

constexpr i64 max_compressed_columns = 4096;

// Fast path for ascending column indices when columns are adjacent in both arrays: each row is one
// compress operation.
template <class U>
void compress_rows(const GatherCall& call, i64 first, i64 last) {
    const i64 all = call.columns.size, columns = call.columns.count, inner = call.inner;
    u16 masks[max_compressed_columns / 16] = {};
    for (i64 c = 0; c < columns; ++c) {
        const i64 entry = call.columns.indices[c];
        masks[entry / 16] = static_cast<u16>(masks[entry / 16] | 1u << (entry % 16));
    }
    U* to = static_cast<U*>(call.to) + first * columns * inner;
    for (i64 r = first; r < last; ++r) {
        const U* row = static_cast<const U*>(call.from) + source_index(call.rows, r) * all * inner;
        for (i64 i = 0; i < inner; ++i) to = compress_line(row + i * all, to, masks, all);
    }
}

template <class U>
void gather_of(const GatherCall& call, i64 first, i64 last) {
    if constexpr (has_compress && sizeof(U) == 4) {
        const bool side_by_side = call.from_columns_last || call.inner == 1;
        if (side_by_side && (call.to_columns_last || call.inner == 1) &&
            call.columns.indices != nullptr && call.columns.size <= max_compressed_columns) {
            return compress_rows<U>(call, first, last);
        }
    }
    if (call.columns.indices != nullptr) return gather_as<true, U>(call, first, last);
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
