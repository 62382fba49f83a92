#include "../cpu/pages.hpp"

#include <cstdint>

#include "register.hpp"

namespace frontiers::bindings {

void register_pages(pybind11::module_& module) {
    module.def(
        "prefer_huge_pages",
        [](std::uintptr_t start, std::size_t size) {
            cpu::prefer_huge_pages(reinterpret_cast<void*>(start), size);
        },
        pybind11::arg("start"), pybind11::arg("size"));
}

}  // namespace frontiers::bindings
