#include "frontiers/additive_noise.hpp"

#include "arguments.hpp"
#include "parameters.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void additive_noise(std::uintptr_t x, std::uintptr_t out, int dtype_code, i64 samples, i64 channels,
                    i64 inner, int kind, const Parameter& amount, const Parameter& low,
                    const Parameter& high, u64 seed, u32 sample, i64 first_element,
                    Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    const Layout layout = layout_from(samples, channels, inner, false);
    if (kind < 0 || kind > 2) {
        throw py::value_error("kind must be a code from 0 to 2, got " + std::to_string(kind));
    }
    require_count("first_element", first_element);
    const auto run_on = checked(execution);
    const i64 n = element_count(layout);
    const AdditiveNoise call{pointer_from<const u8>("x", x, n),
                             pointer_from<u8>("out", out, n),
                             dtype,
                             samples,
                             channels,
                             inner,
                             static_cast<NoiseKind>(kind),
                             parameter_array("amount", amount),
                             parameter_array("low", low),
                             parameter_array("high", high),
                             seed,
                             sample,
                             first_element};
    py::gil_scoped_release release;
    backend::additive_noise(call, run_on);
}

}  // namespace

void register_additive_noise(py::module_& module) {
    module.def("additive_noise", additive_noise, py::arg("x"), py::arg("out"), py::arg("dtype"),
               py::arg("samples"), py::arg("channels"), py::arg("inner"), py::arg("kind"),
               py::arg("amount"), py::arg("low"), py::arg("high"), py::arg("seed"),
               py::arg("sample"), py::arg("first_element"), execution_argument());
}

}  // namespace frontiers::bindings
