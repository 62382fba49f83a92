// The extension's table of contents: one register_* call per kernel.
#include <pybind11/pybind11.h>

PYBIND11_MODULE(_core, module) { module.doc() = "Compiled kernels of pyfrontiers."; }
