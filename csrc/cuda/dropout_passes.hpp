// What dropout and mc_dropout launch.
#pragma once

#include "frontiers/dropout.hpp"

namespace frontiers::cuda {

// mc_dropout's arguments, under the name of `kernel`; for one pass out may be x.
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

// Those whose mask does not run along memory.
void dropout_out_of_order(const DropoutCall& call, Stream stream);

}  // namespace frontiers::cuda
