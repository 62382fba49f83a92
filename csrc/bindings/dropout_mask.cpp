#include "frontiers/dropout_mask.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void dropout_mask(std::uintptr_t out, i64 n, i64 first_element, bool packed, u64 threshold,
                  u64 seed, u32 sample, Execution execution) {
    require_count("n", n);
    require_count("first_element", first_element);
    const auto run_on = checked(execution);
    const KeepRule rule = keep_rule(threshold, seed, sample);
    u8* to = packed ? reinterpret_cast<u8*>(pointer_from<u32>("out", out, n))
                    : pointer_from<u8>("out", out, n);
    py::gil_scoped_release release;
    if (packed) {
        backend::fill_mask_packed(to, n, first_element, rule, run_on);
    } else {
        backend::fill_mask_bool(to, n, first_element, rule, run_on);
    }
}

}  // namespace

void register_dropout_mask(py::module_& module) {
    module.def("dropout_mask", dropout_mask, py::arg("out"), py::arg("n"), py::arg("first_element"),
               py::arg("packed"), py::arg("threshold"), py::arg("seed"), py::arg("sample"),
               execution_argument());
}

}  // namespace frontiers::bindings
