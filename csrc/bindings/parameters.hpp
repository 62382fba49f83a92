// Parameters that are one number, or one per sample, per channel or both.
#pragma once

#include <pybind11/stl.h>

#include <tuple>
#include <variant>

#include "arguments.hpp"
#include "frontiers/parameters.hpp"

namespace frontiers::bindings {

// (address of the doubles on the device that computes, stride by outer index, stride by channel)
using ParameterAddress = std::tuple<std::uintptr_t, i64, i64>;
using Parameter = std::variant<double, ParameterAddress>;

inline ParameterArray parameter_array(const char* name, const Parameter& parameter) {
    if (const double* value = std::get_if<double>(&parameter)) return same_everywhere(*value);
    const auto& [address, outer_stride, channel_stride] = std::get<ParameterAddress>(parameter);
    require_count(name, outer_stride);
    require_count(name, channel_stride);
    return {pointer_from<const double>(name, address, 8), outer_stride, channel_stride, 0.0};
}

}  // namespace frontiers::bindings
