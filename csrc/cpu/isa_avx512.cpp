// Compiled with -mavx512f, bw, vl and dq; used only where CPUID reports all of them.
#define FRONTIERS_ISA avx512

#include "isa.hpp"
#include "simd/avx512.hpp"
#include "simd/avx512_keep.hpp"
#include "simd/avx512_philox.hpp"
#include "simd/prefetch.hpp"
//
#include "loops/all.hpp"

namespace frontiers::cpu {
const Isa isa_avx512 = avx512::table("avx512");
}
