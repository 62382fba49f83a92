#include "frontiers/sample_transforms.hpp"

#include <pybind11/stl.h>

#include <array>

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void sample_transforms(std::uintptr_t table, i64 count, i64 channels,
                       const std::array<std::pair<double, double>, parameter_count>& limits,
                       u64 seed, u32 first_sample, Execution execution) {
    require_count("count", count);
    require_count("channels", channels);
    const auto run_on = checked(execution);
    double* to = pointer_from<double>("table", table, count);
    Ranges ranges{};
    for (int i = 0; i < parameter_count; ++i) {
        ranges.low[i] = limits[static_cast<std::size_t>(i)].first;
        ranges.high[i] = limits[static_cast<std::size_t>(i)].second;
    }
    py::gil_scoped_release release;
    backend::sample_transforms(to, count, channels, ranges, seed, first_sample, run_on);
}

}  // namespace

void register_sample_transforms(py::module_& module) {
    module.def("sample_transforms", sample_transforms, py::arg("table"), py::arg("count"),
               py::arg("channels"), py::arg("ranges"), py::arg("seed"), py::arg("first_sample"),
               execution_argument());
}

}  // namespace frontiers::bindings
