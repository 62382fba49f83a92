// Bilinear sampling of rows of four-channel pixels, and its adjoint.
#pragma once

#include "../transform_workspace.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// A pixel's four channels, and those of two neighbours. Compilers split these vectors where the
// instruction set has narrower registers.
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

// Upper left neighbour and bilinear weights of every pixel of output row y.
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

// Local copies of the row's pointers: otherwise the compiler must assume that storing pixels
// changes the workspace and reloads them.
template <class C>
struct Corners {
    const i32* corner;
    const C *right, *below;
    i64 row;  // elements between rows of the picture

    explicit Corners(const Workspace<C>& w)
        : corner(w.corner), right(w.right), below(w.below), row(4 * w.pitch) {}
};

template <class C>
void sample_row(const C* picture, C* pixels, i64 width, const Workspace<C>& w) {
    const Corners<C> at(w);
    using One = typename Pixel<C>::One;
    using Two = typename Pixel<C>::Two;
    for (i64 i = 0; i < width; ++i) {
        const C* from = picture + 4 * static_cast<i64>(at.corner[i]);
        Two above, under;
        __builtin_memcpy(&above, from, sizeof(Two));
        __builtin_memcpy(&under, from + at.row, sizeof(Two));
        const Two column = lerp(above, under, at.below[i]);
        const One left = __builtin_shufflevector(column, column, 0, 1, 2, 3);
        const One right = __builtin_shufflevector(column, column, 4, 5, 6, 7);
        const One value = lerp(left, right, at.right[i]);
        __builtin_memcpy(pixels + 4 * i, &value, sizeof(One));
    }
}

template <class C>
inline void add_pixels(C* to, const typename Pixel<C>::Two& values) {
    typename Pixel<C>::Two sum;
    __builtin_memcpy(&sum, to, sizeof(sum));
    sum += values;
    __builtin_memcpy(to, &sum, sizeof(sum));
}

template <class C>
inline void scatter_pixel(C* picture, const C* pixels, i64 i, const Corners<C>& at) {
    typename Pixel<C>::One value;
    __builtin_memcpy(&value, pixels + 4 * i, sizeof(value));
    const auto right = value * at.right[i], left = value - right;
    const typename Pixel<C>::Two both =
        __builtin_shufflevector(left, right, 0, 1, 2, 3, 4, 5, 6, 7);
    const auto under = both * at.below[i];
    C* to = picture + 4 * static_cast<i64>(at.corner[i]);
    add_pixels(to, both - under);
    add_pixels(to + at.row, under);
}

// Neighbouring pixels add to overlapping texels, and a load that follows such a store must wait for
// it. Alternating between sixteen parts of the row avoids these stalls.
template <class C>
void scatter_row(C* picture, const C* pixels, i64 width, const Workspace<C>& w) {
    const Corners<C> at(w);
    constexpr i64 parts = 16;
    const i64 length = width / parts;
    for (i64 i = 0; i < length; ++i) {
        for (i64 part = 0; part < parts; ++part) {
            scatter_pixel(picture, pixels, part * length + i, at);
        }
    }
    for (i64 i = parts * length; i < width; ++i) scatter_pixel(picture, pixels, i, at);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
