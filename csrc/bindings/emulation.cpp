// Sets the grid and the thread order of emulated launches, for tests.
#include "../cuda/launch.hpp"
#include "arguments.hpp"
#include "register.hpp"

namespace frontiers::bindings {

void register_emulation(py::module_& module) {
    module.def(
        "set_launch",
        [](i64 largest_grid, int threads, bool backwards) {
            if (largest_grid < 1 || threads < 1) {
                throw py::value_error("set_launch: got " + std::to_string(largest_grid) +
                                      " block(s) of " + std::to_string(threads) +
                                      " thread(s), wanted at least 1 of each");
            }
            cuda::emulated_launch() = {largest_grid, threads, backwards};
        },
        py::arg("largest_grid"), py::arg("threads"), py::arg("backwards"));
}

}  // namespace frontiers::bindings
