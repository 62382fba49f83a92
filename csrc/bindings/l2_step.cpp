#include "frontiers/l2_step.hpp"

#include "register.hpp"
#include "step_arguments.hpp"

namespace frontiers::bindings {
namespace {

void l2_step(const StepTensors& tensors, int dtype, const StepLayout& layout, const Parameter& step,
             const Parameter& epsilon, const Parameter& low, const Parameter& high, bool ascend,
             const Workspace& workspace, Execution execution) {
    const auto run_on = checked(execution);
    const StepCall call = with_workspace(
        step_call(tensors, dtype, layout, step, epsilon, low, high, ascend), workspace);
    py::gil_scoped_release release;
    backend::l2_step(call, run_on);
}

}  // namespace

void register_l2_step(py::module_& module) {
    module.def("l2_step", l2_step, py::arg("tensors"), py::arg("dtype"), py::arg("layout"),
               py::arg("step"), py::arg("epsilon"), py::arg("low"), py::arg("high"),
               py::arg("ascend"), py::arg("workspace"), execution_argument());
}

}  // namespace frontiers::bindings
