// What the fast path asks of torch; see direct.hpp.
#pragma once

#include <pybind11/pybind11.h>

#include <vector>

#include "dlpack.hpp"
#include "results.hpp"

namespace frontiers::bindings {

struct ElementType {
    ElementKind kind;
    PyObject* dtype;
    PyObject* new_empty;  // makes a tensor of this dtype
};

// The references are never released.
struct Torch {
    const dlpack::ExchangeTable* table;
    PyTypeObject *tensor, *parameter;
    std::vector<ElementType> types;
    PyObject *empty_like, *default_dtype;
    PyObject *is_grad_enabled, *get_num_threads, *increment_version;
    PyObject *modes, *function_modes, *transforms;  // answer 0 or None where none is active
    PyObject* tracing;                              // answers whether torch.jit.trace records
    PyObject *forward_ad, *current_level;           // a module and its number: -1 where no
                                                    // tensor has a tangent
    PyObject *requires_grad, *is_neg;
};

// nullptr before connect() and after disconnect().
extern const Torch* torch;

// nullptr after an exception, which is cleared: the Python function will meet it again.
PyObject* ask(PyObject* function);

// A tensor of a pooled size with the dtype of an example; None without the exchange table.
pybind11::object pooled_tensor_like(const std::vector<i64>& shape, pybind11::handle example);

}  // namespace frontiers::bindings
