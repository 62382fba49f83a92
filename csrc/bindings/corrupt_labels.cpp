#include "frontiers/corrupt_labels.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void corrupt_labels(std::uintptr_t labels, std::uintptr_t out, std::uintptr_t redrawn, i64 width,
                    i64 n, u64 threshold, u64 classes, u64 seed, Execution execution) {
    require_width(width);
    require_count("n", n);
    const auto run_on = checked(execution);
    if (classes < 1 || classes >> 32) {
        throw py::value_error("classes must be from 1 to 2^32 - 1, got " + std::to_string(classes));
    }
    require_threshold(threshold);
    const Corruption rule = corruption(threshold, classes, seed);
    const void* from = pointer_from<const u8>("labels", labels, n);
    void* to = pointer_from<u8>("out", out, n);
    u8* chosen = pointer_from<u8>("redrawn", redrawn, n);
    py::gil_scoped_release release;
    backend::corrupt_labels(from, to, chosen, width, n, rule, run_on);
}

}  // namespace

void register_corrupt_labels(py::module_& module) {
    module.def("corrupt_labels", corrupt_labels, py::arg("labels"), py::arg("out"),
               py::arg("redrawn"), py::arg("width"), py::arg("n"), py::arg("threshold"),
               py::arg("classes"), py::arg("seed"), execution_argument());
}

}  // namespace frontiers::bindings
