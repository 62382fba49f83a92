// How the fast path decides that a call is an ordinary one, and how it reads tensors; see
// direct.hpp.
#include "direct.hpp"

#include "direct_torch.hpp"
#include "register.hpp"

namespace frontiers::bindings {

const Torch* torch = nullptr;

PyObject* ask(PyObject* function) {
    PyObject* const answer = PyObject_CallNoArgs(function);
    if (answer == nullptr) PyErr_Clear();
    return answer;
}

namespace {

bool is_zero_or_none(PyObject* function) {
    PyObject* const answer = ask(function);
    const bool nothing = answer == Py_None || (answer != nullptr && PyLong_CheckExact(answer) &&
                                               PyLong_AsLong(answer) == 0);
    Py_XDECREF(answer);
    return nothing;
}

bool is_minus_one(PyObject* answer) {
    const bool equal =
        answer != nullptr && PyLong_CheckExact(answer) && PyLong_AsLong(answer) == -1;
    if (answer == nullptr) PyErr_Clear();
    Py_XDECREF(answer);
    return equal;
}

bool is_false(PyObject* answer) {
    if (answer == nullptr) PyErr_Clear();
    Py_XDECREF(answer);
    return answer == Py_False;
}

DType dtype_of(ElementKind kind) {
    if (kind.code == dlpack::brain) return DType::bfloat16;
    return kind.bits == 64 ? DType::float64 : kind.bits == 32 ? DType::float32 : DType::float16;
}

bool contiguous(const dlpack::Tensor& tensor, i64& n) {
    n = 1;
    bool in_order = true;
    for (int i = tensor.ndim - 1; i >= 0; --i) {
        if (tensor.strides != nullptr && tensor.shape[i] != 1 && tensor.strides[i] != n)
            in_order = false;
        n *= tensor.shape[i];
    }
    return in_order || n == 0;
}

}  // namespace

bool is_integer(ElementKind kind) {
    return kind.bits != 0 &&
           (kind.code == dlpack::signed_integer || kind.code == dlpack::unsigned_integer);
}

bool is_floating(ElementKind kind) {
    if (kind.code == dlpack::brain) return kind.bits == 16;
    return kind.code == dlpack::floating && (kind.bits == 16 || kind.bits == 32 || kind.bits == 64);
}

bool Operand::same_kind(const Operand& other) const {
    if (kind != other.kind || ndim != other.ndim) return false;
    for (int i = 0; i < ndim; ++i) {
        if (shape[i] != other.shape[i]) return false;
    }
    return true;
}

bool Operand::overlaps(const Operand& other) const {
    const auto first = reinterpret_cast<std::uintptr_t>(data);
    const auto other_first = reinterpret_cast<std::uintptr_t>(other.data);
    return first < other_first + static_cast<std::uintptr_t>(other.bytes()) &&
           other_first < first + static_cast<std::uintptr_t>(bytes());
}

DirectCall::DirectCall()
    : possible_(torch != nullptr && is_zero_or_none(torch->modes) &&
                is_zero_or_none(torch->function_modes) && is_zero_or_none(torch->transforms) &&
                is_false(ask(torch->tracing)) &&
                is_minus_one(PyObject_GetAttr(torch->forward_ad, torch->current_level))) {}

int DirectCall::threads_for(i64 work) const {
    if (work < shared_work) return 1;
    PyObject* const answer = ask(torch->get_num_threads);
    const long threads = answer == nullptr ? 1 : PyLong_AsLong(answer);
    Py_XDECREF(answer);
    return threads < 1 ? 1 : static_cast<int>(threads);
}

bool DirectCall::view(py::handle value, Operand& to) {
    if (!possible_) return false;
    const PyTypeObject* const type = Py_TYPE(value.ptr());
    if (type != torch->tensor && type != torch->parameter) return false;
    if (!is_false(PyObject_GetAttr(value.ptr(), torch->requires_grad)) &&
        !is_false(ask(torch->is_grad_enabled))) {
        return false;
    }
    // A tensor with the negative bit set does not hold its values.
    if (!is_false(PyObject_CallMethodNoArgs(value.ptr(), torch->is_neg))) return false;
    return look(value, to);
}

bool DirectCall::look(py::handle value, Operand& to) {
    dlpack::Tensor seen{};
    if (torch->table->view(value.ptr(), &seen) != 0) {
        PyErr_Clear();
        return false;
    }
    const ElementKind kind{seen.code, seen.bits};
    to = {.data = static_cast<u8*>(seen.data) + seen.byte_offset,
          .shape = seen.shape,
          .ndim = seen.ndim,
          .n = 0,
          .dtype = dtype_of(kind),
          .floating = is_floating(kind),
          .kind = kind};
    return seen.device_type == dlpack::cpu && seen.lanes == 1 && contiguous(seen, to.n) &&
           (seen.data != nullptr || to.n == 0);
}

Operand DirectCall::tensor(py::handle value) {
    Operand read{};
    possible_ = view(value, read);
    return possible_ ? read : Operand{};
}

Operand DirectCall::floating(py::handle value) {
    const Operand read = tensor(value);
    require(read.floating);
    return possible_ ? read : Operand{};
}

}  // namespace frontiers::bindings
