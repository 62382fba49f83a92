#include "frontiers/gather.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// An index by its address (0: all places) and its length.
GatherIndex index_from(const char* name, std::uintptr_t places, i64 count, i64 size) {
    require_count(name, count);
    require_count(name, size);
    if (places == 0 && count != 0 && count != size) {
        throw py::value_error(std::string(name) + ": got no index but " + std::to_string(count) +
                              " places of " + std::to_string(size));
    }
    const GatherIndex index{pointer_from<const i64>(name, places, 0), count, size};
#if !defined(FRONTIERS_CUDA_MODULE)
    if (const i64 unfit = first_unfit(index); unfit >= 0) {
        throw py::value_error(std::string(name) + ": got " + std::to_string(index.places[unfit]) +
                              " as place " + std::to_string(unfit) +
                              ", wanted ascending places in [0, " + std::to_string(size) + ")");
    }
#endif
    return index;
}

void gather(std::uintptr_t from, std::uintptr_t to, i64 width, std::uintptr_t row_places, i64 rows,
            i64 from_rows, std::uintptr_t column_places, i64 columns, i64 from_columns, i64 inner,
            bool from_columns_last, bool to_columns_last, Execution execution) {
    require_width(width);
    require_count("inner", inner);
    const GatherIndex row_index = index_from("outputs", row_places, rows, from_rows);
    const GatherIndex column_index = index_from("inputs", column_places, columns, from_columns);
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
               py::arg("row_places"), py::arg("rows"), py::arg("from_rows"),
               py::arg("column_places"), py::arg("columns"), py::arg("from_columns"),
               py::arg("inner"), py::arg("from_columns_last"), py::arg("to_columns_last"),
               execution_argument());
}

}  // namespace frontiers::bindings
