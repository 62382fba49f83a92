#include "frontiers/project.hpp"

#include "register.hpp"
#include "step_arguments.hpp"

namespace frontiers::bindings {
namespace {

void project(const StepTensors& tensors, int dtype, const StepLayout& layout, int norm,
             const Parameter& epsilon, const Parameter& low, const Parameter& high,
             const Workspace& workspace, Execution execution) {
    if (norm < 0 || norm > 2) {
        throw py::value_error("norm must be a code from 0 to 2, got " + std::to_string(norm));
    }
    const auto run_on = checked(execution);
    const StepCall call = with_workspace(
        step_call(tensors, dtype, layout, 0.0, epsilon, low, high, true, false), workspace);
    py::gil_scoped_release release;
    backend::project(call, static_cast<Norm>(norm), run_on);
}

// The bytes of workspace that a projection or an L1 or L2 step needs.
i64 ball_workspace(i64 samples, i64 elements) {
    require_count("samples", samples);
    require_count("elements", elements);
    return backend::ball_workspace(samples, elements);
}

}  // namespace

void register_project(py::module_& module) {
    module.def("project", project, py::arg("tensors"), py::arg("dtype"), py::arg("layout"),
               py::arg("norm"), py::arg("epsilon"), py::arg("low"), py::arg("high"),
               py::arg("workspace"), execution_argument());
    module.def("ball_workspace", ball_workspace, py::arg("samples"), py::arg("elements"));
}

}  // namespace frontiers::bindings
