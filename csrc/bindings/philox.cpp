#include "frontiers/philox.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

void bits(std::uintptr_t out, i64 n, u64 seed, u64 offset, u64 subsequence, int threads) {
    require_count("n", n);
    require_threads(threads);
    u32* to = pointer_from<u32>("out", out, 4 * n);
    py::gil_scoped_release release;
    cpu::fill_bits(to, n, seed, offset, subsequence, threads);
}

template <void (*Fill)(void*, DType, i64, u64, u64, int)>
void numbers(std::uintptr_t out, int dtype_code, i64 n, u64 seed, u64 offset, int threads) {
    const DType dtype = dtype_from(dtype_code);
    require_count("n", n);
    require_threads(threads);
    void* to = pointer_from<u8>("out", out, n);
    py::gil_scoped_release release;
    Fill(to, dtype, n, seed, offset, threads);
}

void integers(std::uintptr_t out, i64 width, i64 n, u64 low, u64 faces, u64 seed, u64 offset,
              int threads) {
    require_width(width);
    require_count("n", n);
    require_threads(threads);
    void* to = pointer_from<u8>("out", out, n);
    py::gil_scoped_release release;
    cpu::fill_integers(to, width, n, low, faces, seed, offset, threads);
}

}  // namespace

void register_philox(py::module_& module) {
    module.def("bits", bits, py::arg("out"), py::arg("n"), py::arg("seed"), py::arg("offset"),
               py::arg("subsequence"), py::arg("threads"));
    module.def("uniform", numbers<cpu::fill_uniform>, py::arg("out"), py::arg("dtype"),
               py::arg("n"), py::arg("seed"), py::arg("offset"), py::arg("threads"));
    module.def("normal", numbers<cpu::fill_normal>, py::arg("out"), py::arg("dtype"), py::arg("n"),
               py::arg("seed"), py::arg("offset"), py::arg("threads"));
    module.def("integers", integers, py::arg("out"), py::arg("width"), py::arg("n"), py::arg("low"),
               py::arg("faces"), py::arg("seed"), py::arg("offset"), py::arg("threads"));
    module.def(
        "philox_block",
        [](u64 counter, u64 subsequence, u64 seed) {
            const Block block = philox_block(counter, subsequence, seed);
            return py::make_tuple(block.word[0], block.word[1], block.word[2], block.word[3]);
        },
        py::arg("counter"), py::arg("subsequence"), py::arg("seed"));
}

}  // namespace frontiers::bindings
