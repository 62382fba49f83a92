// The extension's table of contents: one register_* call per kernel. Compiled for the CPU's module,
// for CUDA's and for the emulation of CUDA's, under the name that the build gives.
#include <pybind11/pybind11.h>

#include "register.hpp"

PYBIND11_MODULE(FRONTIERS_MODULE, module) {
    module.doc() = "Compiled kernels of pyfrontiers.";
    frontiers::bindings::register_philox(module);
    frontiers::bindings::register_dropout_mask(module);
    frontiers::bindings::register_dropout(module);
    frontiers::bindings::register_mc_dropout(module);
    frontiers::bindings::register_mc_dropout_mean(module);
    frontiers::bindings::register_corrupt_labels(module);
    frontiers::bindings::register_gather(module);
    frontiers::bindings::register_l1_step(module);
    frontiers::bindings::register_l2_step(module);
    frontiers::bindings::register_linf_step(module);
    frontiers::bindings::register_additive_noise(module);
    frontiers::bindings::register_random_start(module);
    frontiers::bindings::register_project(module);
    frontiers::bindings::register_render(module);
    frontiers::bindings::register_moments(module);
    frontiers::bindings::register_predictive(module);
    frontiers::bindings::register_sample_transforms(module);
    frontiers::bindings::register_transform(module);
#if defined(FRONTIERS_EMULATED_CUDA)
    frontiers::bindings::register_emulation(module);
#endif
#if !defined(FRONTIERS_CUDA_MODULE)
    frontiers::bindings::register_isa(module);
    frontiers::bindings::register_direct(module);
    frontiers::bindings::register_dlpack(module);
    frontiers::bindings::register_pages(module);
#endif
}
