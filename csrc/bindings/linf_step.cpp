#include "frontiers/linf_step.hpp"

#include "arguments.hpp"
#include "parameters.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void linf_step(std::uintptr_t x, std::uintptr_t grad, std::uintptr_t origin, std::uintptr_t out,
               int dtype_code, i64 outer, i64 channels, i64 inner, bool pixel_major,
               const Parameter& step, const Parameter& epsilon, const Parameter& low,
               const Parameter& high, bool ascend, Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    const Layout layout = layout_from(outer, channels, inner, pixel_major);
    const auto run_on = checked(execution);
    const i64 n = element_count(layout);
    const LinfStep call{pointer_from<const u8>("x", x, n),
                        pointer_from<const u8>("grad", grad, n),
                        pointer_from<const u8>("origin", origin, n),
                        pointer_from<u8>("out", out, n),
                        dtype,
                        layout,
                        parameter_array("step", step),
                        parameter_array("epsilon", epsilon),
                        parameter_array("low", low),
                        parameter_array("high", high),
                        ascend};
    py::gil_scoped_release release;
    backend::linf_step(call, run_on);
}

}  // namespace

void register_linf_step(py::module_& module) {
    module.def("linf_step", linf_step, py::arg("x"), py::arg("grad"), py::arg("origin"),
               py::arg("out"), py::arg("dtype"), py::arg("outer"), py::arg("channels"),
               py::arg("inner"), py::arg("pixel_major"), py::arg("step"), py::arg("epsilon"),
               py::arg("low"), py::arg("high"), py::arg("ascend"), execution_argument());
}

}  // namespace frontiers::bindings
