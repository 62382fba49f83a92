#include "frontiers/philox.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void bits(std::uintptr_t out, i64 n, u64 seed, u64 offset, u64 subsequence, Execution execution) {
    require_count("n", n);
    const auto run_on = checked(execution);
    u32* to = pointer_from<u32>("out", out, 4 * n);
    py::gil_scoped_release release;
    backend::fill_bits(to, n, seed, offset, subsequence, run_on);
}

template <auto Fill>
void numbers(std::uintptr_t out, int dtype_code, i64 n, u64 seed, u64 offset, Execution execution) {
    const DType dtype = dtype_from(dtype_code);
    require_count("n", n);
    const auto run_on = checked(execution);
    void* to = pointer_from<u8>("out", out, n);
    py::gil_scoped_release release;
    Fill(to, dtype, n, seed, offset, run_on);
}

void integers(std::uintptr_t out, i64 width, i64 n, u64 low, u64 faces, u64 seed, u64 offset,
              Execution execution) {
    require_width(width);
    require_count("n", n);
    const auto run_on = checked(execution);
    void* to = pointer_from<u8>("out", out, n);
    py::gil_scoped_release release;
    backend::fill_integers(to, width, n, low, faces, seed, offset, run_on);
}

}  // namespace

void register_philox(py::module_& module) {
    module.def("bits", bits, py::arg("out"), py::arg("n"), py::arg("seed"), py::arg("offset"),
               py::arg("subsequence"), execution_argument());
    module.def("uniform", numbers<backend::fill_uniform>, py::arg("out"), py::arg("dtype"),
               py::arg("n"), py::arg("seed"), py::arg("offset"), execution_argument());
    module.def("normal", numbers<backend::fill_normal>, py::arg("out"), py::arg("dtype"),
               py::arg("n"), py::arg("seed"), py::arg("offset"), execution_argument());
    module.def("integers", integers, py::arg("out"), py::arg("width"), py::arg("n"), py::arg("low"),
               py::arg("faces"), py::arg("seed"), py::arg("offset"), execution_argument());
    module.def(
        "philox_block",
        [](u64 counter, u64 subsequence, u64 seed) {
            const Block block = philox_block(counter, subsequence, seed);
            return py::make_tuple(block.word[0], block.word[1], block.word[2], block.word[3]);
        },
        py::arg("counter"), py::arg("subsequence"), py::arg("seed"));
    py::dict streams;
    for (const StreamRow& row : stream_rows)
        streams[row.name] = py::make_tuple(row.first, row.count);
    module.attr("streams") = streams;
}

}  // namespace frontiers::bindings
