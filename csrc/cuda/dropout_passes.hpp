// Launches shared by dropout and mc_dropout.
#pragma once

#include "frontiers/dropout.hpp"

namespace frontiers::cuda {

// Arguments of mc_dropout, named `kernel` in errors; with a single pass, out may be x.
struct DropoutCall {
    const char* kernel;
    const void* x;
    void* out;
    DType dtype;
    Layout layout;
    Granularity granularity;
    i64 samples;
    i64 first_element;
    KeepRule rule;
};

void dropout_passes(const DropoutCall& call, Stream stream);

// For masks that are not in memory order.
void dropout_out_of_order(const DropoutCall& call, Stream stream);

}  // namespace frontiers::cuda
