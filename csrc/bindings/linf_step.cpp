#include "frontiers/linf_step.hpp"

#include "register.hpp"
#include "step_arguments.hpp"

namespace frontiers::bindings {
namespace {

void linf_step(const StepTensors& tensors, int dtype, const StepLayout& layout,
               const Parameter& step, const Parameter& epsilon, const Parameter& low,
               const Parameter& high, bool ascend, Execution execution) {
    const auto run_on = checked(execution);
    const StepCall call = step_call(tensors, dtype, layout, step, epsilon, low, high, ascend);
    py::gil_scoped_release release;
    backend::linf_step(call, run_on);
}

}  // namespace

void register_linf_step(py::module_& module) {
    module.def("linf_step", linf_step, py::arg("tensors"), py::arg("dtype"), py::arg("layout"),
               py::arg("step"), py::arg("epsilon"), py::arg("low"), py::arg("high"),
               py::arg("ascend"), execution_argument());
}

}  // namespace frontiers::bindings
