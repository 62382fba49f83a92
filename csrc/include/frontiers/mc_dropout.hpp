// mc_dropout: T dropout passes over one input.
//
// out[t] = dropout(x) with sample = rule.sample + t, for t = 0 .. samples - 1. A tile of x is read
// once and stays in cache while its T results are written. Masks exist only as the bits of one
// tile, so the cost is that of writing the output.
//
// out holds samples * element_count(layout) elements, pass after pass, each in x's layout, and does
// not overlap x. rule.sample + samples must not exceed 2^32.
#pragma once

#include "frontiers/dropout.hpp"

namespace frontiers {

namespace cpu {
void mc_dropout(const void* x, void* out, DType dtype, const Layout& layout,
                Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                int threads);
}  // namespace cpu

namespace cuda {
void mc_dropout(const void* x, void* out, DType dtype, const Layout& layout,
                Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                Stream stream);
}  // namespace cuda

}  // namespace frontiers
