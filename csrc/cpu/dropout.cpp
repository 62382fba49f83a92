// dropout on the CPU: one pass of mc_dropout's loop, in place allowed.
#include "frontiers/dropout.hpp"

#include "dropout_tiles.hpp"

namespace frontiers::cpu {

void dropout(const void* x, void* out, DType dtype, const Layout& layout, Granularity granularity,
             i64 first_element, const KeepRule& rule, int threads) {
    dropout_passes(x, out, dtype, layout, granularity, 1, first_element, rule, threads);
}

}  // namespace frontiers::cpu
