// Neighbouring elements that draw from one stream, and where their parameters are.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

struct Stretch {
    i64 n;
    i64 element;  // number of the first one in its stream
    u64 stream, seed;
    i64 phase;  // element i has parameters table[(phase + i) / run]
    i64 run;
    bool past_caches;  // how results are stored, where their address allows it
};

}  // namespace frontiers::cpu
