// Arguments of the steps and projections: parameters per sample or channel, and lent memory.
#pragma once

#include <tuple>
#include <utility>

#include "frontiers/ball.hpp"
#include "parameters.hpp"

namespace frontiers::bindings {

// (address, bytes)
using Workspace = std::pair<std::uintptr_t, i64>;

inline LinfParameterArray one_a_sample(const char* name, const Parameter& parameter) {
    const LinfParameterArray array = parameter_array(name, parameter);
    if (array.channel_stride != 0) {
        throw py::value_error(std::string(name) + ": got one a channel, wanted one a sample");
    }
    return array;
}

// Tensors of a call, as (x, grad, origin, out); a projection has no grad.
using StepTensors = std::tuple<std::uintptr_t, std::uintptr_t, std::uintptr_t, std::uintptr_t>;
// (outer, channels, inner, pixel_major)
using StepLayout = std::tuple<i64, i64, i64, bool>;

inline BallCall ball_call(const StepTensors& tensors, int dtype_code, const StepLayout& shape,
                          const Parameter& step, const Parameter& epsilon, const Parameter& low,
                          const Parameter& high, bool ascend, const Workspace& workspace,
                          bool has_grad) {
    const auto [x, grad, origin, out] = tensors;
    const auto [outer, channels, inner, pixel_major] = shape;
    const DType dtype = dtype_from(dtype_code);
    const Layout layout = layout_from(outer, channels, inner, pixel_major);
    const i64 n = element_count(layout);
    const i64 needed = backend::ball_workspace(outer, channels * inner);
    if (n > 0 && workspace.second < needed) {
        throw py::value_error("workspace: got " + std::to_string(workspace.second) +
                              " bytes, wanted " + std::to_string(needed));
    }
    return {pointer_from<const u8>("x", x, n),
            has_grad ? pointer_from<const u8>("grad", grad, n) : nullptr,
            pointer_from<const u8>("origin", origin, n),
            pointer_from<u8>("out", out, n),
            dtype,
            layout,
            one_a_sample("step", step),
            one_a_sample("epsilon", epsilon),
            parameter_array("low", low),
            parameter_array("high", high),
            ascend,
            pointer_from<double>("workspace", workspace.first, n > 0 ? needed : 0)};
}

}  // namespace frontiers::bindings
