// render: images of a textured mesh in many poses; render_adjoint: the transposed linear map.
//
//     image[p, c, i, j] = sum over four texels (s, t) of M[p, i, j; s, t] * texture[c, s, t]
//                         where pixel (i, j) of pose p is covered, background[p, c, i, j] elsewhere
//     texture'[c, s, t] = sum over p, i, j of M[p, i, j; s, t] * gradient[p, c, i, j]
//
// M depends on mesh and poses only (raster.hpp): shade times the bilinear weights of (u, v). Texel
// centres are at ((t + 1/2) / width, (s + 1/2) / height) with v downwards; coordinates beyond the
// outermost centres are clamped, like torch's grid_sample with padding "border" and align_corners
// off. Both directions use the same floating-point entries of M, so each is the transpose of the
// other up to the rounding of sums.
//
// The adjoint adds in the order pose, row, column, then upper left, upper right, lower left, lower
// right texel of the footprint, so it is bit-identical for any number of threads and on every
// instruction set. float16 and bfloat16 are computed in float32 and rounded once.
//
// Entry points: texture (channels, height, width), image and gradient (poses, channels, height,
// width), fragments (poses, height, width), all contiguous without overlap.
#pragma once

#include "frontiers/raster.hpp"

namespace frontiers {

struct TextureSize {
    i64 channels, height, width;
};

// Four texels and their weights: two rows by two columns.
template <class C>
struct Footprint {
    i64 row[2], column[2];
    C weight[2][2];
};

// Texel coordinate along an axis of `size` texels, clamped to the outermost centres.
FRONTIERS_HD float texel_coordinate(float t, i64 size) {
    const float last = static_cast<float>(size - 1);
    const float at = t * static_cast<float>(size) - 0.5f;
    const float positive = at > 0.0f ? at : 0.0f;  // maps NaN to 0, so that it is a valid index
    return positive < last ? positive : last;
}

template <class C>
FRONTIERS_HD Footprint<C> footprint(float x, float y, float shade, const TextureSize& size) {
    const i64 column = static_cast<i32>(x), row = static_cast<i32>(y);
    const C right = static_cast<C>(x - static_cast<float>(column)), left = C(1) - right;
    const C lower = static_cast<C>(y - static_cast<float>(row)), upper = C(1) - lower;
    const C s = static_cast<C>(shade);
    return {{row, row + 1 < size.height ? row + 1 : row},
            {column, column + 1 < size.width ? column + 1 : column},
            {{(left * upper) * s, (right * upper) * s}, {(left * lower) * s, (right * lower) * s}}};
}

// background[p, c, i, j] = data[p * pose + c * channel + i * row + j * column]
struct Background {
    const void* data;
    i64 pose, channel, row, column;
};

// Stored fragments, for looking up several textures in the same poses.
struct Fragments {
    i32* face;     // no_face where no face is visible
    float* depth;  // camera-space z; infinite where no face is visible
    float* uv;     // (..., 2)
    float* shade;
};

// look_up and its adjoint start from fragments; of the view they read count, height and width.
// `workspace` is 16-byte aligned memory of the size that the *_workspace functions return. The CPU
// needs none.
namespace cpu {
inline i64 render_workspace(const View&) { return 0; }
inline i64 render_adjoint_workspace(const View&, const TextureSize&) { return 0; }
inline i64 look_up_adjoint_workspace(const View&, const TextureSize&) { return 0; }
void rasterize(const View& view, const Fragments& out, void* workspace, int threads);
void render(const View& view, const void* texture, DType dtype, const TextureSize& size,
            const Background& background, void* image, void* workspace, int threads);
void render_adjoint(const View& view, const void* gradient, DType dtype, const TextureSize& size,
                    void* texture, void* workspace, int threads);
void look_up(const View& view, const Fragments& fragments, const void* texture, DType dtype,
             const TextureSize& size, const Background& background, void* image, int threads);
void look_up_adjoint(const View& view, const Fragments& fragments, const void* gradient,
                     DType dtype, const TextureSize& size, void* texture, void* workspace,
                     int threads);
}  // namespace cpu

namespace cuda {
i64 render_workspace(const View& view);  // also that of rasterize
i64 render_adjoint_workspace(const View& view, const TextureSize& size);
i64 look_up_adjoint_workspace(const View& view, const TextureSize& size);
void rasterize(const View& view, const Fragments& out, void* workspace, Stream stream);
void render(const View& view, const void* texture, DType dtype, const TextureSize& size,
            const Background& background, void* image, void* workspace, Stream stream);
void render_adjoint(const View& view, const void* gradient, DType dtype, const TextureSize& size,
                    void* texture, void* workspace, Stream stream);
void look_up(const View& view, const Fragments& fragments, const void* texture, DType dtype,
             const TextureSize& size, const Background& background, void* image, Stream stream);
void look_up_adjoint(const View& view, const Fragments& fragments, const void* gradient,
                     DType dtype, const TextureSize& size, void* texture, void* workspace,
                     Stream stream);
}  // namespace cuda

}  // namespace frontiers
