// The extension's table of contents: one register_* call per kernel.
#include <pybind11/pybind11.h>

#include "register.hpp"

PYBIND11_MODULE(_core, module) {
    module.doc() = "Compiled kernels of pyfrontiers.";
    frontiers::bindings::register_isa(module);
    frontiers::bindings::register_pages(module);
    frontiers::bindings::register_philox(module);
    frontiers::bindings::register_dropout_mask(module);
    frontiers::bindings::register_corrupt_labels(module);
    frontiers::bindings::register_dropout(module);
    frontiers::bindings::register_mc_dropout(module);
    frontiers::bindings::register_linf_step(module);
    frontiers::bindings::register_moments(module);
}
