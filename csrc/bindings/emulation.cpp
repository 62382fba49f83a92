// Sets the grid and the thread order of emulated launches, for tests.
#include "../cuda/launch.hpp"
#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {

void register_emulation(py::module_& module) {
    module.def(
        "set_launch",
        [](i64 max_grid, int threads, bool backwards) {
            if (max_grid < 1 || threads < 1) {
                throw py::value_error("a launch must have at least 1 block and thread, got " +
                                      std::to_string(max_grid) + " block(s) of " +
                                      std::to_string(threads) + " thread(s)");
            }
            cuda::emulated_launch() = {max_grid, threads, backwards};
        },
        py::arg("max_grid"), py::arg("threads"), py::arg("backwards"));
}

}  // namespace frontiers::bindings
