// Tensors over pooled memory (cpu/result_pool.hpp).
//
// Such a tensor owns its memory through DLPack: when its storage dies, however many views, arrays
// and graphs have held it, DLPack's deleter gives the memory back to the pool. Nothing is guessed
// from reference counts. As over all memory from DLPack, the storage cannot be resized.
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

// What a tensor is like but for its memory.
struct ElementKind {
    u8 code, bits;

    bool operator==(const ElementKind&) const = default;
};

// An uninitialised contiguous CPU tensor of a shape whose bytes are pooled.
pybind11::object pooled_tensor(const dlpack::ExchangeTable& table, std::vector<i64> shape,
                               ElementKind kind);

}  // namespace frontiers::bindings
