#include "frontiers/random_start.hpp"

#include "arguments.hpp"
#include "parameters.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void random_start(std::uintptr_t origin, std::uintptr_t out, int dtype_code, i64 samples,
                  i64 channels, i64 inner, int norm, const Parameter& epsilon, const Parameter& low,
                  const Parameter& high, u64 seed, u32 first_sample, std::uintptr_t scratch,
                  Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    const Layout layout = layout_from(samples, channels, inner, false);
    if (norm < 0 || norm > 2) {
        throw py::value_error("norm must be a code from 0 to 2, got " + std::to_string(norm));
    }
    const auto run_on = checked(execution);
    const i64 n = element_count(layout);
    const RandomStart call{pointer_from<const u8>("origin", origin, n),
                           pointer_from<u8>("out", out, n),
                           dtype,
                           samples,
                           channels,
                           inner,
                           static_cast<BallNorm>(norm),
                           parameter_array("epsilon", epsilon),
                           parameter_array("low", low),
                           parameter_array("high", high),
                           seed,
                           first_sample};
    double* const sums = pointer_from<double>("scratch", scratch, 0);
    py::gil_scoped_release release;
    backend::random_start(call, sums, run_on);
}

}  // namespace

void register_random_start(py::module_& module) {
    module.def("random_start", random_start, py::arg("origin"), py::arg("out"), py::arg("dtype"),
               py::arg("samples"), py::arg("channels"), py::arg("inner"), py::arg("norm"),
               py::arg("epsilon"), py::arg("low"), py::arg("high"), py::arg("seed"),
               py::arg("first_sample"), py::arg("scratch"), execution_argument());
}

}  // namespace frontiers::bindings
