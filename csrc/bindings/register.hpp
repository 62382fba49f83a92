// One registration function for each kernel, and for each of the module's other parts. module.cpp
// calls them.
#pragma once

#include <pybind11/pybind11.h>

namespace frontiers::bindings {

#define FRONTIERS_KERNEL(name) void register_##name(pybind11::module_& module);
#include "../kernels.inc"
#undef FRONTIERS_KERNEL

void register_emulation(pybind11::module_& module);
void register_isa(pybind11::module_& module);
void register_dlpack(pybind11::module_& module);
void register_pages(pybind11::module_& module);
void register_results(pybind11::module_& module);
void register_direct(pybind11::module_& module);  // calls those below
void register_direct_draws(pybind11::module_& module);
void register_direct_dropout(pybind11::module_& module);
void register_direct_gather(pybind11::module_& module);
void register_direct_noise(pybind11::module_& module);
void register_direct_passes(pybind11::module_& module);
void register_direct_steps(pybind11::module_& module);

}  // namespace frontiers::bindings
