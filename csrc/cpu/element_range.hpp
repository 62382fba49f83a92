// A range of elements that draw from one random stream, and the parameters they use.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

struct ElementRange {
    i64 n;
    i64 element;  // position of the first one in its stream
    u64 stream, seed;
    i64 phase;  // element i uses the parameters table[(phase + i) / run]
    i64 run;
    bool bypasses_caches;  // use streaming stores where the address is aligned
};

}  // namespace frontiers::cpu
