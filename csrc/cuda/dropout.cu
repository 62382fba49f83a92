// dropout with CUDA: one pass of mc_dropout's kernel, in place allowed.
#include "dropout_passes.hpp"
#include "frontiers/dropout.hpp"

namespace frontiers::cuda {

void dropout(const void* x, void* out, DType dtype, const Layout& layout, Granularity granularity,
             i64 first_element, const KeepRule& rule, Stream stream) {
    dropout_passes({"dropout", x, out, dtype, layout, granularity, 1, first_element, rule}, stream);
}

}  // namespace frontiers::cuda
