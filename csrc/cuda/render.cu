// CUDA render: draw the faces, then look up the texture with one thread per pixel.
#include "frontiers/render.hpp"
#include "raster.hpp"

namespace frontiers::cuda {
namespace {

struct RasterizeBody {
    View view;
    PixelKeys pixels;
    Fragments out;

    FRONTIERS_DEVICE void operator()(i64 pixel) const {
        const u64 key = pixels.keys[pixel];
        const Fragment sample = key != 0 ? fragment_of(view, pixels, pixel) : Fragment{};
        out.face[pixel] = key != 0 ? static_cast<i32>(face_of_key(key)) : no_face;
        out.depth[pixel] = key != 0 ? 1.0f / nearness_of_key(key) : __builtin_inff();
        out.uv[2 * pixel] = sample.u;
        out.uv[2 * pixel + 1] = sample.v;
        out.shade[pixel] = sample.shade;
    }
};

template <class T>
struct LookUpBody {
    PixelSource source;
    const T* texture;
    TextureSize size;
    Background background;
    T* image;

    FRONTIERS_DEVICE void operator()(i64 pixel) const {
        const View& view = source.view;
        const PixelPosition position = pixel_position(view, pixel);
        const TextureSample sample = source.at(pixel, size);
        const i64 plane = view.height * view.width;
        T* out = image + (position.pose * size.channels) * plane + position.row * view.width +
                 position.column;
        if (sample.covered) {
            const auto at = footprint<ComputeOf<T>>(sample.x, sample.y, sample.shade, size);
            for (i64 c = 0; c < size.channels; ++c) out[c * plane] = mixed_texel(at, c);
        } else {
            const T* background_pixel =
                static_cast<const T*>(background.data) + position.pose * background.pose +
                position.row * background.row + position.column * background.column;
            for (i64 c = 0; c < size.channels; ++c) {
                out[c * plane] = background_pixel[c * background.channel];
            }
        }
    }

    FRONTIERS_DEVICE T mixed_texel(const Footprint<ComputeOf<T>>& at, i64 channel) const {
        const T* upper = texture + (channel * size.height + at.row[0]) * size.width;
        const T* lower = texture + (channel * size.height + at.row[1]) * size.width;
        return Scalar<T>::store((at.weight[0][0] * Scalar<T>::load(upper[at.column[0]]) +
                                 at.weight[0][1] * Scalar<T>::load(upper[at.column[1]])) +
                                (at.weight[1][0] * Scalar<T>::load(lower[at.column[0]]) +
                                 at.weight[1][1] * Scalar<T>::load(lower[at.column[1]])));
    }
};

i64 pixels_of(const View& view) { return view.count * view.height * view.width; }

void look_up_in(const char* kernel, const PixelSource& source, const void* texture, DType dtype,
                const TextureSize& size, const Background& background, void* image, Stream stream) {
    with_scalar(dtype, [&]<class T>(T) {
        const LookUpBody<T> body{source, static_cast<const T*>(texture), size, background,
                                 static_cast<T*>(image)};
        for_each(kernel, pixels_of(source.view), body, stream);
    });
}

}  // namespace

i64 render_workspace(const View& view) {
    WorkspacePieces pieces(nullptr);
    PixelKeys::in(pieces, view);
    return pieces.bytes();
}

void rasterize(const View& view, const Fragments& out, void* workspace, Stream stream) {
    WorkspacePieces pieces(workspace);
    const PixelKeys pixels = PixelKeys::in(pieces, view);
    draw_faces("rasterize", view, pixels, stream);
    for_each("rasterize", pixels_of(view), RasterizeBody{view, pixels, out}, stream);
}

void render(const View& view, const void* texture, DType dtype, const TextureSize& size,
            const Background& background, void* image, void* workspace, Stream stream) {
    WorkspacePieces pieces(workspace);
    const PixelSource source{view, PixelKeys::in(pieces, view), {}};
    draw_faces("render", view, source.pixels, stream);
    look_up_in("render", source, texture, dtype, size, background, image, stream);
}

void look_up(const View& view, const Fragments& fragments, const void* texture, DType dtype,
             const TextureSize& size, const Background& background, void* image, Stream stream) {
    look_up_in("look_up", {view, {}, fragments}, texture, dtype, size, background, image, stream);
}

}  // namespace frontiers::cuda
