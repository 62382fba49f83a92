// raster: which face of a triangle mesh is visible at each pixel of a pose, and at which texture
// coordinates.
//
// Camera space is x right, y down, z forward: q = rotation * vertex + translation. With the focal
// length f in image heights, the projection in pixels is (width / 2 + f * height * q.x / q.z,
// height / 2 + f * height * q.y / q.z). Pixel (row i, column j) is sampled at its centre
// (j + 1/2, i + 1/2). Projected vertices are rounded to 1/4096 pixel and coverage is decided in
// integers: a centre belongs to exactly one of two faces that share an edge (top-left rule), so a
// closed surface has neither gaps nor pixels drawn twice.
//
// A face is drawn if its three vertices lie beyond the near plane and within 262,144 pixels of the
// image's corner (a face that crosses the near plane is dropped whole), if it is not edge-on, and
// if it is counter-clockwise as seen by the camera or the mesh is double-sided. The nearest face
// wins; on a tie, the one with the lower index.
//
// uv and normal are interpolated perspective-correctly. shade = ambient + diffuse * max(0, n .
// light) with n the normalised normal, turned towards the camera on the back of a double-sided
// face. Vertices are computed in double and pixels in float, each in one fixed order of operations,
// so results are bit-identical on every instruction set and device.
#pragma once

#include "frontiers/scalar.hpp"

namespace frontiers {

constexpr int subpixel_bits = 12;
constexpr i32 subpixels = 1 << subpixel_bits;
constexpr double guard_band = 1073741824.0;  // 2^30 subpixels, so edge functions fit 64 bits
constexpr i64 corner_floats = 16;
constexpr i32 no_face = -1;

// Memory layout of the poses, which are contiguous.
struct Pose {
    double rotation[9];
    double translation[3];
    double focal, near;  // focal length in image heights; smallest z that is drawn
    double light[3];     // unit vector towards the light, in camera space
    double ambient, diffuse;
};
constexpr i64 pose_doubles = sizeof(Pose) / sizeof(double);

struct Mesh {
    const double* positions;  // (3, vertices): all x, all y, all z
    const i32* faces;         // (faces, 3), each 0 <= index < vertices
    const float* corners;     // (faces, 16): u, v, nx, ny, nz of three corners, one unused
    i64 vertex_count, face_count;
    bool double_sided;
};

// A batch of images: `count` poses, each of height x width pixels, at most 32,768 per side.
struct View {
    Mesh mesh;
    const Pose* poses;
    i64 count, height, width;
};

// A projected vertex in subpixels. Not drawn: in front of the near plane or outside the guard band.
struct ScreenVertex {
    i32 x, y;
    float inverse_depth;
    i32 drawn;
};

FRONTIERS_HD ScreenVertex project(const Pose& pose, double height, double width, double x, double y,
                                  double z) {
    const double* r = pose.rotation;
    const double* t = pose.translation;
    const double qx = ((r[0] * x + r[1] * y) + r[2] * z) + t[0];
    const double qy = ((r[3] * x + r[4] * y) + r[5] * z) + t[1];
    const double qz = ((r[6] * x + r[7] * y) + r[8] * z) + t[2];
    const double inverse = 1.0 / qz;
    const double scale = pose.focal * height;
    const double column = ((qx * inverse) * scale + 0.5 * width) * subpixels;
    const double row = ((qy * inverse) * scale + 0.5 * height) * subpixels;
    const bool drawn = qz >= pose.near && column > -guard_band && column < guard_band &&
                       row > -guard_band && row < guard_band;
    // Adding 1.5 * 2^52 leaves no fraction bits, so the sum is rounded to the nearest integer, ties
    // to even.
    const double whole = 6755399441055744.0;
    const double safe_column = drawn ? (column + whole) - whole : 0.0;
    const double safe_row = drawn ? (row + whole) - whole : 0.0;
    return {static_cast<i32>(safe_column), static_cast<i32>(safe_row), static_cast<float>(inverse),
            drawn ? 1 : 0};
}

// Twice the signed area in subpixels squared; negative when counter-clockwise on the screen.
FRONTIERS_HD i64 twice_area(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c) {
    return (i64{b.x} - a.x) * (i64{c.y} - a.y) - (i64{b.y} - a.y) * (i64{c.x} - a.x);
}

// The edge from a to b, oriented so that value(x, y) = dx (y - ay) - dy (x - ax) is positive
// inside.
struct Edge {
    i64 dx, dy, x, y;

    FRONTIERS_HD Edge between(const ScreenVertex& a, const ScreenVertex& b, i64 sign) {
        return {sign * (i64{b.x} - a.x), sign * (i64{b.y} - a.y), a.x, a.y};
    }
};

FRONTIERS_HD i64 edge_value(const Edge& edge, i64 x, i64 y) {
    return edge.dx * (y - edge.y) - edge.dy * (x - edge.x);
}

// Top-left rule: a centre exactly on the edge belongs to the face to the right or below.
FRONTIERS_HD i64 edge_bias(const Edge& edge) {
    return edge.dy < 0 || (edge.dy == 0 && edge.dx > 0) ? 0 : -1;
}

FRONTIERS_HD i64 pixel_centre(i64 pixel) { return pixel * subpixels + subpixels / 2; }
FRONTIERS_HD i64 first_pixel(i64 subpixel) {
    return (subpixel - subpixels / 2 + subpixels - 1) >> subpixel_bits;
}
FRONTIERS_HD i64 last_pixel(i64 subpixel) { return (subpixel - subpixels / 2) >> subpixel_bits; }

// A face on the screen; edges[k] is opposite corner k.
struct ScreenFace {
    Edge edges[3];
    float inverse_depth[3];
    i64 area;   // twice the area, positive; 0 if not drawn
    bool back;  // seen from behind
};

FRONTIERS_HD ScreenFace screen_face(const ScreenVertex& a, const ScreenVertex& b,
                                    const ScreenVertex& c, bool double_sided) {
    const i64 area = twice_area(a, b, c);
    const bool back = area > 0;
    const bool drawn = a.drawn && b.drawn && c.drawn && (double_sided || !back);
    const i64 sign = back ? 1 : -1;
    return {{Edge::between(b, c, sign), Edge::between(c, a, sign), Edge::between(a, b, sign)},
            {a.inverse_depth, b.inverse_depth, c.inverse_depth},
            drawn ? sign * area : 0,
            back};
}

FRONTIERS_HD i64 min_of(i64 a, i64 b) { return a < b ? a : b; }
FRONTIERS_HD i64 max_of(i64 a, i64 b) { return a > b ? a : b; }

// A rectangle of pixels; bounds are inclusive.
struct Box {
    i64 first_row, last_row, first_column, last_column;
};

// The pixels whose centres may lie in a face.
FRONTIERS_HD Box box_of(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c) {
    return {first_pixel(min_of(a.y, min_of(b.y, c.y))), last_pixel(max_of(a.y, max_of(b.y, c.y))),
            first_pixel(min_of(a.x, min_of(b.x, c.x))), last_pixel(max_of(a.x, max_of(b.x, c.x)))};
}
FRONTIERS_HD Box clipped(const Box& box, const Box& to) {
    return {max_of(box.first_row, to.first_row), min_of(box.last_row, to.last_row),
            max_of(box.first_column, to.first_column), min_of(box.last_column, to.last_column)};
}
FRONTIERS_HD bool is_empty(const Box& box) {
    return box.first_row > box.last_row || box.first_column > box.last_column;
}
FRONTIERS_HD i64 pixels_in(const Box& box) {
    return (box.last_row - box.first_row + 1) * (box.last_column - box.first_column + 1);
}

// Barycentric weights times inverse depth, not normalised.
struct Weights {
    float corner[3];
};

FRONTIERS_HD Weights weights_of(i64 a, i64 b, i64 c, const float* inverse_depth) {
    return {{static_cast<float>(a) * inverse_depth[0], static_cast<float>(b) * inverse_depth[1],
             static_cast<float>(c) * inverse_depth[2]}};
}

FRONTIERS_HD float sum_of(const Weights& w) { return (w.corner[0] + w.corner[1]) + w.corner[2]; }

// The light in mesh space, where the normals are.
struct Light {
    float x, y, z, ambient, diffuse;
};

FRONTIERS_HD Light light_of(const Pose& pose) {
    const double* r = pose.rotation;
    const double* l = pose.light;
    return {static_cast<float>((r[0] * l[0] + r[3] * l[1]) + r[6] * l[2]),
            static_cast<float>((r[1] * l[0] + r[4] * l[1]) + r[7] * l[2]),
            static_cast<float>((r[2] * l[0] + r[5] * l[1]) + r[8] * l[2]),
            static_cast<float>(pose.ambient), static_cast<float>(pose.diffuse)};
}

// Inverse depth of a covered pixel, which is linear on the screen; the larger value is in front.
FRONTIERS_HD float nearness(const Weights& weights, float inverse_area) {
    return sum_of(weights) * inverse_area;
}

// Interpolated attributes of a covered pixel.
struct Fragment {
    float u, v, shade;
};

FRONTIERS_HD float mixed(const float* corners, i64 offset, float a, float b, float c) {
    return (a * corners[offset] + b * corners[offset + 5]) + c * corners[offset + 10];
}

FRONTIERS_HD Fragment fragment_at(const ScreenFace& face, const float* corners, const Light& light,
                                  i64 row, i64 column) {
    const i64 x = pixel_centre(column), y = pixel_centre(row);
    const Weights w = weights_of(edge_value(face.edges[0], x, y), edge_value(face.edges[1], x, y),
                                 edge_value(face.edges[2], x, y), face.inverse_depth);
    const float inverse = 1.0f / sum_of(w);
    const float a = w.corner[0] * inverse, b = w.corner[1] * inverse, c = w.corner[2] * inverse;
    const float nx = mixed(corners, 2, a, b, c), ny = mixed(corners, 3, a, b, c),
                nz = mixed(corners, 4, a, b, c);
    const float along = (nx * light.x + ny * light.y) + nz * light.z;
    const float length = std::sqrt((nx * nx + ny * ny) + nz * nz);
    const float cosine = (face.back ? -along : along) / length;
    const float lit = cosine > 0.0f ? cosine : 0.0f;  // NaN, from a zero normal, gives 0
    return {mixed(corners, 0, a, b, c), mixed(corners, 1, a, b, c),
            light.ambient + light.diffuse * lit};
}

}  // namespace frontiers
