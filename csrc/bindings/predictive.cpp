#include "frontiers/predictive.hpp"

#include <pybind11/stl.h>

#include <array>

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

using Three = std::array<i64, 3>;
// Addresses of mean, variance, entropy, expected entropy and mutual information.
using Results = std::array<std::uintptr_t, 5>;
// Addresses of mean, m2 and entropy.
using State = std::array<std::uintptr_t, 3>;

PredictiveInput input_from(std::uintptr_t logits, int dtype_code, i64 passes, i64 classes,
                           const Three& sizes, const Three& strides, i64 pass_stride,
                           i64 class_stride) {
    const DType dtype = dtype_from(dtype_code);
    if (passes < 1 || classes < 1) {
        throw py::value_error("passes and classes must be 1 or more, got " +
                              std::to_string(passes) + " and " + std::to_string(classes));
    }
    require_count("pass_stride", pass_stride);
    require_count("class_stride", class_stride);
    PredictiveInput input{nullptr, dtype, passes, classes, {}, {}, pass_stride, class_stride};
    i64 positions = 1;
    for (std::size_t i = 0; i < 3; ++i) {
        require_count("sizes", sizes[i]);
        require_count("strides", strides[i]);
        if (__builtin_mul_overflow(positions, sizes[i], &positions)) {
            throw py::value_error("sizes must have a product below 2^63, got a larger one");
        }
        input.size[i] = sizes[i];
        input.stride[i] = strides[i];
    }
    input.logits = pointer_from<const u8>("logits", logits, positions);
    return input;
}

PredictiveResult results_from(const Results& results, i64 positions) {
    const auto at = [&](std::size_t i) {
        return pointer_from<float>("results", results[i], positions);
    };
    return {at(0), at(1), at(2), at(3), at(4)};
}

PredictiveState state_from(const State& state, i64 positions) {
    const auto at = [&](std::size_t i) {
        return pointer_from<double>("state", state[i], positions);
    };
    return {at(0), at(1), at(2)};
}

void predictive(std::uintptr_t logits, int dtype, i64 passes, i64 classes, const Three& sizes,
                const Three& strides, i64 pass_stride, i64 class_stride, const Results& results,
                std::uintptr_t state, Execution execution) {
    const PredictiveInput input =
        input_from(logits, dtype, passes, classes, sizes, strides, pass_stride, class_stride);
    const auto run_on = checked(execution);
    const PredictiveResult result = results_from(results, position_count(input));
    double* const held = pointer_from<double>("state", state, 0);
    py::gil_scoped_release release;
    backend::predictive(input, result, held, run_on);
}

void update_predictive(std::uintptr_t logits, int dtype, i64 passes, i64 classes,
                       const Three& sizes, const Three& strides, i64 pass_stride, i64 class_stride,
                       i64 count, const State& state, Execution execution) {
    const PredictiveInput input =
        input_from(logits, dtype, passes, classes, sizes, strides, pass_stride, class_stride);
    require_count("count", count);
    const auto run_on = checked(execution);
    const PredictiveState held = state_from(state, position_count(input));
    py::gil_scoped_release release;
    backend::update_predictive(input, count, held, run_on);
}

void finish_predictive(const State& state, i64 positions, i64 classes, i64 passes, int dtype_code,
                       const Results& results, Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    require_count("positions", positions);
    if (passes < 1 || classes < 1) {
        throw py::value_error("passes and classes must be 1 or more, got fewer");
    }
    const auto run_on = checked(execution);
    const PredictiveState held = state_from(state, positions);
    const PredictiveResult result = results_from(results, positions);
    py::gil_scoped_release release;
    backend::finish_predictive(held, positions, classes, passes, dtype, result, run_on);
}

}  // namespace

void register_predictive(py::module_& module) {
    module.def("predictive", predictive, py::arg("logits"), py::arg("dtype"), py::arg("passes"),
               py::arg("classes"), py::arg("sizes"), py::arg("strides"), py::arg("pass_stride"),
               py::arg("class_stride"), py::arg("results"), py::arg("state"), execution_argument());
    module.def("update_predictive", update_predictive, py::arg("logits"), py::arg("dtype"),
               py::arg("passes"), py::arg("classes"), py::arg("sizes"), py::arg("strides"),
               py::arg("pass_stride"), py::arg("class_stride"), py::arg("count"), py::arg("state"),
               execution_argument());
    module.def("finish_predictive", finish_predictive, py::arg("state"), py::arg("positions"),
               py::arg("classes"), py::arg("passes"), py::arg("dtype"), py::arg("results"),
               execution_argument());
}

}  // namespace frontiers::bindings
