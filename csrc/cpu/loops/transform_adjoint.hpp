// Adjoint of transform for one image and a range of passes: each step of transform transposed, in
// reverse order. Sampling becomes a scatter into the picture, pass by pass and row by row.
#pragma once

#include "transform.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Gradient of row y carried back through clip and colour, as planar rows in w.rows.
template <class T>
void start_row(const TransformCall& call, const TransformRow& row, const T* gradient,
               const T* clipped, i64 y, const Workspace<ComputeOf<T>>& w) {
    using C = ComputeOf<T>;
    const i64 width = call.width;
    const C low = as_stored<T>(call.low), high = as_stored<T>(call.high);
    for (i64 channel = 0; channel < call.channels; ++channel) {
        const i64 at = (channel * call.height + y) * width;
        C* __restrict upstream = w.mixed + channel * width;
        load_row(gradient + at, upstream, width);
        if (clipped != nullptr) {
            load_row(clipped + at, w.rows, width);
            const C* __restrict value = w.rows;
            for (i64 i = 0; i < width; ++i) {
                upstream[i] = low < value[i] && value[i] < high ? upstream[i] : C(0);
            }
        }
    }
    for (i64 to = 0; to < call.channels; ++to) {
        mix_rows(
            w.mixed, call.channels, width, C(0),
            [&](i64 channel) { return colour(row, channel, to); }, w.rows + to * width);
    }
    const i64 padding = 4 * w.groups - call.channels;
    fill(w.rows + call.channels * width, padding * width, C(0));
}

template <class C>
void scattered_row(const TransformCall& call, i64 group, const C* pixels, const Workspace<C>& w) {
    scatter_row(w.picture + group * w.group_size, pixels, call.width, w);
}

template <class T>
void adjoint_once(const TransformCall& call, const Pass<ComputeOf<T>>& pass, const T* gradient,
                  const T* clipped, const Workspace<ComputeOf<T>>& w) {
    using C = ComputeOf<T>;
    const i64 row_size = 4 * call.width, blurred_size = call.height * row_size;
    if (pass.radius > 0) fill(w.blurred, w.groups * blurred_size, C(0));
    for (i64 y = 0; y < call.height; ++y) {
        start_row(call, pass.row, gradient, clipped, y, w);
        if (pass.radius == 0) locate_row(call, pass.row, y, w);
        for (i64 group = 0; group < w.groups; ++group) {
            interleave_channels(w.rows + group * row_size, call.width, w.pixels, call.width);
            if (pass.radius == 0) {
                scattered_row(call, group, w.pixels, w);
            } else {
                blur_column_adjoint(w.pixels, w.blurred + group * blurred_size, y, call.height,
                                    call.width, pass.radius, w.weights);
            }
        }
    }
    if (pass.radius == 0) return;
    for (i64 y = 0; y < call.height; ++y) {
        locate_row(call, pass.row, y, w);
        for (i64 group = 0; group < w.groups; ++group) {
            blur_row_adjoint(w.blurred + group * blurred_size + y * row_size, w.pixels, call.width,
                             pass.radius, w);
            scattered_row(call, group, w.pixels, w);
        }
    }
}

// Stores the picture without its border, whose gradient belongs to the background.
template <class Out, class C>
void store_image(const TransformCall& call, Out* image, bool stream, const Workspace<C>& w) {
    for (i64 group = 0; group < w.groups; ++group) {
        const i64 first = 4 * group, real = channels_in(call, group);
        for (i64 y = 0; y < call.height; ++y) {
            const C* from = w.picture + group * w.group_size + 4 * ((y + 1) * w.pitch + 1);
            deinterleave_channels(from, w.rows, call.width, call.width);
            for (i64 k = 0; k < real; ++k) {
                store_row(w.rows + k * call.width,
                          image + ((first + k) * call.height + y) * call.width, call.width, stream);
            }
        }
    }
}

template <class T>
void adjoint_as(const TransformCall& call, const void* gradient, const void* clipped, void* to,
                bool partial, i64 image, i64 first, i64 last, i64 radius, void* memory) {
    using C = ComputeOf<T>;
    const Workspace<C> w = workspace_in<C>(memory, call, radius);
    const i64 size = call.channels * call.height * call.width;
    fill(w.picture, w.groups * w.group_size, C(0));
    for (i64 pass = first; pass < last; ++pass) {
        const i64 at = (pass * call.images + image) * size;
        adjoint_once(call, pass_of(call, pass, image, w), static_cast<const T*>(gradient) + at,
                     clipped != nullptr ? static_cast<const T*>(clipped) + at : nullptr, w);
    }
    if (partial) {
        store_image(call, static_cast<C*>(to), false, w);
        return;
    }
    const bool stream = streams(static_cast<T*>(to), call.width, call.images * size);
    store_image(call, static_cast<T*>(to), stream, w);
    if (stream) store_fence();
}

void transform_adjoint(const TransformCall& call, const void* gradient, const void* clipped,
                       void* to, bool partial, i64 image, i64 first, i64 last, i64 radius,
                       void* memory) {
    switch (call.dtype) {
        case DType::float32:
            return adjoint_as<float>(call, gradient, clipped, to, partial, image, first, last,
                                     radius, memory);
        case DType::float64:
            return adjoint_as<double>(call, gradient, clipped, to, partial, image, first, last,
                                      radius, memory);
        case DType::float16:
            return adjoint_as<Half>(call, gradient, clipped, to, partial, image, first, last,
                                    radius, memory);
        case DType::bfloat16:
            return adjoint_as<BFloat16>(call, gradient, clipped, to, partial, image, first, last,
                                        radius, memory);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
