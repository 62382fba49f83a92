// The state of the fast path, and how it looks at tensors; see direct.hpp.
#include "direct.hpp"

#include <pybind11/stl.h>

#include <utility>

#include "register.hpp"

namespace frontiers::bindings {
namespace {

// What the fast path asks of torch. The references are never released.
struct Torch {
    const dlpack::ExchangeTable* table;
    PyTypeObject *tensor, *parameter;
    PyObject *empty, *empty_like;
    PyObject* dtypes;
    PyObject *is_grad_enabled, *get_num_threads, *increment_version;
    PyObject *modes, *function_modes, *transforms;  // answer 0 or None where none is active
    PyObject* tracing;                              // answers whether torch.jit.trace records
    PyObject *forward_ad, *current_level;           // a module and its number: -1 where no
                                                    // tensor has a tangent
    PyObject *requires_grad, *is_neg, *dtype_keyword;
};

const Torch* torch = nullptr;

// nullptr after an exception, which is cleared: the Python function will meet it again.
PyObject* ask(PyObject* function) {
    PyObject* const answer = PyObject_CallNoArgs(function);
    if (answer == nullptr) PyErr_Clear();
    return answer;
}

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

bool floating_type(const dlpack::Tensor& tensor, DType& dtype) {
    if (tensor.code == dlpack::brain && tensor.bits == 16) {
        dtype = DType::bfloat16;
        return true;
    }
    if (tensor.code != dlpack::floating) return false;
    dtype = tensor.bits == 32   ? DType::float32
            : tensor.bits == 64 ? DType::float64
                                : DType::float16;
    return tensor.bits == 16 || tensor.bits == 32 || tensor.bits == 64;
}

// False if there is no such tensor: a negative size, or more bytes than can be counted.
bool bytes_of(const std::vector<i64>& shape, int bits, i64& bytes) {
    bytes = bits / 8;
    for (const i64 size : shape) {
        if (size < 0 || __builtin_mul_overflow(bytes, size, &bytes)) return false;
    }
    return true;
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

bool Operand::same_kind(const Operand& other) const {
    if (code != other.code || bits != other.bits || ndim != other.ndim) return false;
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

int DirectCall::threads(i64 bytes) const {
    if (bytes < shared_bytes) return 1;
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
    to = {static_cast<u8*>(seen.data) + seen.byte_offset,
          seen.shape,
          seen.ndim,
          0,
          DType::float32,
          false,
          seen.code,
          seen.bits};
    to.floating = floating_type(seen, to.dtype);
    return seen.device_type == dlpack::cpu && seen.lanes == 1 && contiguous(seen, to.n) &&
           (seen.data != nullptr || to.n == 0);
}

Operand DirectCall::tensor(py::handle value) {
    Operand read{};
    possible_ = view(value, read);
    return read;
}

Operand DirectCall::floating(py::handle value) {
    const Operand read = tensor(value);
    require(read.floating);
    return read;
}

py::object DirectCall::empty_like(py::handle tensor, const Operand& like, Operand& made) {
    if (!possible_) return py::none();
    return made_now(
        is_pooled(like.bytes())
            ? pooled_tensor(*torch->table, {like.shape, like.shape + like.ndim}, like.kind())
            : py::reinterpret_steal<py::object>(
                  PyObject_CallOneArg(torch->empty_like, tensor.ptr())),
        made);
}

py::object DirectCall::empty(const std::vector<i64>& shape, const Operand& like, Operand& made) {
    if (!possible_) return py::none();
    i64 bytes = 0;
    require(bytes_of(shape, like.bits, bytes));
    if (!possible_) return py::none();
    if (is_pooled(bytes)) return made_now(pooled_tensor(*torch->table, shape, like.kind()), made);
    const py::tuple sizes = py::cast(shape);
    PyObject* const dtype = PyTuple_GET_ITEM(torch->dtypes, static_cast<int>(like.dtype));
    PyObject* const arguments[] = {sizes.ptr(), dtype};
    return made_now(py::reinterpret_steal<py::object>(
                        PyObject_Vectorcall(torch->empty, arguments, 1, torch->dtype_keyword)),
                    made);
}

py::object DirectCall::made_now(py::object fresh, Operand& made) {
    if (!fresh) throw py::error_already_set();
    require(look(fresh, made));
    return fresh;
}

py::object DirectCall::out_or_like(py::handle out, py::handle x, const Operand& like,
                                   Operand& made) {
    if (out.is_none()) return empty_like(x, like, made);
    made = tensor(out);
    require(made.same_kind(like));
    return py::reinterpret_borrow<py::object>(out);
}

void DirectCall::written(py::handle out) const {
    if (out.is_none()) return;
    PyObject* const one = PyTuple_Pack(1, out.ptr());
    PyObject* const done =
        one == nullptr ? nullptr : PyObject_CallOneArg(torch->increment_version, one);
    Py_XDECREF(one);
    if (done == nullptr) throw py::error_already_set();
    Py_DECREF(done);
}

// Stores what the fast path needs of torch. False if its exchange table has another major version.
bool connect(py::capsule table, py::type tensor, py::type parameter, const py::dict& functions,
             const py::tuple& dtypes) {
    const auto* const exchange = static_cast<const dlpack::ExchangeTable*>(
        PyCapsule_GetPointer(table.ptr(), dlpack::table_name));
    if (exchange == nullptr) throw py::error_already_set();
    if (exchange->major != dlpack::major_version || exchange->view == nullptr) return false;
    if (dtypes.size() != 4) throw py::value_error("dtypes must be one for each of the four codes");
    const auto function = [&](const char* name) {
        return py::object(functions[name]).release().ptr();
    };
    torch = new Torch{exchange,
                      reinterpret_cast<PyTypeObject*>(tensor.release().ptr()),
                      reinterpret_cast<PyTypeObject*>(parameter.release().ptr()),
                      function("empty"),
                      function("empty_like"),
                      py::tuple(dtypes).release().ptr(),
                      function("is_grad_enabled"),
                      function("get_num_threads"),
                      function("increment_version"),
                      function("modes"),
                      function("function_modes"),
                      function("transforms"),
                      function("tracing"),
                      function("forward_ad"),
                      PyUnicode_InternFromString("_current_level"),
                      PyUnicode_InternFromString("requires_grad"),
                      PyUnicode_InternFromString("is_neg"),
                      py::make_tuple("dtype").release().ptr()};
    return true;
}

// A tensor of a pooled size with the dtype of an example; None without the exchange table.
py::object pooled_tensor_like(std::vector<i64> shape, py::handle example) {
    dlpack::Tensor seen{};
    if (torch == nullptr) return py::none();
    if (torch->table->view(example.ptr(), &seen) != 0) throw py::error_already_set();
    i64 bytes = 0;
    if (!bytes_of(shape, seen.bits, bytes) || !is_pooled(bytes)) {
        throw py::value_error("shape must be that of a result that is pooled, got another");
    }
    return pooled_tensor(*torch->table, std::move(shape), {seen.code, seen.bits});
}

// Turns the fast path off until the next connect().
void disconnect() { torch = nullptr; }

void register_direct(py::module_& module) {
    module.def("connect", connect, py::arg("table"), py::arg("tensor"), py::arg("parameter"),
               py::arg("functions"), py::arg("dtypes"));
    module.def("pooled_tensor", pooled_tensor_like, py::arg("shape"), py::arg("example"));
    module.def("disconnect", disconnect);
    register_direct_dropout(module);
    register_direct_gather(module);
    register_direct_steps(module);
}

}  // namespace frontiers::bindings
