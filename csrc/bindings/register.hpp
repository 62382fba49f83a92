// One registration function per kernel; module.cpp calls them all.
#pragma once

#include <pybind11/pybind11.h>

namespace frontiers::bindings {

void register_emulation(pybind11::module_& module);
void register_isa(pybind11::module_& module);
void register_dlpack(pybind11::module_& module);
void register_pages(pybind11::module_& module);
void register_direct(pybind11::module_& module);  // calls those below
void register_direct_ball(pybind11::module_& module);
void register_direct_dropout(pybind11::module_& module);
void register_direct_gather(pybind11::module_& module);
void register_direct_noise(pybind11::module_& module);
void register_direct_numbers(pybind11::module_& module);
void register_direct_predictive(pybind11::module_& module);
void register_direct_steps(pybind11::module_& module);
void register_additive_noise(pybind11::module_& module);
void register_philox(pybind11::module_& module);
void register_dropout_mask(pybind11::module_& module);
void register_corrupt_labels(pybind11::module_& module);
void register_dropout(pybind11::module_& module);
void register_mc_dropout(pybind11::module_& module);
void register_mc_dropout_mean(pybind11::module_& module);
void register_gather(pybind11::module_& module);
void register_l1_step(pybind11::module_& module);
void register_l2_step(pybind11::module_& module);
void register_linf_step(pybind11::module_& module);
void register_moments(pybind11::module_& module);
void register_predictive(pybind11::module_& module);
void register_project(pybind11::module_& module);
void register_render(pybind11::module_& module);
void register_random_start(pybind11::module_& module);
void register_sample_transforms(pybind11::module_& module);
void register_transform(pybind11::module_& module);

}  // namespace frontiers::bindings
