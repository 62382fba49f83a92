// Arguments that the steps and projections share.
#pragma once

#include <tuple>
#include <utility>

#include "frontiers/ball.hpp"
#include "parameters.hpp"

namespace frontiers::bindings {

// (address, bytes)
using Workspace = std::pair<std::uintptr_t, i64>;
// Addresses of (x, grad, origin, out); a projection has no grad.
using StepTensors = std::tuple<std::uintptr_t, std::uintptr_t, std::uintptr_t, std::uintptr_t>;
// (outer, channels, inner, pixel_major)
using StepLayout = std::tuple<i64, i64, i64, bool>;

inline StepCall step_call(const StepTensors& tensors, int dtype_code, const StepLayout& shape,
                          const Parameter& step, const Parameter& epsilon, const Parameter& low,
                          const Parameter& high, bool ascend, bool has_grad = true) {
    const auto [x, grad, origin, out] = tensors;
    const auto [outer, channels, inner, pixel_major] = shape;
    const DType dtype = dtype_from(dtype_code);
    const Layout layout = layout_from(outer, channels, inner, pixel_major);
    const i64 n = element_count(layout);
    return {.x = pointer_from<const u8>("x", x, n),
            .grad = has_grad ? pointer_from<const u8>("grad", grad, n) : nullptr,
            .origin = pointer_from<const u8>("origin", origin, n),
            .out = pointer_from<u8>("out", out, n),
            .dtype = dtype,
            .layout = layout,
            .step = parameter_array("step", step),
            .epsilon = parameter_array("epsilon", epsilon),
            .low = parameter_array("low", low),
            .high = parameter_array("high", high),
            .ascend = ascend,
            .workspace = nullptr};
}

inline void require_one_per_sample(const char* name, const ParameterArray& array) {
    if (array.channel_stride != 0) {
        throw py::value_error(std::string(name) + " must be one per sample, got one per channel");
    }
}

// Adds the workspace of a searched projection, whose step and radius are one per sample.
inline StepCall with_workspace(StepCall call, const Workspace& workspace) {
    require_one_per_sample("step", call.step);
    require_one_per_sample("epsilon", call.epsilon);
    if (element_count(call.layout) == 0) return call;
    const i64 needed = backend::ball_workspace(call.layout.outer, sample_elements(call.layout));
    if (workspace.second < needed) {
        throw py::value_error("workspace must have " + std::to_string(needed) + " bytes, got " +
                              std::to_string(workspace.second));
    }
    call.workspace = pointer_from<double>("workspace", workspace.first, needed);
    return call;
}

}  // namespace frontiers::bindings
