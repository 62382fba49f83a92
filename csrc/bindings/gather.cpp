#include "frontiers/gather.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// Indices given by their address (0 stands for all of them) and count.
GatherIndex index_from(const char* name, std::uintptr_t indices, i64 count, i64 size) {
    require_count(name, count);
    require_count(name, size);
    if (indices == 0 && count != 0 && count != size) {
        throw py::value_error(std::string(name) + " must have a count of " + std::to_string(size) +
                              " without indices, got " + std::to_string(count));
    }
    const GatherIndex index{pointer_from<const i64>(name, indices, 0), count, size};
#if !defined(FRONTIERS_CUDA_MODULE)
    if (const i64 invalid = first_invalid(index); invalid >= 0) {
        throw py::value_error(std::string(name) + " must hold ascending indices in [0, " +
                              std::to_string(size) + "), got " +
                              std::to_string(index.indices[invalid]) + " at position " +
                              std::to_string(invalid));
    }
#endif
    return index;
}

void gather(std::uintptr_t from, std::uintptr_t to, i64 width, std::uintptr_t row_indices, i64 rows,
            i64 from_rows, std::uintptr_t column_indices, i64 columns, i64 from_columns, i64 inner,
            bool from_columns_last, bool to_columns_last, Execution execution) {
    require_width(width);
    require_count("inner", inner);
    const GatherIndex row_index = index_from("outputs", row_indices, rows, from_rows);
    const GatherIndex column_index = index_from("inputs", column_indices, columns, from_columns);
    const auto run_on = checked(execution);
    const GatherCall call{pointer_from<const u8>("from", from, from_rows * from_columns * inner),
                          pointer_from<u8>("to", to, rows * columns * inner),
                          width,
                          row_index,
                          column_index,
                          inner,
                          from_columns_last,
                          to_columns_last};
    py::gil_scoped_release release;
    backend::gather(call, run_on);
}

}  // namespace

void register_gather(py::module_& module) {
    module.def("gather", gather, py::arg("from_"), py::arg("to"), py::arg("width"),
               py::arg("row_indices"), py::arg("rows"), py::arg("from_rows"),
               py::arg("column_indices"), py::arg("columns"), py::arg("from_columns"),
               py::arg("inner"), py::arg("from_columns_last"), py::arg("to_columns_last"),
               execution_argument());
}

}  // namespace frontiers::bindings
