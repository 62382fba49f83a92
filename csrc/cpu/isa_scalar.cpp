// Plain C++, compiled for the default target.
#define FRONTIERS_ISA scalar

#include "isa.hpp"
#include "simd/prefetch.hpp"
#include "simd/scalar.hpp"
//
#include "loops/all.hpp"

namespace frontiers::cpu {
const Isa isa_scalar = scalar::table("scalar");
}
