// CPU dropout: a single pass of mc_dropout's loop, which may run in place.
#include "frontiers/dropout.hpp"

#include "dropout_tiles.hpp"

namespace frontiers::cpu {

void dropout(const void* x, void* out, DType dtype, const Layout& layout, Granularity granularity,
             i64 first_element, const KeepRule& rule, int threads) {
    dropout_passes(x, out, dtype, layout, granularity, 1, first_element, rule, threads);
}

}  // namespace frontiers::cpu
