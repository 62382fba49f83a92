// How the fast path reads numbers and words; see direct.hpp.
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

KeepRule DirectCall::keep_rule(py::handle p, py::handle seed, py::handle sample) {
    const double drop = number(p);
    require(drop >= 0.0 && drop <= 1.0);
    const u64 key = whole(seed, ~u64{0});
    const u64 pass = whole(sample, 0xffffffffu);
    if (!possible_) return {};
    // To nearest, ties to even, like keep_threshold() in Python.
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

}  // namespace frontiers::bindings
