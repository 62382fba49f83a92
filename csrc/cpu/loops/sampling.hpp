// Bilinear sampling of rows of pixels with four channels, and its transpose.
#pragma once

#include "../transform_workspace.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// A pixel's four channels, and those of two neighbours. GCC and Clang make the widest registers of
// the instruction set of them, or several narrower ones.
template <class C>
struct Pixel;
template <>
struct Pixel<float> {
    typedef float One __attribute__((vector_size(16)));
    typedef float Two __attribute__((vector_size(32)));
};
template <>
struct Pixel<double> {
    typedef double One __attribute__((vector_size(32)));
    typedef double Two __attribute__((vector_size(64)));
};

// Neighbours and shares of every pixel of output row y.
template <class C>
void locate_row(const TransformCall& call, const TransformRow& row, i64 y, const Workspace<C>& w) {
    const RowMap<C> map = row_map<C>(row, call.height, call.width, y);
    const i32 pitch = static_cast<i32>(w.pitch), width = static_cast<i32>(call.width);
    i32* __restrict corner = w.corner;
    C* __restrict right = w.right;
    C* __restrict below = w.below;
    for (i32 i = 0; i < width; ++i) {
        i32 at_x, at_y;
        locate(map, i, at_x, at_y, right[i], below[i]);
        corner[i] = at_y * pitch + at_x;
    }
}

template <class C>
void sample_row(const C* picture, C* pixels, i64 width, const Workspace<C>& w) {
    using One = typename Pixel<C>::One;
    using Two = typename Pixel<C>::Two;
    for (i64 i = 0; i < width; ++i) {
        const C* from = picture + 4 * static_cast<i64>(w.corner[i]);
        Two above, under;
        __builtin_memcpy(&above, from, sizeof(Two));
        __builtin_memcpy(&under, from + 4 * w.pitch, sizeof(Two));
        const Two column = above + (under - above) * w.below[i];
        One left, right;
        __builtin_memcpy(&left, &column, sizeof(One));
        __builtin_memcpy(&right, reinterpret_cast<const C*>(&column) + 4, sizeof(One));
        const One value = left + (right - left) * w.right[i];
        __builtin_memcpy(pixels + 4 * i, &value, sizeof(One));
    }
}

template <class C>
inline void add_pixel(C* to, const typename Pixel<C>::One& value) {
    typename Pixel<C>::One sum;
    __builtin_memcpy(&sum, to, sizeof(sum));
    sum += value;
    __builtin_memcpy(to, &sum, sizeof(sum));
}

template <class C>
inline void scatter_pixel(C* picture, const C* pixels, i64 i, const Workspace<C>& w) {
    C* to = picture + 4 * static_cast<i64>(w.corner[i]);
    typename Pixel<C>::One value;
    __builtin_memcpy(&value, pixels + 4 * i, sizeof(value));
    const auto under = value * w.below[i], above = value - under;
    const auto above_right = above * w.right[i], under_right = under * w.right[i];
    add_pixel(to, above - above_right);
    add_pixel(to + 4, above_right);
    add_pixel(to + 4 * w.pitch, under - under_right);
    add_pixel(to + 4 * w.pitch + 4, under_right);
}

// Neighbouring pixels add to the same places, one waiting for the other; pixels a quarter of the
// row apart do not, so they take turns.
template <class C>
void scatter_row(C* picture, const C* pixels, i64 width, const Workspace<C>& w) {
    const i64 quarter = width / 4;
    for (i64 i = 0; i < quarter; ++i) {
        for (i64 part = 0; part < 4; ++part) {
            scatter_pixel(picture, pixels, part * quarter + i, w);
        }
    }
    for (i64 i = 4 * quarter; i < width; ++i) scatter_pixel(picture, pixels, i, w);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
