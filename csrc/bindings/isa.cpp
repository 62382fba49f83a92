// Selects the instruction set of the calling thread's kernels.
#include "../cpu/isa.hpp"

#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {

void register_isa(py::module_& module) {
    module.def("isa", [] { return cpu::isa().name; });
    module.def("available_isas", [] {
        py::list names;
        for (const char* const* name = cpu::available_isas(); *name != nullptr; ++name) {
            names.append(*name);
        }
        return py::tuple(names);
    });
    module.def(
        "choose_isa", [](const char* name) { return cpu::choose_isa(name); },
        py::arg("name").none(true));
}

}  // namespace frontiers::bindings
