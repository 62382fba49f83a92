// transform of one image by a range of passes.
#pragma once

#include "../streaming_stores.hpp"
#include "blur.hpp"
#include "rows.hpp"
#include "sampling.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

template <class C>
void fill_pixels(C* to, i64 count, const C* value) {
    for (i64 i = 0; i < count; ++i) copy(value, 4, to + 4 * i);
}

inline i64 channels_in(const TransformCall& call, i64 group) {
    const i64 left = call.channels - 4 * group;
    return left < 4 ? left : 4;
}

// Loads one image into the workspace's picture, surrounded by a border of background.
template <class T>
void load_image(const TransformCall& call, const T* image, const Workspace<ComputeOf<T>>& w) {
    using C = ComputeOf<T>;
    for (i64 group = 0; group < w.groups; ++group) {
        C* picture = w.picture + group * w.group_size;
        const i64 first = 4 * group, real = channels_in(call, group);
        C background[4] = {};
        for (i64 k = 0; k < real; ++k) background[k] = static_cast<C>(call.background[first + k]);
        fill(w.rows + real * call.width, (4 - real) * call.width, C(0));
        fill_pixels(picture, w.pitch, background);
        fill_pixels(picture + 4 * (call.height + 1) * w.pitch, 2 * w.pitch, background);
        for (i64 y = 0; y < call.height; ++y) {
            for (i64 k = 0; k < real; ++k) {
                const T* from = image + ((first + k) * call.height + y) * call.width;
                load_row(from, w.rows + k * call.width, call.width);
            }
            C* to = picture + 4 * (y + 1) * w.pitch;
            fill_pixels(to, 1, background);
            interleave_channels(w.rows, call.width, to + 4, call.width);
            fill_pixels(to + 4 * (call.width + 1), 2, background);
        }
    }
}

// Parameters of one transform, prepared for the loops.
template <class C>
struct Pass {
    TransformRow row;
    i64 radius;
    u64 stream;
};

template <class C>
Pass<C> pass_of(const TransformCall& call, i64 pass, i64 image, const Workspace<C>& w) {
    const i64 number = row_number(call, pass, image);
    const TransformRow row = row_at(call, number);
    const i64 radius = blur_radius(blur(row));
    if (radius > 0) blur_weights(blur(row), radius, w.weights);
    return {row, radius, stream_of(transform_noise_stream, static_cast<u32>(call.samples[number]))};
}

// Samples row y of all channel groups and calls use(group, pixels) for each.
template <class C, class Use>
void sampled_row(const TransformCall& call, const TransformRow& row, i64 y, const Workspace<C>& w,
                 const Use& use) {
    locate_row(call, row, y, w);
    for (i64 group = 0; group < w.groups; ++group) {
        sample_row(w.picture + group * w.group_size, w.pixels, call.width, w);
        use(group, w.pixels);
    }
}

// Whether to use streaming stores for rows of `width` elements of a result of `total` elements.
template <class T>
bool streams(const T* rows, i64 width, i64 total) {
    constexpr i64 size = sizeof(T);
    return total * size >= bypass_bytes && width * size % 64 == 0 && aligned(rows);
}

// to = offset + sum over k of entry(k) * row k; entries of 0 are not read.
template <class C, class Entry>
void mix_rows(const C* rows, i64 count, i64 width, C offset, const Entry& entry, C* __restrict to) {
    bool started = false;
    for (i64 k = 0; k < count; ++k) {
        const C factor = static_cast<C>(entry(k));
        if (factor == C(0)) continue;
        const C* __restrict from = rows + k * width;
        if (started) {
            add_scaled(to, from, factor, width);
        } else {
            for (i64 i = 0; i < width; ++i) to[i] = offset + factor * from[i];
        }
        started = true;
    }
    if (!started) fill(to, width, offset);
}

// Applies colour, noise and clip to the planar rows in w.rows and stores row y of every channel.
template <class T>
void finish_row(const TransformCall& call, const Pass<ComputeOf<T>>& pass, i64 image, i64 y, T* out,
                bool stream, const Workspace<ComputeOf<T>>& w) {
    using C = ComputeOf<T>;
    const i64 width = call.width;
    const C low = as_stored<T>(call.low), high = as_stored<T>(call.high);
    const C sigma = static_cast<C>(noise(pass.row));
    C* __restrict mixed = w.mixed;
    for (i64 channel = 0; channel < call.channels; ++channel) {
        mix_rows(
            w.rows, call.channels, width, static_cast<C>(bias(pass.row, channel)),
            [&](i64 from) { return colour(pass.row, channel, from); }, mixed);
        if (sigma > C(0)) {
            const i64 element = first_noise(call, image, channel) + y * width;
            const float* z = noise_row(w.words, w.noise, element, width, pass.stream, call.seed);
            for (i64 i = 0; i < width; ++i) mixed[i] += sigma * static_cast<C>(z[i]);
        }
        for (i64 i = 0; i < width; ++i) {
            const C above = mixed[i] < low ? low : mixed[i];
            mixed[i] = above > high ? high : above;
        }
        store_row(mixed, out + (channel * call.height + y) * width, width, stream);
    }
}

template <class T>
void transform_once(const TransformCall& call, const Pass<ComputeOf<T>>& pass, i64 image, T* out,
                    bool stream, const Workspace<ComputeOf<T>>& w) {
    using C = ComputeOf<T>;
    const i64 row_size = 4 * call.width, blurred_size = call.height * row_size;
    auto part = [&](i64 group, const C* pixels) {
        deinterleave_channels(pixels, w.rows + group * row_size, call.width, call.width);
    };
    if (pass.radius == 0) {
        for (i64 y = 0; y < call.height; ++y) {
            sampled_row(call, pass.row, y, w, part);
            finish_row(call, pass, image, y, out, stream, w);
        }
        return;
    }
    for (i64 y = 0; y < call.height; ++y) {
        sampled_row(call, pass.row, y, w, [&](i64 group, const C* pixels) {
            blur_row(pixels, w.blurred + group * blurred_size + y * row_size, call.width,
                     pass.radius, w);
        });
    }
    for (i64 y = 0; y < call.height; ++y) {
        for (i64 group = 0; group < w.groups; ++group) {
            blur_column(w.blurred + group * blurred_size, w.pixels, y, call.height, call.width,
                        pass.radius, w.weights);
            part(group, w.pixels);
        }
        finish_row(call, pass, image, y, out, stream, w);
    }
}

template <class T>
void transform_as(const TransformCall& call, const void* images, void* out, i64 image, i64 first,
                  i64 last, i64 radius, void* memory) {
    using C = ComputeOf<T>;
    const Workspace<C> w = workspace_in<C>(memory, call, radius);
    const i64 size = call.channels * call.height * call.width;
    const bool stream = streams(static_cast<T*>(out), call.width, call.passes * call.images * size);
    load_image(call, static_cast<const T*>(images) + image * size, w);
    for (i64 pass = first; pass < last; ++pass) {
        transform_once(call, pass_of(call, pass, image, w), image,
                       static_cast<T*>(out) + (pass * call.images + image) * size, stream, w);
    }
    if (stream) store_fence();
}

void transform(const TransformCall& call, const void* images, void* out, i64 image, i64 first,
               i64 last, i64 radius, void* memory) {
    switch (call.dtype) {
        case DType::float32:
            return transform_as<float>(call, images, out, image, first, last, radius, memory);
        case DType::float64:
            return transform_as<double>(call, images, out, image, first, last, radius, memory);
        case DType::float16:
            return transform_as<Half>(call, images, out, image, first, last, radius, memory);
        case DType::bfloat16:
            return transform_as<BFloat16>(call, images, out, image, first, last, radius, memory);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
