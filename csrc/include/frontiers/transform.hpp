// transform: an affine map, a blur, a colour map and noise for every image, and the adjoint.
//
//     y = clip(colour * (g_blur * sample(x)) + bias + noise z),   z ~ N(0, 1) per element
//
// Affine map: output pixel o reads the input at  in = linear (o - translation * size), both
// measured in pixels from the centre of the image, size = (width, height). Pixel centres are at
// half-integers, so this is grid_sample with align_corners = false, and a rotation is a rotation in
// pixels, not in the units of the image's box. Sampling is bilinear; neighbours outside the image
// are background. A coordinate is one product and one sum in the compute type, so in float32 it is
// within 2^-22 * size pixels of the exact one. Blur: Gaussian with standard deviation `blur` in
// pixels, truncated at radius ceil(3 blur), normalised to sum 1, rows before columns. Border pixels
// of the transformed image are repeated. Colour: a matrix over the channels and an offset. Channels
// whose entry is 0 are not read. Noise: number e of the noise stream of the transform's sample
// (noise.hpp), where e counts the elements of one image (per_image) or of all N images. Clip: to
// [low, high]. The gradient passes where low < y < high.
//
// Results and gradients are bit-identical on every CPU instruction set and for any number of
// threads; the adjoint's order of sums depends on the shapes only.
//
// A row of the table is one transform: linear xx xy yx yy, translation x y, blur, noise, colour
// (C, C), bias (C), all float64. Images are (N, C, H, W), contiguous; results are (T, N, C, H, W).
// With per_image, row t * N + n applies to image n in pass t; otherwise row t applies to all
// images. The caller has checked: (H + 3) * (W + 3) < 2^31, finite parameters, blur in [0, 256].
#pragma once

#include "frontiers/noise.hpp"

namespace frontiers {

inline constexpr double max_blur = 256.0;

struct TransformRow {
    const double* at;
    i64 channels;
};

FRONTIERS_HD double linear(const TransformRow& row, int to, int from) {
    return row.at[2 * to + from];
}
FRONTIERS_HD double translation(const TransformRow& row, int axis) { return row.at[4 + axis]; }
FRONTIERS_HD double blur(const TransformRow& row) { return row.at[6]; }
FRONTIERS_HD double noise(const TransformRow& row) { return row.at[7]; }
FRONTIERS_HD double colour(const TransformRow& row, i64 to, i64 from) {
    return row.at[8 + to * row.channels + from];
}
FRONTIERS_HD double bias(const TransformRow& row, i64 channel) {
    return row.at[8 + row.channels * row.channels + channel];
}

FRONTIERS_HD i64 transform_row_length(i64 channels) { return 8 + channels * channels + channels; }

struct TransformCall {
    DType dtype;
    i64 passes, images, channels, height, width;
    bool per_image;
    const double* table;
    const i64* samples;  // one per row of the table, below 2^32
    u64 seed;
    const double* background;  // one per channel
    double low, high;
    // CUDA only, if any transform blurs: as many numbers of the compute type as the result has
    // elements, twice as many for the adjoint. The CPU allocates its own workspace.
    void* scratch;
};

FRONTIERS_HD i64 image_elements(const TransformCall& call) {
    return call.images * call.channels * call.height * call.width;
}

FRONTIERS_HD i64 row_number(const TransformCall& call, i64 pass, i64 image) {
    return call.per_image ? pass * call.images + image : pass;
}

FRONTIERS_HD TransformRow row_at(const TransformCall& call, i64 number) {
    return {call.table + number * transform_row_length(call.channels), call.channels};
}

// Position in the noise stream of the first element of a plane.
FRONTIERS_HD i64 first_noise(const TransformCall& call, i64 image, i64 channel) {
    const i64 plane = (call.per_image ? 0 : image * call.channels) + channel;
    return plane * call.height * call.width;
}

// Where the pixels of an output row read, in an image with a border: pixel 0 is at coordinate 1.
template <class C>
struct RowMap {
    C x_start, x_step, y_start, y_step, x_end, y_end;
};

template <class C>
FRONTIERS_HD RowMap<C> row_map(const TransformRow& row, i64 height, i64 width, i64 y) {
    const double across = 0.5 * static_cast<double>(width - 1);
    const double down = 0.5 * static_cast<double>(height - 1);
    const double from_x = -across - translation(row, 0) * static_cast<double>(width);
    const double from_y =
        (static_cast<double>(y) - down) - translation(row, 1) * static_cast<double>(height);
    const double x = (linear(row, 0, 0) * from_x + linear(row, 0, 1) * from_y) + across + 1.0;
    const double y_at = (linear(row, 1, 0) * from_x + linear(row, 1, 1) * from_y) + down + 1.0;
    return {static_cast<C>(x),         static_cast<C>(linear(row, 0, 0)),
            static_cast<C>(y_at),      static_cast<C>(linear(row, 1, 0)),
            static_cast<C>(width + 1), static_cast<C>(height + 1)};
}

// Integer and fractional part of a coordinate, clamped to the border, where both neighbours are
// background.
template <class C>
FRONTIERS_HD void split_coordinate(C coordinate, C end, i32& whole, C& fraction) {
    const C above = coordinate > C(0) ? coordinate : C(0);
    const C inside = above < end ? above : end;
    whole = static_cast<i32>(inside);
    fraction = inside - static_cast<C>(whole);
}

// The four neighbours are (x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1) of the bordered image.
template <class C>
FRONTIERS_HD void locate(const RowMap<C>& map, i64 column, i32& x, i32& y, C& right, C& below) {
    const C at = static_cast<C>(static_cast<i32>(column));
    split_coordinate(map.x_start + map.x_step * at, map.x_end, x, right);
    split_coordinate(map.y_start + map.y_step * at, map.y_end, y, below);
}

// Linear interpolation of numbers or of vectors of channels.
template <class V, class C>
FRONTIERS_HD V lerp(const V& from, const V& to, C share) {
    return from + (to - from) * share;
}

FRONTIERS_HD i64 blur_radius(double blur) {
    const i64 whole = static_cast<i64>(3.0 * blur);
    return whole + (static_cast<double>(whole) < 3.0 * blur ? 1 : 0);
}

// The nearest index inside [0, rows).
FRONTIERS_HD i64 clamp_index(i64 row, i64 rows) {
    return row < 0 ? 0 : row < rows ? row : rows - 1;
}

// A clip bound as the element type represents it, so that a clipped result equals it exactly.
template <class T>
FRONTIERS_HD ComputeOf<T> as_stored(double bound) {
    return Scalar<T>::load(Scalar<T>::store(static_cast<ComputeOf<T>>(bound)));
}

namespace cpu {
// Throws std::invalid_argument if a blur is out of range.
void transform(const void* images, void* out, const TransformCall& call, int threads);
// `clipped` is the result of transform, or null if nothing was clipped. It and `gradient` have the
// result's shape; `to_images` has the images' shape.
void transform_adjoint(const void* gradient, const void* clipped, void* to_images,
                       const TransformCall& call, int threads);
}  // namespace cpu

namespace cuda {
// Forward results have the CPU's bits except for the exponentials in a blur's weights. The adjoint
// adds in a different order than the CPU, which is the same in every run.
void transform(const void* images, void* out, const TransformCall& call, Stream stream);
void transform_adjoint(const void* gradient, const void* clipped, void* to_images,
                       const TransformCall& call, Stream stream);
}  // namespace cuda

}  // namespace frontiers
