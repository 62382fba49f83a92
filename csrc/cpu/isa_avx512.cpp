// Compiled with -mavx512f and its bw, vl and dq parts; entered only where CPUID reports all.
#define FRONTIERS_ISA avx512

#include "isa.hpp"
#include "simd/ahead.hpp"
#include "simd/avx512.hpp"
#include "simd/avx512_keep.hpp"
#include "simd/avx512_philox.hpp"
//
#include "loops/all.hpp"

namespace frontiers::cpu {
const Isa isa_avx512 = FRONTIERS_FILL_TABLE("avx512");
}
