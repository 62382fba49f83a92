// The state of the fast path, and how it looks at tensors; see direct.hpp.
#include "direct.hpp"

#include "register.hpp"

namespace frontiers::bindings {
namespace {

// What the fast path asks of torch. The references are never released.
struct Torch {
    const dlpack::ExchangeTable* table;
    PyTypeObject *tensor, *parameter;
    PyObject *empty, *empty_like, *large, *large_like;  // large ones: pooled
    PyObject *dtypes, *is_grad_enabled, *get_num_threads, *increment_version;
    PyObject *modes, *function_modes, *transforms;  // answer 0 or None where none is active
    PyObject* tracing;                              // answers whether torch.jit.trace records
    PyObject *requires_grad, *is_neg, *dtype_keyword;
    i64 smallest_pooled;
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
                is_false(ask(torch->tracing))) {
    if (possible_) recording_ = !is_false(ask(torch->is_grad_enabled));
}

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
    if (recording_ && !is_false(PyObject_GetAttr(value.ptr(), torch->requires_grad))) return false;
    // A tensor with the negative bit set does not hold its values.
    if (!is_false(PyObject_CallMethodNoArgs(value.ptr(), torch->is_neg))) return false;
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
    const bool large = like.bytes() >= torch->smallest_pooled;
    py::object fresh = py::reinterpret_steal<py::object>(
        PyObject_CallOneArg(large ? torch->large_like : torch->empty_like, tensor.ptr()));
    if (!fresh) throw py::error_already_set();
    made = this->tensor(fresh);
    return fresh;
}

py::object DirectCall::empty(py::handle shape, py::handle dtype, i64 elements, Operand& made) {
    if (!possible_) return py::none();
    // Elements have 8 bytes at most; outputs.empty compares the exact size.
    const bool large = elements >= torch->smallest_pooled / 8;
    PyObject* const arguments[] = {shape.ptr(), dtype.ptr()};
    const bool given = !dtype.is_none();
    py::object fresh = py::reinterpret_steal<py::object>(PyObject_Vectorcall(
        large ? torch->large : torch->empty, arguments, 1, given ? torch->dtype_keyword : nullptr));
    if (!fresh) throw py::error_already_set();
    made = this->tensor(fresh);
    require(made.n == elements);
    return fresh;
}

py::object DirectCall::dtype_of(const Operand& like) const {
    return py::reinterpret_borrow<py::object>(
        PyTuple_GET_ITEM(torch->dtypes, static_cast<int>(like.dtype)));
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
             const py::tuple& dtypes, i64 smallest_pooled) {
    const auto* const exchange = static_cast<const dlpack::ExchangeTable*>(
        PyCapsule_GetPointer(table.ptr(), dlpack::table_name));
    if (exchange == nullptr) throw py::error_already_set();
    if (exchange->major != dlpack::major_version || exchange->view == nullptr) return false;
    if (dtypes.size() != 4) throw py::value_error("dtypes: wanted one for each of the four codes");
    const auto function = [&](const char* name) {
        return py::object(functions[name]).release().ptr();
    };
    torch = new Torch{exchange,
                      reinterpret_cast<PyTypeObject*>(tensor.release().ptr()),
                      reinterpret_cast<PyTypeObject*>(parameter.release().ptr()),
                      function("empty"),
                      function("empty_like"),
                      function("large"),
                      function("large_like"),
                      py::tuple(dtypes).release().ptr(),
                      function("is_grad_enabled"),
                      function("get_num_threads"),
                      function("increment_version"),
                      function("modes"),
                      function("function_modes"),
                      function("transforms"),
                      function("tracing"),
                      PyUnicode_InternFromString("requires_grad"),
                      PyUnicode_InternFromString("is_neg"),
                      py::make_tuple("dtype").release().ptr(),
                      smallest_pooled};
    return true;
}

// Turns the fast path off until the next connect().
void disconnect() { torch = nullptr; }

void register_direct(py::module_& module) {
    module.def("connect", connect, py::arg("table"), py::arg("tensor"), py::arg("parameter"),
               py::arg("functions"), py::arg("dtypes"), py::arg("smallest_pooled"));
    module.def("disconnect", disconnect);
    register_direct_dropout(module);
    register_direct_gather(module);
    register_direct_steps(module);
}

}  // namespace frontiers::bindings
