// Shared by the tasks of render and its adjoint. A task is a band of rows of one pose, or a band of
// rows of the texture.
#pragma once

#include "frontiers/render.hpp"

namespace frontiers::cpu {

struct Rows {
    i64 begin, end;
};

// Buffers of a worker: the pose's projected vertices, and per pixel the nearest face and its depth.
struct RasterBuffers {
    ScreenVertex* vertices;
    float* nearest;
    i32* face;
};

// A covered pixel: its texture coordinates in texels, its shade, and its index in the image.
struct Sample {
    float x, y, shade;
    u32 pixel;
};

// Texels are stored in the compute type, channels together and padded to a multiple of four.
constexpr i64 channel_group = 4;
FRONTIERS_HD i64 padded_channels(i64 channels) {
    return (channels + channel_group - 1) / channel_group * channel_group;
}

struct RenderCall {
    View view;
    const Fragments* fragments;  // nullptr: rasterise
    DType dtype;
    TextureSize size;
    const void* texels;  // padded texture
    Background background;
    void* image;
};

// Samples of consecutive tasks, each in pixel order with room for `capacity`.
struct SampleLists {
    const Sample* samples;
    const i64* count;
    i64 tasks, tasks_per_pose, first_pose, capacity;
};

struct ScatterCall {
    const void* gradient;
    DType dtype;
    TextureSize size;
    i64 pixels;  // per image
    SampleLists lists;
    void* sums;        // padded texture
    void* texture;     // the result
    bool first, last;  // clear the sums before; round them to the result after
};

}  // namespace frontiers::cpu
