// Texture lookup at the covered pixels, and its adjoint.
#pragma once

#include "raster.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Texture coordinates of the covered pixels of one row, left to right; returns their number.
inline i64 samples_of_row(const View& view, const Fragments* fragments, const TextureSize& size,
                          i64 pose, i64 row, Rows rows, const Light& light,
                          const RasterBuffers& buffers, Sample* out) {
    i64 n = 0;
    const auto add = [&](i64 column, float u, float v, float shade) {
        out[n++] = {texel_coordinate(u, size.width), texel_coordinate(v, size.height), shade,
                    static_cast<u32>(row * view.width + column)};
    };
    if (fragments == nullptr) {
        fragments_of_row(view, light, row, rows, buffers,
                         [&](i64 column, const Fragment& fragment) {
                             add(column, fragment.u, fragment.v, fragment.shade);
                         });
        return n;
    }
    const i64 from = (pose * view.height + row) * view.width;
    for (i64 column = 0; column < view.width; ++column) {
        const i64 at = from + column;
        if (fragments->face[at] == no_face) continue;
        add(column, fragments->uv[2 * at], fragments->uv[2 * at + 1], fragments->shade[at]);
    }
    return n;
}

template <class T>
inline void paint_background(const RenderCall& call, i64 pose, i64 row) {
    const View& view = call.view;
    const Background& from = call.background;
    for (i64 c = 0; c < call.size.channels; ++c) {
        const T* source =
            static_cast<const T*>(from.data) + pose * from.pose + c * from.channel + row * from.row;
        T* out = static_cast<T*>(call.image) +
                 ((pose * call.size.channels + c) * view.height + row) * view.width;
        if (from.column == 0) {
            const T colour = *source;
            for (i64 x = 0; x < view.width; ++x) out[x] = colour;
        } else {
            for (i64 x = 0; x < view.width; ++x) out[x] = source[x * from.column];
        }
    }
}

// Four channels of a texel as one vector. Passed by reference: passing by value would need vector
// registers that not every machine has.
template <class C>
struct ChannelGroup {
    typedef C Lanes __attribute__((vector_size(channel_group * sizeof(C))));

    static void read(Lanes& lanes, const C* from) { __builtin_memcpy(&lanes, from, sizeof(Lanes)); }
    static void write(C* to, const Lanes& lanes) { __builtin_memcpy(to, &lanes, sizeof(Lanes)); }
};

template <class T>
inline void look_up(const RenderCall& call, const Sample& sample, T* image) {
    using C = ComputeOf<T>;
    const i64 stride = padded_channels(call.size.channels);
    const i64 plane = call.view.height * call.view.width;
    const Footprint<C> at = footprint<C>(sample.x, sample.y, sample.shade, call.size);
    const C* texels = static_cast<const C*>(call.texels);
    const C* upper = texels + at.row[0] * call.size.width * stride;
    const C* lower = texels + at.row[1] * call.size.width * stride;
    for (i64 group = 0; group < stride; group += channel_group) {
        typename ChannelGroup<C>::Lanes a, b, c, d;
        ChannelGroup<C>::read(a, upper + at.column[0] * stride + group);
        ChannelGroup<C>::read(b, upper + at.column[1] * stride + group);
        ChannelGroup<C>::read(c, lower + at.column[0] * stride + group);
        ChannelGroup<C>::read(d, lower + at.column[1] * stride + group);
        const auto colour = (at.weight[0][0] * a + at.weight[0][1] * b) +
                            (at.weight[1][0] * c + at.weight[1][1] * d);
        const i64 wanted = min_of(channel_group, call.size.channels - group);
        for (i64 k = 0; k < wanted; ++k) {
            image[(group + k) * plane + sample.pixel] = Scalar<T>::store(colour[k]);
        }
    }
}

template <class T>
void render_rows(const RenderCall& call, i64 pose, Rows rows, const RasterBuffers& buffers,
                 Sample* samples) {
    const View& view = call.view;
    T* image = static_cast<T*>(call.image) + pose * call.size.channels * view.height * view.width;
    Light light{};
    if (call.fragments == nullptr) {
        rasterize_rows(view, pose, rows, buffers);
        light = light_of(view.poses[pose]);
    }
    for (i64 row = rows.begin; row < rows.end; ++row) {
        const i64 n = samples_of_row(view, call.fragments, call.size, pose, row, rows, light,
                                     buffers, samples);
        if (n < view.width) paint_background<T>(call, pose, row);
        for (i64 i = 0; i < n; ++i) look_up<T>(call, samples[i], image);
    }
}

void render_task(const RenderCall& call, i64 pose, Rows rows, const RasterBuffers& buffers,
                 Sample* samples) {
    with_scalar(call.dtype,
                [&]<class T>(T) { render_rows<T>(call, pose, rows, buffers, samples); });
}

// All samples of a band of rows of one pose, in pixel order; returns their number.
i64 samples_task(const View& view, const Fragments* fragments, const TextureSize& size, i64 pose,
                 Rows rows, const RasterBuffers& buffers, Sample* samples) {
    Light light{};
    if (fragments == nullptr) {
        rasterize_rows(view, pose, rows, buffers);
        light = light_of(view.poses[pose]);
    }
    i64 n = 0;
    for (i64 row = rows.begin; row < rows.end; ++row) {
        n += samples_of_row(view, fragments, size, pose, row, rows, light, buffers, samples + n);
    }
    return n;
}

// Adds one pixel's gradient to those texels of its footprint that lie in `rows`.
template <class T>
inline void scatter(const ScatterCall& call, const Sample& sample, const T* gradient, Rows rows) {
    using C = ComputeOf<T>;
    const i64 stride = padded_channels(call.size.channels);
    const Footprint<C> at = footprint<C>(sample.x, sample.y, sample.shade, call.size);
    C* sums = static_cast<C*>(call.sums);
    for (i64 group = 0; group < stride; group += channel_group) {
        typename ChannelGroup<C>::Lanes g{}, sum;
        const i64 wanted = min_of(channel_group, call.size.channels - group);
        for (i64 k = 0; k < wanted; ++k) {
            g[k] = Scalar<T>::load(gradient[(group + k) * call.pixels + sample.pixel]);
        }
        for (int i = 0; i < 2; ++i) {
            if (at.row[i] < rows.begin || at.row[i] >= rows.end) continue;
            for (int j = 0; j < 2; ++j) {
                C* texel = sums + (at.row[i] * call.size.width + at.column[j]) * stride + group;
                ChannelGroup<C>::read(sum, texel);
                ChannelGroup<C>::write(texel, sum + at.weight[i][j] * g);
            }
        }
    }
}

template <class T>
void scatter_rows(const ScatterCall& call, Rows rows) {
    using C = ComputeOf<T>;
    const TextureSize& size = call.size;
    const SampleLists& lists = call.lists;
    const i64 stride = padded_channels(size.channels);
    C* sums = static_cast<C*>(call.sums);
    if (call.first) {
        const i64 end = rows.end * size.width * stride;
        for (i64 i = rows.begin * size.width * stride; i < end; ++i) sums[i] = C(0);
    }
    const auto begin = static_cast<float>(rows.begin - 1), end = static_cast<float>(rows.end);
    for (i64 task = 0; task < lists.tasks; ++task) {
        const Sample* samples = lists.samples + task * lists.capacity;
        const i64 pose = lists.first_pose + task / lists.tasks_per_pose;
        const T* gradient =
            static_cast<const T*>(call.gradient) + pose * size.channels * call.pixels;
        const i64 n = lists.count[task];
        for (i64 i = 0; i < n; ++i) {
            if (samples[i].y < begin || samples[i].y >= end) continue;
            scatter<T>(call, samples[i], gradient, rows);
        }
    }
    if (!call.last) return;
    for (i64 c = 0; c < size.channels; ++c) {
        T* out = static_cast<T*>(call.texture) + c * size.height * size.width;
        for (i64 i = rows.begin * size.width; i < rows.end * size.width; ++i) {
            out[i] = Scalar<T>::store(sums[i * stride + c]);
        }
    }
}

void scatter_task(const ScatterCall& call, Rows rows) {
    with_scalar(call.dtype, [&]<class T>(T) { scatter_rows<T>(call, rows); });
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
