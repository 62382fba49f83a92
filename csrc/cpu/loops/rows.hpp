// Rows of an image: conversion of element types, interleaving of channels, noise.
#pragma once

#include <cstddef>

#include "frontiers/noise.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Instead of std::fill and std::copy: the linker would keep one copy for all instruction sets.
template <class C>
inline void fill(C* to, i64 n, C value) {
    for (i64 i = 0; i < n; ++i) to[i] = value;
}

template <class C>
inline void copy(const C* from, i64 n, C* to) {
    __builtin_memcpy(to, from, static_cast<std::size_t>(n) * sizeof(C));
}

template <class T>
void load_row(const T* from, ComputeOf<T>* to, i64 n) {
    using L = Lanes<ComputeOf<T>>;
    i64 i = 0;
    if constexpr (L::width > 1) {
        for (; i + L::width <= n; i += L::width) {
            prefetch<L::width>(from + i);
            L::store(to + i, L::load(from + i));
        }
    }
    for (; i < n; ++i) to[i] = Scalar<T>::load(from[i]);
}

// With `stream`, bypasses the caches; `to` must be 64-byte aligned and store_fence() must follow.
template <class T>
void store_row(const ComputeOf<T>* from, T* to, i64 n, bool stream) {
    using L = Lanes<ComputeOf<T>>;
    i64 i = 0;
    if constexpr (L::width > 1) {
        if (stream) {
            for (; i + L::width <= n; i += L::width) L::stream(to + i, L::load(from + i));
        }
        for (; i + L::width <= n; i += L::width) L::store(to + i, L::load(from + i));
    }
    for (; i < n; ++i) to[i] = Scalar<T>::store(from[i]);
}

// Four rows `stride` apart to four-channel pixels, and back.
template <class C>
void interleave_channels(const C* __restrict rows, i64 stride, C* __restrict pixels, i64 n) {
    for (i64 i = 0; i < n; ++i) {
        for (i64 k = 0; k < 4; ++k) pixels[4 * i + k] = rows[k * stride + i];
    }
}

template <class C>
void deinterleave_channels(const C* __restrict pixels, C* __restrict rows, i64 stride, i64 n) {
    for (i64 i = 0; i < n; ++i) {
        for (i64 k = 0; k < 4; ++k) rows[k * stride + i] = pixels[4 * i + k];
    }
}

// Normal numbers from n words, n even. Pairs are split before the arithmetic and joined after it,
// so that it vectorises.
inline void float_normals(const u32* __restrict word, float* __restrict out, i64 n) {
    constexpr i64 at_once = 64;
    float first[at_once], second[at_once];
    for (i64 done = 0; done < n; done += 2 * at_once) {
        const i64 left = (n - done) / 2, pairs = left < at_once ? left : at_once;
        for (i64 i = 0; i < pairs; ++i) {
            box_muller(word[done + 2 * i], word[done + 2 * i + 1], first[i], second[i]);
        }
        for (i64 i = 0; i < pairs; ++i) {
            out[done + 2 * i] = first[i];
            out[done + 2 * i + 1] = second[i];
        }
    }
}

// Noise of elements `element` to element + n of a stream; returns a pointer to the first. `word`
// and `out` need noise_room(n) entries each, because whole groups of blocks are drawn.
inline const float* noise_row(u32* word, float* out, i64 element, i64 n, u64 stream, u64 seed) {
    const i64 skip = element % 4, blocks = (skip + n + 3) / 4;
    const i64 groups = (blocks + philox_lanes - 1) / philox_lanes;
    words(word, groups * philox_lanes, static_cast<u64>(element / 4), stream, seed);
    float_normals(word, out, 4 * blocks);
    return out + skip;
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
