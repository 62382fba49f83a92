#include "frontiers/l1_step.hpp"

#include "register.hpp"
#include "step_arguments.hpp"

namespace frontiers::bindings {
namespace {

void l1_step(const StepTensors& tensors, int dtype, const StepLayout& layout, const Parameter& step,
             const Parameter& epsilon, const Parameter& low, const Parameter& high, bool ascend,
             double share, const Workspace& workspace, Execution execution) {
    if (!(share >= 0.0 && share <= 1.0)) {
        throw py::value_error("share must be from 0 to 1, got " + std::to_string(share));
    }
    const auto run_on = checked(execution);
    const StepCall call = with_workspace(
        step_call(tensors, dtype, layout, step, epsilon, low, high, ascend), workspace);
    py::gil_scoped_release release;
    backend::l1_step(call, share, run_on);
}

}  // namespace

void register_l1_step(py::module_& module) {
    module.def("l1_step", l1_step, py::arg("tensors"), py::arg("dtype"), py::arg("layout"),
               py::arg("step"), py::arg("epsilon"), py::arg("low"), py::arg("high"),
               py::arg("ascend"), py::arg("share"), py::arg("workspace"), execution_argument());
}

}  // namespace frontiers::bindings
