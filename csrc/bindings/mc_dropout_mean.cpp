#include "frontiers/mc_dropout_mean.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void mc_dropout_mean(std::uintptr_t x, std::uintptr_t out, int dtype_code, i64 outer, i64 channels,
                     i64 inner, bool pixel_major, bool by_channel, i64 samples, i64 first_element,
                     u64 threshold, u64 seed, u32 first_sample, Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    const Layout layout = layout_from(outer, channels, inner, pixel_major);
    if (samples < 1 || samples > (i64{1} << 32) - first_sample) {
        throw py::value_error(
            "samples must be at least 1 with all sample numbers below 2^32, got " +
            std::to_string(samples));
    }
    require_count("first_element", first_element);
    const auto run_on = checked(execution);
    const KeepRule rule = keep_rule(threshold, seed, first_sample);
    const i64 n = element_count(layout);
    const void* from = pointer_from<const u8>("x", x, n);
    void* to = pointer_from<u8>("out", out, n);
    py::gil_scoped_release release;
    backend::mc_dropout_mean(from, to, dtype, layout,
                             by_channel ? Granularity::channel : Granularity::element, samples,
                             first_element, rule, run_on);
}

}  // namespace

void register_mc_dropout_mean(py::module_& module) {
    module.def("mc_dropout_mean", mc_dropout_mean, py::arg("x"), py::arg("out"), py::arg("dtype"),
               py::arg("outer"), py::arg("channels"), py::arg("inner"), py::arg("pixel_major"),
               py::arg("by_channel"), py::arg("samples"), py::arg("first_element"),
               py::arg("threshold"), py::arg("seed"), py::arg("first_sample"),
               execution_argument());
}

}  // namespace frontiers::bindings
