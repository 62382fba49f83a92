#include "frontiers/moments.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void update_moments(std::uintptr_t samples, int dtype_code, i64 outer, i64 passes, i64 inner,
                    i64 count, std::uintptr_t mean, std::uintptr_t m2, Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    require_count("outer", outer);
    require_count("passes", passes);
    require_count("inner", inner);
    require_count("count", count);
    const auto run_on = checked(execution);
    const void* from = pointer_from<const u8>("samples", samples, outer * passes * inner);
    double* mean_to = pointer_from<double>("mean", mean, outer * inner);
    double* m2_to = pointer_from<double>("m2", m2, outer * inner);
    py::gil_scoped_release release;
    backend::update_moments(from, dtype, outer, passes, inner, count, mean_to, m2_to, run_on);
}

void moments(std::uintptr_t samples, int dtype_code, i64 outer, i64 passes, i64 inner,
             i64 correction, std::uintptr_t mean, std::uintptr_t variance, Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    require_count("outer", outer);
    require_count("passes", passes);
    require_count("inner", inner);
    require_count("correction", correction);
    const auto run_on = checked(execution);
    const void* from = pointer_from<const u8>("samples", samples, outer * passes * inner);
    void* mean_to = pointer_from<u8>("mean", mean, outer * inner);
    void* variance_to = pointer_from<u8>("variance", variance, outer * inner);
    py::gil_scoped_release release;
    backend::moments(from, dtype, outer, passes, inner, correction, mean_to, variance_to, run_on);
}

}  // namespace

void register_moments(py::module_& module) {
    module.def("moments", moments, py::arg("samples"), py::arg("dtype"), py::arg("outer"),
               py::arg("passes"), py::arg("inner"), py::arg("correction"), py::arg("mean"),
               py::arg("variance"), execution_argument());
    module.def("update_moments", update_moments, py::arg("samples"), py::arg("dtype"),
               py::arg("outer"), py::arg("passes"), py::arg("inner"), py::arg("count"),
               py::arg("mean"), py::arg("m2"), execution_argument());
}

}  // namespace frontiers::bindings
