// Loops of the rasteriser: project the vertices of a pose, then draw each face into a depth buffer.
#pragma once

#include "../render_tasks.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

inline void project_vertices(const View& view, const Pose& pose, ScreenVertex* out) {
    const i64 n = view.mesh.vertex_count;
    const double* x = view.mesh.positions;
    const auto height = static_cast<double>(view.height), width = static_cast<double>(view.width);
    for (i64 i = 0; i < n; ++i) {
        out[i] = project(pose, height, width, x[i], x[n + i], x[2 * n + i]);
    }
}

inline ScreenFace face_on_screen(const Mesh& mesh, const ScreenVertex* vertices, i64 face) {
    const i32* index = mesh.faces + 3 * face;
    return screen_face(vertices[index[0]], vertices[index[1]], vertices[index[2]],
                       mesh.double_sided);
}

// Draws one face. `best` (depth buffer) and `visible` (face indices) begin at row `top`.
inline void draw_face(const ScreenFace& face, i32 number, const Box& box, i64 width, i64 top,
                      float* best, i32* visible) {
    const float inverse_area = 1.0f / static_cast<float>(face.area);
    const i64 x = pixel_centre(box.first_column), y = pixel_centre(box.first_row);
    i64 at_row[3], bias[3];
    for (int k = 0; k < 3; ++k) {
        at_row[k] = edge_value(face.edges[k], x, y);
        bias[k] = edge_bias(face.edges[k]);
    }
    for (i64 row = box.first_row; row <= box.last_row; ++row) {
        i64 a = at_row[0], b = at_row[1], c = at_row[2];
        const i64 line = (row - top) * width;
        for (i64 column = box.first_column; column <= box.last_column; ++column) {
            if (((a + bias[0]) | (b + bias[1]) | (c + bias[2])) >= 0) {
                const float near = nearness(weights_of(a, b, c, face.inverse_depth), inverse_area);
                if (near > best[line + column]) {
                    best[line + column] = near;
                    visible[line + column] = number;
                }
            }
            a -= face.edges[0].dy * subpixels;
            b -= face.edges[1].dy * subpixels;
            c -= face.edges[2].dy * subpixels;
        }
        for (int k = 0; k < 3; ++k) at_row[k] += face.edges[k].dx * subpixels;
    }
}

// Fills the buffers for `rows` of one pose.
inline void rasterize_rows(const View& view, i64 pose, Rows rows, const RasterBuffers& buffers) {
    const Mesh& mesh = view.mesh;
    project_vertices(view, view.poses[pose], buffers.vertices);
    for (i64 i = 0; i < (rows.end - rows.begin) * view.width; ++i) {
        buffers.nearest[i] = -1.0f;
        buffers.face[i] = no_face;
    }
    for (i64 number = 0; number < mesh.face_count; ++number) {
        const i32* index = mesh.faces + 3 * number;
        const ScreenVertex &a = buffers.vertices[index[0]], &b = buffers.vertices[index[1]],
                           &c = buffers.vertices[index[2]];
        // Half of the faces of a closed surface are turned away.
        if (!mesh.double_sided && twice_area(a, b, c) >= 0) continue;
        const Box box = clipped(box_of(a, b, c), {rows.begin, rows.end - 1, 0, view.width - 1});
        if (is_empty(box)) continue;
        const ScreenFace face = screen_face(a, b, c, mesh.double_sided);
        if (face.area == 0) continue;
        draw_face(face, static_cast<i32>(number), box, view.width, rows.begin, buffers.nearest,
                  buffers.face);
    }
}

// Calls found(column, fragment) for each covered pixel of one row, after rasterize_rows.
template <class Found>
inline void fragments_of_row(const View& view, const Light& light, i64 row, Rows rows,
                             const RasterBuffers& buffers, const Found& found) {
    const i32* visible = buffers.face + (row - rows.begin) * view.width;
    for (i64 column = 0; column < view.width; ++column) {
        if (visible[column] == no_face) continue;
        const ScreenFace face = face_on_screen(view.mesh, buffers.vertices, visible[column]);
        const float* corners = view.mesh.corners + corner_floats * visible[column];
        found(column, fragment_at(face, corners, light, row, column));
    }
}

void rasterize_task(const View& view, i64 pose, Rows rows, const RasterBuffers& buffers,
                    const Fragments& out) {
    rasterize_rows(view, pose, rows, buffers);
    const Light light = light_of(view.poses[pose]);
    for (i64 row = rows.begin; row < rows.end; ++row) {
        const i64 from = (row - rows.begin) * view.width;
        const i64 to = (pose * view.height + row) * view.width;
        for (i64 column = 0; column < view.width; ++column) {
            const bool covered = buffers.face[from + column] != no_face;
            out.face[to + column] = buffers.face[from + column];
            out.depth[to + column] =
                covered ? 1.0f / buffers.nearest[from + column] : __builtin_inff();
            out.uv[2 * (to + column)] = out.uv[2 * (to + column) + 1] = 0.0f;
            out.shade[to + column] = 0.0f;
        }
        fragments_of_row(view, light, row, rows, buffers, [&](i64 column, const Fragment& visible) {
            out.uv[2 * (to + column)] = visible.u;
            out.uv[2 * (to + column) + 1] = visible.v;
            out.shade[to + column] = visible.shade;
        });
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
