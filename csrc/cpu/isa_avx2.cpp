// Compiled with -mavx2 -mf16c; used only where CPUID reports both.
#define FRONTIERS_ISA avx2

#include "isa.hpp"
#include "simd/avx2.hpp"
#include "simd/avx2_philox.hpp"
#include "simd/prefetch.hpp"
//
#include "loops/all.hpp"

namespace frontiers::cpu {
const Isa isa_avx2 = avx2::table("avx2");
}
