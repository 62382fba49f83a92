// Gaussian blur of rows of four-channel pixels, and its adjoint. A row is a flat array; the
// neighbouring pixel is four elements away.
#pragma once

#include <cmath>

#include "../transform_workspace.hpp"
#include "rows.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Weights of distances 0 to radius, normalised so that all 2 radius + 1 taps sum to 1.
template <class C>
void blur_weights(double blur, i64 radius, C* weights) {
    double sum = 1.0;
    for (i64 j = 1; j <= radius; ++j) {
        const double z = static_cast<double>(j) / blur;
        sum += 2.0 * std::exp(-0.5 * z * z);
    }
    for (i64 j = 0; j <= radius; ++j) {
        const double z = static_cast<double>(j) / blur;
        weights[j] = static_cast<C>(std::exp(-0.5 * z * z) / sum);
    }
}

template <class C>
inline void scale_row(C* __restrict to, const C* __restrict from, C weight, i64 n) {
    for (i64 i = 0; i < n; ++i) to[i] = weight * from[i];
}

// to += weight * (a + b); a and b may be the same row, `to` overlaps neither.
template <class C>
inline void add_pair(C* __restrict to, const C* a, const C* b, C weight, i64 n) {
    for (i64 i = 0; i < n; ++i) to[i] += weight * (a[i] + b[i]);
}

template <class C>
inline void add_scaled(C* __restrict to, const C* __restrict from, C weight, i64 n) {
    for (i64 i = 0; i < n; ++i) to[i] += weight * from[i];
}

// out[i] = sum over |j| <= radius of weights[|j|] in[i + j]; `in` has `radius` pixels of margin.
template <class C>
void convolve(const C* in, C* out, i64 pixels, const C* weights, i64 radius) {
    scale_row(out, in, weights[0], 4 * pixels);
    for (i64 j = 1; j <= radius; ++j) {
        add_pair(out, in - 4 * j, in + 4 * j, weights[j], 4 * pixels);
    }
}

// Blurs along a row; the border pixels are repeated outside.
template <class C>
void blur_row(const C* pixels, C* out, i64 width, i64 radius, const Workspace<C>& w) {
    C* middle = w.margins + 4 * radius;
    copy(pixels, 4 * width, middle);
    for (i64 j = 1; j <= radius; ++j) {
        copy(pixels, 4, middle - 4 * j);
        copy(pixels + 4 * (width - 1), 4, middle + 4 * (width - 1 + j));
    }
    convolve(middle, out, width, w.weights, radius);
}

// Adjoint of blur_row: what falls on the margins is added to the border pixels.
template <class C>
void blur_row_adjoint(const C* pixels, C* out, i64 width, i64 radius, const Workspace<C>& w) {
    fill(w.zero_margins, 4 * (width + 4 * radius), C(0));
    copy(pixels, 4 * width, w.zero_margins + 8 * radius);
    convolve(w.zero_margins + 4 * radius, w.margins, width + 2 * radius, w.weights, radius);
    C* middle = w.margins + 4 * radius;
    for (i64 j = radius; j >= 1; --j) {
        for (i64 k = 0; k < 4; ++k) {
            middle[k] += middle[k - 4 * j];
            middle[4 * (width - 1) + k] += middle[4 * (width - 1 + j) + k];
        }
    }
    copy(middle, 4 * width, out);
}

// Row y of the blur along columns.
template <class C>
void blur_column(const C* picture, C* out, i64 y, i64 height, i64 width, i64 radius,
                 const C* weights) {
    const i64 n = 4 * width;
    scale_row(out, picture + y * n, weights[0], n);
    for (i64 j = 1; j <= radius; ++j) {
        add_pair(out, picture + clamp_index(y - j, height) * n,
                 picture + clamp_index(y + j, height) * n, weights[j], n);
    }
}

template <class C>
void blur_column_adjoint(const C* row, C* picture, i64 y, i64 height, i64 width, i64 radius,
                         const C* weights) {
    const i64 n = 4 * width;
    add_scaled(picture + y * n, row, weights[0], n);
    for (i64 j = 1; j <= radius; ++j) {
        add_scaled(picture + clamp_index(y - j, height) * n, row, weights[j], n);
        add_scaled(picture + clamp_index(y + j, height) * n, row, weights[j], n);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
