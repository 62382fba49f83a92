// What the tasks of render and its adjoint share: one task is a band of rows of one pose, or a band
// of rows of the texture.
#pragma once

#include "frontiers/render.hpp"

namespace frontiers::cpu {

struct Rows {
    i64 begin, end;
};

// A worker's memory: the pose's vertices, and for its rows the nearest face and how near it is.
struct RasterBuffers {
    ScreenVertex* vertices;
    float* nearest;
    i32* face;
};

// A covered pixel's place on the texture, in texels, and in its image.
struct Sample {
    float x, y, shade;
    u32 pixel;
};

// Texels with their channels together, padded to a multiple of four, in the compute type.
constexpr i64 channel_group = 4;
FRONTIERS_HD i64 padded_channels(i64 channels) {
    return (channels + channel_group - 1) / channel_group * channel_group;
}

struct RenderCall {
    View view;
    const Fragments* fragments;  // what the pixels see, or nullptr: rasterise
    DType dtype;
    TextureSize size;
    const void* texels;  // forward: padded texture, background and the result
    Background background;
    void* image;
};

// Samples of consecutive tasks, each in the order of its pixels, `capacity` places a task.
struct SampleLists {
    const Sample* samples;
    const i64* count;
    i64 tasks, tasks_per_pose, first_pose, capacity;
};

struct ScatterCall {
    const void* gradient;
    DType dtype;
    TextureSize size;
    i64 pixels;  // of one image
    SampleLists lists;
    void* sums;        // padded texture
    void* texture;     // the result
    bool first, last;  // clear the sums before, round them to the result after
};

}  // namespace frontiers::cpu
