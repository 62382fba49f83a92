// CUDA rasteriser. Each pixel has a 64-bit key, nearness above inverted face index, and faces raise
// the keys of the pixels they cover with an atomic maximum. So the nearest face wins, and of
// equally near ones that with the lowest index, in whatever order faces are drawn.
#pragma once

#include "atomics.hpp"
#include "frontiers/render.hpp"
#include "launch.hpp"
#include "workspace.hpp"

namespace frontiers::cuda {

struct PixelKeys {
    ScreenVertex* vertices;  // per pose and vertex
    u64* keys;               // per pixel; 0 where no face is visible

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

struct PixelPosition {
    i64 pose, row, column;
};

FRONTIERS_DEVICE PixelPosition pixel_position(const View& view, i64 pixel) {
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

// A projected face and the pixels it may cover. Area 0: not drawn.
struct ProjectedFace {
    ScreenFace face;
    Box box;
};

FRONTIERS_DEVICE ProjectedFace project_face(const View& view, const ScreenVertex* vertices,
                                            i64 pose, i64 number) {
    const i32* index = view.mesh.faces + 3 * number;
    const i64 n = view.mesh.vertex_count;
    ProjectedFace projected{};
    for (int k = 0; k < 3; ++k) {
        if (static_cast<u32>(index[k]) >= static_cast<u64>(n)) return projected;
    }
    const ScreenVertex* pose_vertices = vertices + pose * n;
    const ScreenVertex &a = pose_vertices[index[0]], &b = pose_vertices[index[1]],
                       &c = pose_vertices[index[2]];
    projected.box = clipped(box_of(a, b, c), {0, view.height - 1, 0, view.width - 1});
    if (!is_empty(projected.box)) projected.face = screen_face(a, b, c, view.mesh.double_sided);
    return projected;
}

// 128 faces of one pose per block. First each thread draws its face if it is small, then all
// threads draw the large ones together.
struct DrawFacesBody {
    static constexpr int threads = 128, phases = 2;
    static constexpr i64 small_area = 64;  // pixels
    struct Shared {
        bool large[threads];
    };
    struct Local {};
    View view;
    PixelKeys pixels;

    i64 tiles_per_pose() const { return (view.mesh.face_count + threads - 1) / threads; }
    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        const i64 tiles = (view.mesh.face_count + threads - 1) / threads;
        const i64 pose = item.tile / tiles, first = item.tile % tiles * threads;
        if constexpr (phase == 0) {
            shared.large[item.thread] = false;
            const i64 number = first + item.thread;
            if (number >= view.mesh.face_count) return;
            const ProjectedFace projected = project_face(view, pixels.vertices, pose, number);
            if (projected.face.area == 0) return;
            if (pixels_in(projected.box) > small_area) {
                shared.large[item.thread] = true;
            } else {
                draw(projected, pose, number, 0, 1);
            }
        } else {
            for (int k = 0; k < threads; ++k) {
                if (!shared.large[k]) continue;
                draw(project_face(view, pixels.vertices, pose, first + k), pose, first + k,
                     item.thread, threads);
            }
        }
    }

    // Draws every `step`-th pixel of the face's box, starting with pixel `begin`.
    FRONTIERS_DEVICE void draw(const ProjectedFace& projected, i64 pose, i64 number, i64 begin,
                               i64 step) const {
        const Edge* edges = projected.face.edges;
        const i64 width = projected.box.last_column - projected.box.first_column + 1;
        const float inverse_area = 1.0f / static_cast<float>(projected.face.area);
        for (i64 i = begin; i < pixels_in(projected.box); i += step) {
            const i64 row = projected.box.first_row + i / width;
            const i64 column = projected.box.first_column + i % width;
            const i64 x = pixel_centre(column), y = pixel_centre(row);
            const i64 a = edge_value(edges[0], x, y), b = edge_value(edges[1], x, y),
                      c = edge_value(edges[2], x, y);
            const i64 outside =
                (a + edge_bias(edges[0])) | (b + edge_bias(edges[1])) | (c + edge_bias(edges[2]));
            if (outside < 0) continue;
            const float near =
                nearness(weights_of(a, b, c, projected.face.inverse_depth), inverse_area);
            if (!(near >= 0.0f)) continue;  // also skips NaN
            atomic_max(pixels.keys + (pose * view.height + row) * view.width + column,
                       key_of(near, number));
        }
    }
};

// The fragment of a covered pixel (key != 0).
FRONTIERS_DEVICE Fragment fragment_of(const View& view, const PixelKeys& pixels, i64 pixel) {
    const PixelPosition position = pixel_position(view, pixel);
    const i64 number = face_of_key(pixels.keys[pixel]);
    const ProjectedFace projected = project_face(view, pixels.vertices, position.pose, number);
    return fragment_at(projected.face, view.mesh.corners + corner_floats * number,
                       light_of(view.poses[position.pose]), position.row, position.column);
}

inline void draw_faces(const char* kernel, const View& view, const PixelKeys& pixels,
                       Stream stream) {
    for_each(kernel, view.count * view.height * view.width, FillBody<u64>{pixels.keys, 0}, stream);
    if (view.mesh.face_count == 0) return;
    for_each(kernel, view.count * view.mesh.vertex_count, ProjectBody{view, pixels.vertices},
             stream);
    const DrawFacesBody body{view, pixels};
    for_each_tile(kernel, view.count * body.tiles_per_pose(), body, stream);
}

// Texture coordinates of a pixel in texels, and its shade.
struct TextureSample {
    float x, y, shade;
    i32 covered;
};

// Where a lookup gets its fragments: from rasterised keys or from stored fragments.
struct PixelSource {
    View view;
    PixelKeys pixels;
    Fragments fragments;  // face == nullptr: use the keys

    FRONTIERS_DEVICE TextureSample at(i64 pixel, const TextureSize& size) const {
        Fragment projected{};
        if (fragments.face != nullptr) {
            if (fragments.face[pixel] == no_face) return {};
            projected = {fragments.uv[2 * pixel], fragments.uv[2 * pixel + 1],
                         fragments.shade[pixel]};
        } else {
            if (pixels.keys[pixel] == 0) return {};
            projected = fragment_of(view, pixels, pixel);
        }
        return {texel_coordinate(projected.u, size.width),
                texel_coordinate(projected.v, size.height), projected.shade, 1};
    }
};

}  // namespace frontiers::cuda
