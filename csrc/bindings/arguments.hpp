// Shared by the bindings: conversion of addresses and dtype codes, and their checks.
//
// The Python layer has validated shapes, strides, dtypes and values with messages for users. These
// checks only keep a wrong call of the private module from accessing invalid memory.
#pragma once

#include <pybind11/pybind11.h>

#include <string>

#include "backend.hpp"
#include "frontiers/dropout.hpp"

namespace frontiers::bindings {

namespace py = pybind11;

inline DType dtype_from(int code) {
    if (code < 0 || code > 3) {
        throw py::value_error("dtype must be a code from 0 to 3, got " + std::to_string(code));
    }
    return static_cast<DType>(code);
}

// Integers of 1, 2, 4 or 8 bytes, signed or unsigned.
inline void require_width(i64 width) {
    if (width != 1 && width != 2 && width != 4 && width != 8) {
        throw py::value_error("width must be 1, 2, 4 or 8, got " + std::to_string(width));
    }
}

inline void require_count(const char* name, i64 value) {
    if (value < 0) {
        throw py::value_error(std::string(name) + " must be 0 or more, got " +
                              std::to_string(value));
    }
}

// Converts an address of `bytes` bytes; null is allowed only if `bytes` is 0.
template <class T>
T* pointer_from(const char* name, std::uintptr_t address, i64 bytes) {
    if (address == 0 && bytes > 0)
        throw py::value_error(std::string(name) + " must be an address, got null");
    if (address % alignof(T) != 0) {
        throw py::value_error(std::string(name) + ": the address is not aligned for its type");
    }
    return reinterpret_cast<T*>(address);
}

inline void require_threshold(u64 threshold) {
    if (threshold > (u64{1} << 32)) {
        throw py::value_error("threshold must be from 0 to 2^32, got " + std::to_string(threshold));
    }
}

inline KeepRule keep_rule(u64 threshold, u64 seed, u32 sample) {
    require_threshold(threshold);
    return {threshold, seed, sample};
}

inline Layout layout_from(i64 outer, i64 channels, i64 inner, bool pixel_major) {
    require_count("outer", outer);
    require_count("channels", channels);
    require_count("inner", inner);
    return {outer, channels, inner, pixel_major};
}

}  // namespace frontiers::bindings
