#include "frontiers/transform.hpp"

#include <pybind11/stl.h>

#include <tuple>

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// passes, images, channels, height, width
using ImagesShape = std::tuple<i64, i64, i64, i64, i64>;
using Bounds = std::tuple<double, double>;

TransformCall call_from(int dtype_code, const ImagesShape& shape, bool per_image,
                        std::uintptr_t table, std::uintptr_t samples, u64 seed,
                        std::uintptr_t background, const Bounds& bounds, std::uintptr_t scratch) {
    const auto [passes, images, channels, height, width] = shape;
    for (const i64 size : {passes, images, channels, height, width}) require_count("shape", size);
    constexpr i64 largest_side = i64{1} << 31;
    if (height >= largest_side || width >= largest_side ||
        (height + 3) * (width + 3) >= largest_side) {
        throw py::value_error("shape must have fewer than 2^31 pixels, got " +
                              std::to_string(height) + " x " + std::to_string(width));
    }
    const i64 rows = per_image ? passes * images : passes;
    return {dtype_from(dtype_code),
            passes,
            images,
            channels,
            height,
            width,
            per_image,
            pointer_from<const double>("table", table, rows),
            pointer_from<const i64>("samples", samples, rows),
            seed,
            pointer_from<const double>("background", background, channels),
            std::get<0>(bounds),
            std::get<1>(bounds),
            scratch == 0 ? nullptr : pointer_from<u64>("scratch", scratch, 0)};
}

void transform(std::uintptr_t images, std::uintptr_t out, int dtype_code, const ImagesShape& shape,
               bool per_image, std::uintptr_t table, std::uintptr_t samples, u64 seed,
               std::uintptr_t background, const Bounds& bounds, std::uintptr_t scratch,
               Execution execution) {
    const TransformCall call =
        call_from(dtype_code, shape, per_image, table, samples, seed, background, bounds, scratch);
    const auto run_on = checked(execution);
    const void* from = pointer_from<const u8>("images", images, image_elements(call));
    void* to = pointer_from<u8>("out", out, image_elements(call) * call.passes);
    py::gil_scoped_release release;
    backend::transform(from, to, call, run_on);
}

void transform_adjoint(std::uintptr_t gradient, std::uintptr_t clipped, std::uintptr_t to_images,
                       int dtype_code, const ImagesShape& shape, bool per_image,
                       std::uintptr_t table, std::uintptr_t samples, u64 seed,
                       std::uintptr_t background, const Bounds& bounds, std::uintptr_t scratch,
                       Execution execution) {
    const TransformCall call =
        call_from(dtype_code, shape, per_image, table, samples, seed, background, bounds, scratch);
    const auto run_on = checked(execution);
    const i64 outputs = image_elements(call) * call.passes;
    const void* from = pointer_from<const u8>("gradient", gradient, outputs);
    const void* values = clipped == 0 ? nullptr : pointer_from<const u8>("clipped", clipped, 0);
    void* to = pointer_from<u8>("to_images", to_images, image_elements(call));
    py::gil_scoped_release release;
    backend::transform_adjoint(from, values, to, call, run_on);
}

}  // namespace

void register_transform(py::module_& module) {
    module.def("transform", transform, py::arg("images"), py::arg("out"), py::arg("dtype"),
               py::arg("shape"), py::arg("per_image"), py::arg("table"), py::arg("samples"),
               py::arg("seed"), py::arg("background"), py::arg("bounds"), py::arg("scratch"),
               execution_argument());
    module.def("transform_adjoint", transform_adjoint, py::arg("gradient"), py::arg("clipped"),
               py::arg("to_images"), py::arg("dtype"), py::arg("shape"), py::arg("per_image"),
               py::arg("table"), py::arg("samples"), py::arg("seed"), py::arg("background"),
               py::arg("bounds"), py::arg("scratch"), execution_argument());
}

}  // namespace frontiers::bindings
