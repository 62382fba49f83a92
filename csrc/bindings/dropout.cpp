#include "frontiers/dropout.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void dropout(std::uintptr_t x, std::uintptr_t out, int dtype_code, i64 outer, i64 channels,
             i64 inner, bool pixel_major, bool by_channel, i64 first_element, u64 threshold,
             u64 seed, u32 sample, Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    const Layout layout = layout_from(outer, channels, inner, pixel_major);
    require_count("first_element", first_element);
    const auto run_on = checked(execution);
    const KeepRule rule = keep_rule(threshold, seed, sample);
    const i64 n = element_count(layout);
    const void* from = pointer_from<const u8>("x", x, n);
    void* to = pointer_from<u8>("out", out, n);
    py::gil_scoped_release release;
    backend::dropout(from, to, dtype, layout,
                     by_channel ? Granularity::channel : Granularity::element, first_element, rule,
                     run_on);
}

}  // namespace

void register_dropout(py::module_& module) {
    module.def("dropout", dropout, py::arg("x"), py::arg("out"), py::arg("dtype"), py::arg("outer"),
               py::arg("channels"), py::arg("inner"), py::arg("pixel_major"), py::arg("by_channel"),
               py::arg("first_element"), py::arg("threshold"), py::arg("seed"), py::arg("sample"),
               execution_argument());
}

}  // namespace frontiers::bindings
