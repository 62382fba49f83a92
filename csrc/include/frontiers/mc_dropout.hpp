// mc_dropout: T dropout passes over one input, written side by side.
//
// out[t] = dropout(x) with sample = rule.sample + t, for t = 0 .. samples - 1. A tile of x is read
// once and stays in cache while its T images are written; masks exist only as bits of one tile, so
// the cost is that of writing the output.
//
// out holds samples * element_count(layout) elements, sample after sample, each in x's layout, and
// does not overlap x. The sample number plus samples must not pass 2^32.
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
