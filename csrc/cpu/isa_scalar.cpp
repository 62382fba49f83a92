// Plain C++, no flags beyond the compiler's default.
#define FRONTIERS_ISA scalar

#include "isa.hpp"
#include "simd/ahead.hpp"
#include "simd/scalar.hpp"
//
#include "loops/all.hpp"

namespace frontiers::cpu {
const Isa isa_scalar = FRONTIERS_FILL_TABLE("scalar");
}
