// Numbers and words of a direct call; see direct.hpp.
#include <cmath>

#include "direct.hpp"

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

u64 DirectCall::whole(py::handle value, u64 most) {
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

i64 DirectCall::signed_whole(py::handle value) {
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

double DirectCall::length(py::handle value) {
    const double length = number(value);
    require(length >= 0.0 && length < HUGE_VAL);
    return length;
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

int DirectCall::choice(py::handle value, std::initializer_list<const char*> words) {
    require(PyUnicode_CheckExact(value.ptr()));
    if (!possible_) return 0;
    int place = 0;
    for (const char* word : words) {
        if (PyUnicode_CompareWithASCIIString(value.ptr(), word) == 0) return place;
        ++place;
    }
    possible_ = false;
    return 0;
}

KeepRule DirectCall::keep_rule(py::handle p, py::handle seed, py::handle sample) {
    const double drop = number(p);
    require(drop >= 0.0 && drop <= 1.0);
    const u64 key = whole(seed, ~u64{0});
    const u64 pass = whole(sample, 0xffffffffu);
    if (!possible_) return {};
    // To nearest, ties to even, as keep_threshold() in Python.
    return {static_cast<u64>(__builtin_rint((1.0 - drop) * 4294967296.0)), key,
            static_cast<u32>(pass)};
}

Granularity DirectCall::granularity(py::handle value, int ndim) {
    require(PyUnicode_CheckExact(value.ptr()));
    if (!possible_) return Granularity::element;
    if (PyUnicode_CompareWithASCIIString(value.ptr(), "element") == 0) return Granularity::element;
    require(ndim >= 2 && PyUnicode_CompareWithASCIIString(value.ptr(), "channel") == 0);
    return Granularity::channel;
}

i64 DirectCall::elements(py::handle shape) {
    if (PyLong_CheckExact(shape.ptr())) return static_cast<i64>(whole(shape, 1u << 31));
    require(PyTuple_Check(shape.ptr()));
    if (!possible_) return 0;
    i64 n = 1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(shape.ptr()) && possible_; ++i) {
        const i64 size = static_cast<i64>(whole(PyTuple_GET_ITEM(shape.ptr(), i), 1u << 31));
        // Beyond this the result is large anyhow, and no product overflows.
        if (__builtin_mul_overflow(n, size, &n)) possible_ = false;
    }
    return n;
}

}  // namespace frontiers::bindings
