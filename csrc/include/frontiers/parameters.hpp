// Parameters that are one number, or one per sample, per channel or both; and the arguments that
// all steps and projections take.
//
// A parameter is data[outer * outer_stride + channel * channel_stride], float64 in the memory of
// the device that computes, or `value` everywhere if data is null.
#pragma once

#include "frontiers/layout.hpp"

namespace frontiers {

struct ParameterArray {
    const double* data;
    i64 outer_stride;
    i64 channel_stride;
    double value = 0.0;

    bool varies() const { return data != nullptr; }
};

FRONTIERS_HD ParameterArray same_everywhere(double value) { return {nullptr, 0, 0, value}; }

FRONTIERS_HD double value_at(const ParameterArray& array, i64 outer, i64 channel) {
    return array.data == nullptr
               ? array.value
               : array.data[outer * array.outer_stride + channel * array.channel_stride];
}

// A step (linf_step, l2_step, l1_step), or a projection, which has neither grad nor step. The
// tensors share one layout; out may be x, no other overlap. step and epsilon are finite and >= 0;
// low and high may be infinite. ascend: along grad, otherwise against it.
struct StepCall {
    const void* x;
    const void* grad;
    const void* origin;
    void* out;
    DType dtype;
    Layout layout;
    ParameterArray step, epsilon, low, high;
    bool ascend;
    // On CUDA: ball_workspace() bytes of device memory. Unused on the CPU and by linf_step.
    void* workspace;
};

}  // namespace frontiers
