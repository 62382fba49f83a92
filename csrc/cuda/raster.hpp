// The rasteriser with CUDA. Each pixel has a key, nearness above face number, and faces raise the
// keys of the pixels they cover: the largest key wins whatever the order, which is the nearest face
// and among equals the one with the lower number.
#pragma once

#include "atomics.hpp"
#include "frontiers/render.hpp"
#include "launch.hpp"
#include "workspace.hpp"

namespace frontiers::cuda {

struct PixelKeys {
    ScreenVertex* vertices;  // of each pose
    u64* keys;               // of each pixel, 0 where nothing is seen

    static PixelKeys in(WorkspacePieces& pieces, const View& view) {
        return {pieces.take<ScreenVertex>(view.count * view.mesh.vertex_count),
                pieces.take<u64>(view.count * view.height * view.width)};
    }
};

constexpr u64 face_mask = 0xffffffffu;

FRONTIERS_DEVICE u64 key_of(float nearness, i64 face) {
    return (u64{bit_copy<u32>(nearness)} << 32) | (face_mask - static_cast<u64>(face));
}
FRONTIERS_DEVICE i64 face_of_key(u64 key) {
    return static_cast<i64>(face_mask - (key & face_mask));
}
FRONTIERS_DEVICE float nearness_of_key(u64 key) {
    return bit_copy<float>(static_cast<u32>(key >> 32));
}

struct PixelPlace {
    i64 pose, row, column;
};

FRONTIERS_DEVICE PixelPlace place_of(const View& view, i64 pixel) {
    const i64 line = pixel / view.width;
    return {line / view.height, line % view.height, pixel % view.width};
}

struct ProjectBody {
    View view;
    ScreenVertex* out;

    FRONTIERS_DEVICE void operator()(i64 index) const {
        const i64 n = view.mesh.vertex_count, i = index % n;
        const double* x = view.mesh.positions;
        out[index] = project(view.poses[index / n], static_cast<double>(view.height),
                             static_cast<double>(view.width), x[i], x[n + i], x[2 * n + i]);
    }
};

template <class T>
struct FillBody {
    T* out;
    T value;

    FRONTIERS_DEVICE void operator()(i64 index) const { out[index] = value; }
};

// A face of one pose on the screen, and the pixels it may cover; not drawn: area 0.
struct FaceOnScreen {
    ScreenFace face;
    Box box;
};

FRONTIERS_DEVICE FaceOnScreen face_on_screen(const View& view, const ScreenVertex* vertices,
                                             i64 pose, i64 number) {
    const i32* index = view.mesh.faces + 3 * number;
    const i64 n = view.mesh.vertex_count;
    FaceOnScreen seen{};
    for (int k = 0; k < 3; ++k) {
        if (static_cast<u32>(index[k]) >= static_cast<u64>(n)) return seen;
    }
    const ScreenVertex* own = vertices + pose * n;
    const ScreenVertex &a = own[index[0]], &b = own[index[1]], &c = own[index[2]];
    seen.box = clipped(box_of(a, b, c), {0, view.height - 1, 0, view.width - 1});
    if (!is_empty(seen.box)) seen.face = screen_face(a, b, c, view.mesh.double_sided);
    return seen;
}

// 128 faces of one pose a block: first each thread draws its own face if that is small, then all
// threads together draw the large ones.
struct ClaimBody {
    static constexpr int threads = 128, phases = 2;
    static constexpr i64 small = 64;  // pixels
    struct Shared {
        bool large[threads];
    };
    struct Own {};
    View view;
    PixelKeys pixels;

    i64 tiles_per_pose() const { return (view.mesh.face_count + threads - 1) / threads; }
    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const Place& place, Shared& shared, Own&) const {
        const i64 tiles = (view.mesh.face_count + threads - 1) / threads;
        const i64 pose = place.tile / tiles, first = place.tile % tiles * threads;
        if constexpr (phase == 0) {
            shared.large[place.thread] = false;
            const i64 number = first + place.thread;
            if (number >= view.mesh.face_count) return;
            const FaceOnScreen seen = face_on_screen(view, pixels.vertices, pose, number);
            if (seen.face.area == 0) return;
            if (pixels_in(seen.box) > small) {
                shared.large[place.thread] = true;
            } else {
                claim(seen, pose, number, 0, 1);
            }
        } else {
            for (int k = 0; k < threads; ++k) {
                if (!shared.large[k]) continue;
                claim(face_on_screen(view, pixels.vertices, pose, first + k), pose, first + k,
                      place.thread, threads);
            }
        }
    }

    // Every `step`-th pixel of the face's box from number `begin` on.
    FRONTIERS_DEVICE void claim(const FaceOnScreen& seen, i64 pose, i64 number, i64 begin,
                                i64 step) const {
        const Edge* edges = seen.face.edges;
        const i64 width = seen.box.last_column - seen.box.first_column + 1;
        const float inverse_area = 1.0f / static_cast<float>(seen.face.area);
        for (i64 i = begin; i < pixels_in(seen.box); i += step) {
            const i64 row = seen.box.first_row + i / width;
            const i64 column = seen.box.first_column + i % width;
            const i64 x = pixel_centre(column), y = pixel_centre(row);
            const i64 a = edge_value(edges[0], x, y), b = edge_value(edges[1], x, y),
                      c = edge_value(edges[2], x, y);
            const i64 outside =
                (a + edge_bias(edges[0])) | (b + edge_bias(edges[1])) | (c + edge_bias(edges[2]));
            if (outside < 0) continue;
            const float near = nearness(weights_of(a, b, c, seen.face.inverse_depth), inverse_area);
            if (!(near >= 0.0f)) continue;  // NaN claims nothing
            atomic_max(pixels.keys + (pose * view.height + row) * view.width + column,
                       key_of(near, number));
        }
    }
};

// What a pixel sees after the faces' claims; its key must not be 0.
FRONTIERS_DEVICE Fragment fragment_of(const View& view, const PixelKeys& pixels, i64 pixel) {
    const PixelPlace place = place_of(view, pixel);
    const i64 number = face_of_key(pixels.keys[pixel]);
    const FaceOnScreen seen = face_on_screen(view, pixels.vertices, place.pose, number);
    return fragment_at(seen.face, view.mesh.corners + corner_floats * number,
                       light_of(view.poses[place.pose]), place.row, place.column);
}

inline void claim_pixels(const char* kernel, const View& view, const PixelKeys& pixels,
                         Stream stream) {
    for_each(kernel, view.count * view.height * view.width, FillBody<u64>{pixels.keys, 0}, stream);
    if (view.mesh.face_count == 0) return;
    for_each(kernel, view.count * view.mesh.vertex_count, ProjectBody{view, pixels.vertices},
             stream);
    const ClaimBody body{view, pixels};
    for_each_tile(kernel, view.count * body.tiles_per_pose(), body, stream);
}

// Where a covered pixel lies on the texture.
struct TexturePlace {
    float x, y, shade;
    i32 covered;
};

// From the faces' claims, or from fragments where there are some.
struct Sight {
    View view;
    PixelKeys pixels;
    Fragments fragments;  // face == nullptr: rasterised

    FRONTIERS_DEVICE TexturePlace at(i64 pixel, const TextureSize& size) const {
        Fragment seen{};
        if (fragments.face != nullptr) {
            if (fragments.face[pixel] == no_face) return {};
            seen = {fragments.uv[2 * pixel], fragments.uv[2 * pixel + 1], fragments.shade[pixel]};
        } else {
            if (pixels.keys[pixel] == 0) return {};
            seen = fragment_of(view, pixels, pixel);
        }
        return {texel_coordinate(seen.u, size.width), texel_coordinate(seen.v, size.height),
                seen.shade, 1};
    }
};

}  // namespace frontiers::cuda
