// The results of the fast path; see direct.hpp.
#include <utility>

#include "direct.hpp"
#include "direct_torch.hpp"

namespace frontiers::bindings {
namespace {

// Larger results take the slow path, which requests huge pages for them.
constexpr i64 most_bytes = static_cast<i64>(cpu::pool_capacity);

// The bytes of a result; false if there is no such tensor, as with a negative size.
bool bytes_of(const Shape& shape, int bits, i64& bytes) {
    bytes = bits / 8;
    for (const i64 size : shape) {
        if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes)) return false;
    }
    return true;
}

// Calls new_empty(*shape): torch parses separate sizes in half the time that it takes for a tuple.
PyObject* new_tensor(const Shape& shape, PyObject* new_empty) {
    if (shape.empty()) return PyObject_CallOneArg(new_empty, py::tuple().ptr());
    py::tuple sizes(shape.size());
    for (std::size_t i = 0; i < shape.size(); ++i) sizes[i] = py::int_(shape[i]);
    return PyObject_CallObject(new_empty, sizes.ptr());
}

}  // namespace

Operand DirectCall::keep(PyObject* fresh) {
    Operand made{};
    // The Python function meets the same exception.
    if (fresh == nullptr) PyErr_Clear();
    results_[count_] = py::reinterpret_steal<py::object>(fresh);
    require(fresh != nullptr && look(fresh, made));
    last_ = made;
    ++count_;
    return possible_ ? made : Operand{};
}

Operand DirectCall::empty_like(py::handle tensor, const Operand& like) {
    require(like.bytes() <= most_bytes);
    if (!possible_) return {};
    if (is_pooled(like.bytes())) return empty({like.shape, like.shape + like.ndim}, like.kind);
    return keep(PyObject_CallOneArg(torch->empty_like, tensor.ptr()));
}

Operand DirectCall::empty(const Shape& shape, ElementKind kind) {
    i64 bytes = 0;
    require(bytes_of(shape, kind.bits, bytes) && bytes <= most_bytes);
    if (!possible_) return {};
    if (is_pooled(bytes)) return keep(pooled_tensor(*torch->table, shape, kind).release().ptr());
    for (const ElementType& type : torch->types) {
        if (type.kind == kind) return keep(new_tensor(shape, type.new_empty));
    }
    possible_ = false;
    return {};
}

Operand DirectCall::empty_like_last() {
    if (!possible_) return {};
    return empty_like(results_[count_ - 1], last_);
}

Operand DirectCall::out_or_like(py::handle out, py::handle x, const Operand& like) {
    if (out.is_none()) return empty_like(x, like);
    const Operand to = tensor(out);
    require(to.same_kind(like));
    written_ = out;
    results_[count_++] = py::reinterpret_borrow<py::object>(out);
    return possible_ ? to : Operand{};
}

py::object DirectCall::finished() {
    if (written_) {
        // Tells autograd that the caller's tensor has changed.
        const py::tuple one = py::make_tuple(written_);
        PyObject* const done = PyObject_CallOneArg(torch->increment_version, one.ptr());
        if (done == nullptr) throw py::error_already_set();
        Py_DECREF(done);
    }
    if (count_ == 1) return std::move(results_[0]);
    py::tuple all(count_);
    for (std::size_t i = 0; i < count_; ++i) all[i] = std::move(results_[i]);
    return all;
}

py::object pooled_tensor_like(const Shape& shape, py::handle example) {
    dlpack::Tensor seen{};
    if (torch == nullptr) return py::none();
    if (torch->table->view(example.ptr(), &seen) != 0) throw py::error_already_set();
    i64 bytes = 0;
    if (!bytes_of(shape, seen.bits, bytes) || !is_pooled(bytes)) {
        throw py::value_error("shape must be that of a result that is pooled, got another");
    }
    return pooled_tensor(*torch->table, shape, {seen.code, seen.bits});
}

}  // namespace frontiers::bindings
