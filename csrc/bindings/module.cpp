// The extension module. It is compiled for the CPU, for CUDA and for the emulation of CUDA, each
// time under the name that the build defines.
#include <pybind11/pybind11.h>

#include "register.hpp"

PYBIND11_MODULE(FRONTIERS_MODULE, module) {
    module.doc() = "Compiled kernels of pyfrontiers.";
    pybind11::list kernels;
#define FRONTIERS_KERNEL(name)                    \
    frontiers::bindings::register_##name(module); \
    kernels.append(#name);
#include "../kernels.inc"
#undef FRONTIERS_KERNEL
    module.attr("kernels") = pybind11::tuple(kernels);
#if defined(FRONTIERS_EMULATED_CUDA)
    frontiers::bindings::register_emulation(module);
#endif
#if !defined(FRONTIERS_CUDA_MODULE)
    frontiers::bindings::register_isa(module);
    frontiers::bindings::register_direct(module);
    frontiers::bindings::register_dlpack(module);
    frontiers::bindings::register_pages(module);
    frontiers::bindings::register_results(module);
#endif
}
