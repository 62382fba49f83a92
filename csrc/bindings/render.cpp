#include "frontiers/render.hpp"

#include <tuple>

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

constexpr i64 longest_side = 32768;

// (address of positions, vertices, address of faces, faces, address of corners, double-sided)
using MeshArrays = std::tuple<std::uintptr_t, i64, std::uintptr_t, i64, std::uintptr_t, bool>;
// (face, depth, uv, shade)
using FragmentArrays = std::tuple<std::uintptr_t, std::uintptr_t, std::uintptr_t, std::uintptr_t>;
// (poses, height, width)
using ImageSize = std::tuple<i64, i64, i64>;
// (channels, height, width)
using Texture = std::tuple<i64, i64, i64>;
// (address, bytes)
using Workspace = std::pair<std::uintptr_t, i64>;
// (address, strides of pose, channel, row and column)
using BackgroundArray = std::tuple<std::uintptr_t, i64, i64, i64, i64>;

void require_side(const char* name, i64 value) {
    require_count(name, value);
    if (value > longest_side) {
        throw py::value_error(std::string(name) + " must be at most " +
                              std::to_string(longest_side) + ", got " + std::to_string(value));
    }
}

Mesh mesh_from(const MeshArrays& arrays) {
    const auto& [positions, vertices, faces, face_count, corners, double_sided] = arrays;
    require_count("vertices", vertices);
    require_count("faces", face_count);
    const Mesh mesh{pointer_from<const double>("positions", positions, vertices),
                    pointer_from<const i32>("faces", faces, face_count),
                    pointer_from<const float>("corners", corners, face_count),
                    vertices,
                    face_count,
                    double_sided};
#if !defined(FRONTIERS_CUDA_MODULE)  // GPU memory cannot be read here: the kernels check indices
    u32 largest = 0;                 // as unsigned numbers, negative indices are the largest
    for (i64 i = 0; i < 3 * face_count; ++i) {
        const u32 index = static_cast<u32>(mesh.faces[i]);
        largest = index > largest ? index : largest;
    }
    if (face_count > 0 && static_cast<i64>(largest) >= vertices) {
        throw py::value_error("faces must hold indices of the " + std::to_string(vertices) +
                              " vertices, got another");
    }
#endif
    return mesh;
}

View view_from(const Mesh& mesh, const Pose* poses, const ImageSize& size) {
    const auto [count, height, width] = size;
    require_count("poses", count);
    require_side("height", height);
    require_side("width", width);
    return {mesh, poses, count, height, width};
}

View view_from(const MeshArrays& mesh, std::uintptr_t poses, const ImageSize& size) {
    const i64 count = std::get<0>(size);
    return view_from(mesh_from(mesh), pointer_from<const Pose>("poses", poses, count), size);
}

i64 pixels_of(const View& view) { return view.count * view.height * view.width; }

Fragments fragments_from(const FragmentArrays& arrays, i64 pixels) {
    const auto [face, depth, uv, shade] = arrays;
    return {pointer_from<i32>("face", face, pixels),
            depth == 0 ? nullptr : pointer_from<float>("depth", depth, pixels),
            pointer_from<float>("uv", uv, pixels), pointer_from<float>("shade", shade, pixels)};
}

TextureSize texture_from(const Texture& size, const View& view) {
    const auto [channels, height, width] = size;
    require_count("channels", channels);
    require_side("texture height", height);
    require_side("texture width", width);
    if (pixels_of(view) > 0 && channels > 0 && (height == 0 || width == 0)) {
        throw py::value_error("texture must have at least one texel, got none");
    }
    return {channels, height, width};
}

i64 texels_of(const TextureSize& size) { return size.channels * size.height * size.width; }

Background background_from(const BackgroundArray& array, i64 values) {
    const auto [address, pose, channel, row, column] = array;
    for (const i64 stride : {pose, channel, row, column}) require_count("background", stride);
    return {pointer_from<const u8>("background", address, values), pose, channel, row, column};
}

void* workspace_from(const Workspace& workspace, i64 bytes) {
    if (workspace.second < bytes) {
        throw py::value_error("workspace must have " + std::to_string(bytes) + " bytes, got " +
                              std::to_string(workspace.second));
    }
    return pointer_from<double>("workspace", workspace.first, bytes);
}

void rasterize(const MeshArrays& mesh, std::uintptr_t poses, const ImageSize& image_size,
               const FragmentArrays& out, const Workspace& workspace, Execution execution) {
    const View view = view_from(mesh, poses, image_size);
    if (std::get<1>(out) == 0 && pixels_of(view) > 0) {
        throw py::value_error("depth must be an address, got null");
    }
    const Fragments fragments = fragments_from(out, pixels_of(view));
    void* memory = workspace_from(workspace, backend::render_workspace(view));
    const auto run_on = checked(execution);
    py::gil_scoped_release release;
    backend::rasterize(view, fragments, memory, run_on);
}

void render(const MeshArrays& mesh, std::uintptr_t poses, const ImageSize& image_size,
            std::uintptr_t texture, int dtype_code, const Texture& texture_size,
            const BackgroundArray& background, std::uintptr_t image, const Workspace& workspace,
            Execution execution) {
    const View view = view_from(mesh, poses, image_size);
    const DType dtype = dtype_from(dtype_code);
    const TextureSize size = texture_from(texture_size, view);
    const i64 values = pixels_of(view) * size.channels;
    const void* from = pointer_from<const u8>("texture", texture, texels_of(size));
    const Background behind = background_from(background, values);
    void* to = pointer_from<u8>("image", image, values);
    void* memory = workspace_from(workspace, backend::render_workspace(view));
    const auto run_on = checked(execution);
    py::gil_scoped_release release;
    backend::render(view, from, dtype, size, behind, to, memory, run_on);
}

void render_adjoint(const MeshArrays& mesh, std::uintptr_t poses, const ImageSize& image_size,
                    std::uintptr_t gradient, int dtype_code, const Texture& texture_size,
                    std::uintptr_t texture, const Workspace& workspace, Execution execution) {
    const View view = view_from(mesh, poses, image_size);
    const DType dtype = dtype_from(dtype_code);
    const TextureSize size = texture_from(texture_size, view);
    const void* from =
        pointer_from<const u8>("gradient", gradient, pixels_of(view) * size.channels);
    void* to = pointer_from<u8>("texture", texture, texels_of(size));
    void* memory = workspace_from(workspace, backend::render_adjoint_workspace(view, size));
    const auto run_on = checked(execution);
    py::gil_scoped_release release;
    backend::render_adjoint(view, from, dtype, size, to, memory, run_on);
}

void look_up(const FragmentArrays& fragments, const ImageSize& image_size, std::uintptr_t texture,
             int dtype_code, const Texture& texture_size, const BackgroundArray& background,
             std::uintptr_t image, Execution execution) {
    const View view = view_from(Mesh{}, nullptr, image_size);
    const DType dtype = dtype_from(dtype_code);
    const TextureSize size = texture_from(texture_size, view);
    const i64 values = pixels_of(view) * size.channels;
    const Fragments seen = fragments_from(fragments, pixels_of(view));
    const void* from = pointer_from<const u8>("texture", texture, texels_of(size));
    const Background behind = background_from(background, values);
    void* to = pointer_from<u8>("image", image, values);
    const auto run_on = checked(execution);
    py::gil_scoped_release release;
    backend::look_up(view, seen, from, dtype, size, behind, to, run_on);
}

void look_up_adjoint(const FragmentArrays& fragments, const ImageSize& image_size,
                     std::uintptr_t gradient, int dtype_code, const Texture& texture_size,
                     std::uintptr_t texture, const Workspace& workspace, Execution execution) {
    const View view = view_from(Mesh{}, nullptr, image_size);
    const DType dtype = dtype_from(dtype_code);
    const TextureSize size = texture_from(texture_size, view);
    const Fragments seen = fragments_from(fragments, pixels_of(view));
    const void* from =
        pointer_from<const u8>("gradient", gradient, pixels_of(view) * size.channels);
    void* to = pointer_from<u8>("texture", texture, texels_of(size));
    void* memory = workspace_from(workspace, backend::look_up_adjoint_workspace(view, size));
    const auto run_on = checked(execution);
    py::gil_scoped_release release;
    backend::look_up_adjoint(view, seen, from, dtype, size, to, memory, run_on);
}

// Bytes of workspace that a call needs.
i64 render_workspace(i64 vertices, const ImageSize& image_size) {
    Mesh mesh{};
    mesh.vertex_count = vertices;
    return backend::render_workspace(view_from(mesh, nullptr, image_size));
}

i64 render_adjoint_workspace(i64 vertices, const ImageSize& image_size,
                             const Texture& texture_size) {
    Mesh mesh{};
    mesh.vertex_count = vertices;
    const View view = view_from(mesh, nullptr, image_size);
    return backend::render_adjoint_workspace(view, texture_from(texture_size, view));
}

i64 look_up_adjoint_workspace(const ImageSize& image_size, const Texture& texture_size) {
    const View view = view_from(Mesh{}, nullptr, image_size);
    return backend::look_up_adjoint_workspace(view, texture_from(texture_size, view));
}

}  // namespace

void register_render(py::module_& module) {
    module.def("rasterize", rasterize, py::arg("mesh"), py::arg("poses"), py::arg("image_size"),
               py::arg("out"), py::arg("workspace"), execution_argument());
    module.def("render", render, py::arg("mesh"), py::arg("poses"), py::arg("image_size"),
               py::arg("texture"), py::arg("dtype"), py::arg("texture_size"), py::arg("background"),
               py::arg("image"), py::arg("workspace"), execution_argument());
    module.def("render_adjoint", render_adjoint, py::arg("mesh"), py::arg("poses"),
               py::arg("image_size"), py::arg("gradient"), py::arg("dtype"),
               py::arg("texture_size"), py::arg("texture"), py::arg("workspace"),
               execution_argument());
    module.def("look_up", look_up, py::arg("fragments"), py::arg("image_size"), py::arg("texture"),
               py::arg("dtype"), py::arg("texture_size"), py::arg("background"), py::arg("image"),
               execution_argument());
    module.def("look_up_adjoint", look_up_adjoint, py::arg("fragments"), py::arg("image_size"),
               py::arg("gradient"), py::arg("dtype"), py::arg("texture_size"), py::arg("texture"),
               py::arg("workspace"), execution_argument());
    module.def("render_workspace", render_workspace, py::arg("vertices"), py::arg("image_size"));
    module.def("render_adjoint_workspace", render_adjoint_workspace, py::arg("vertices"),
               py::arg("image_size"), py::arg("texture_size"));
    module.def("look_up_adjoint_workspace", look_up_adjoint_workspace, py::arg("image_size"),
               py::arg("texture_size"));
}

}  // namespace frontiers::bindings
