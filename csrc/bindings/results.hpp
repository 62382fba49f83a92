// Tensors over pooled memory (cpu/result_pool.hpp).
//
// Such a tensor owns its memory through DLPack: when its storage dies, however many views, arrays
// and graphs have held it, DLPack's deleter gives the memory back to the pool. No reference count
// is read. Like all storage from DLPack, it cannot be resized.
#pragma once

#include <pybind11/pybind11.h>

#include <vector>

#include "../cpu/result_pool.hpp"
#include "dlpack.hpp"
#include "frontiers/platform.hpp"

namespace frontiers::bindings {

inline bool is_pooled(i64 bytes) {
    return bytes >= static_cast<i64>(cpu::smallest_pooled) &&
           bytes <= static_cast<i64>(cpu::pool_capacity);
}

// A dtype as DLPack encodes it.
struct ElementKind {
    u8 code, bits;

    bool operator==(const ElementKind&) const = default;
};

// An uninitialised contiguous CPU tensor over pooled memory; is_pooled() must hold for its bytes.
pybind11::object pooled_tensor(const dlpack::ExchangeTable& table, std::vector<i64> shape,
                               ElementKind kind);

}  // namespace frontiers::bindings
