// How the fast path reads numbers and words; see direct.hpp.
#include <cmath>

#include "direct.hpp"
#include "direct_torch.hpp"

namespace frontiers::bindings {

double DirectCall::number(py::handle value) {
    if (PyFloat_CheckExact(value.ptr())) return PyFloat_AS_DOUBLE(value.ptr());
    require(PyLong_CheckExact(value.ptr()));
    if (!possible_) return 0.0;
    const double number = PyLong_AsDouble(value.ptr());
    if (PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        possible_ = false;
    }
    return number;
}

u64 DirectCall::unsigned_integer(py::handle value, u64 most) {
    require(PyLong_CheckExact(value.ptr()));
    if (!possible_) return 0;
    const u64 number = PyLong_AsUnsignedLongLong(value.ptr());
    if (PyErr_Occurred() != nullptr) {
        PyErr_Clear();
        possible_ = false;
    }
    require(number <= most);
    return number;
}

i64 DirectCall::integer(py::handle value) {
    require(PyLong_CheckExact(value.ptr()));
    if (!possible_) return 0;
    int overflow = 0;
    const i64 number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    require(overflow == 0);
    return number;
}

bool DirectCall::flag(py::handle value) {
    require(value.ptr() == Py_True || value.ptr() == Py_False);
    return value.ptr() == Py_True;
}

double DirectCall::nonnegative(py::handle value) {
    const double read = number(value);
    require(read >= 0.0 && read < HUGE_VAL);
    return read;
}

double DirectCall::fraction(py::handle value) {
    const double read = number(value);
    require(read >= 0.0 && read <= 1.0);
    return read;
}

Box DirectCall::box(py::handle bounds) {
    if (bounds.is_none()) return {-HUGE_VAL, HUGE_VAL};
    require(PyTuple_CheckExact(bounds.ptr()) && PyTuple_GET_SIZE(bounds.ptr()) == 2);
    if (!possible_) return {};
    const Box box{number(PyTuple_GET_ITEM(bounds.ptr(), 0)),
                  number(PyTuple_GET_ITEM(bounds.ptr(), 1))};
    require(box.low <= box.high);
    return box;
}

int DirectCall::word(py::handle value, std::initializer_list<const char*> words) {
    require(PyUnicode_CheckExact(value.ptr()));
    if (!possible_) return 0;
    int index = 0;
    for (const char* const word : words) {
        if (PyUnicode_CompareWithASCIIString(value.ptr(), word) == 0) return index;
        ++index;
    }
    possible_ = false;
    return 0;
}

i64 DirectCall::first_element(py::handle value) {
    return static_cast<i64>(unsigned_integer(value, (u64{1} << 62) - 1));
}

i64 DirectCall::passes(py::handle value, u64 most) {
    const u64 passes = unsigned_integer(value, most);
    require(passes >= 1);
    return static_cast<i64>(passes);
}

KeepRule DirectCall::keep_rule(py::handle p, py::handle seed, py::handle sample) {
    const double drop = fraction(p);
    const u64 key = unsigned_integer(seed), pass = unsigned_integer(sample, 0xffffffffu);
    if (!possible_) return {};
    // To nearest, ties to even, like keep_threshold() in Python.
    return {static_cast<u64>(__builtin_rint((1.0 - drop) * 4294967296.0)), key,
            static_cast<u32>(pass)};
}

Granularity DirectCall::granularity(py::handle value, int ndim) {
    const bool by_channel = word(value, {"element", "channel"}) == 1;
    require(!by_channel || ndim >= 2);
    return by_channel ? Granularity::channel : Granularity::element;
}

int DirectCall::dimension(py::handle value, int ndim) {
    const i64 dimension = integer(value);
    require(dimension >= -ndim && dimension < ndim);
    if (!possible_) return 0;
    return static_cast<int>(dimension < 0 ? dimension + ndim : dimension);
}

Shape DirectCall::shape(py::handle value) {
    // More elements are not a small call.
    constexpr u64 most = u64{1} << 28;
    if (PyLong_CheckExact(value.ptr())) return {static_cast<i64>(unsigned_integer(value, most))};
    require(PyTuple_Check(value.ptr()));
    if (!possible_) return {};
    Shape sizes(static_cast<std::size_t>(PyTuple_GET_SIZE(value.ptr())));
    u64 n = 1;
    for (std::size_t i = 0; i < sizes.size() && possible_; ++i) {
        const u64 size =
            unsigned_integer(PyTuple_GET_ITEM(value.ptr(), static_cast<Py_ssize_t>(i)), most);
        sizes[i] = static_cast<i64>(size);
        n *= size == 0 ? 1 : size;
        require(n <= most);
    }
    return sizes;
}

ElementKind DirectCall::kind(py::handle dtype) {
    if (!possible_) return {};
    const auto wanted = dtype.is_none()
                            ? py::reinterpret_steal<py::object>(ask(torch->default_dtype))
                            : py::reinterpret_borrow<py::object>(dtype);
    for (const ElementType& type : torch->types) {
        if (type.dtype == wanted.ptr()) return type.kind;
    }
    possible_ = false;
    return {};
}

}  // namespace frontiers::bindings
