// The device that a module is compiled for. The CPU module and the CUDA module share the binding
// files, which call backend::K. Only the last argument differs: a number of threads, or a (device,
// stream) pair.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <utility>

#include "frontiers/platform.hpp"

namespace frontiers {

namespace cpu {}
namespace cuda {}

namespace bindings {

#if defined(FRONTIERS_CUDA_MODULE)

namespace backend = cuda;
using Execution = std::pair<int, std::uintptr_t>;

inline pybind11::arg execution_argument() { return pybind11::arg("stream"); }

inline cuda::Stream checked(const Execution& stream) {
    if (stream.first < 0) {
        throw pybind11::value_error("stream must be on device 0 or more, got device " +
                                    std::to_string(stream.first));
    }
    return {stream.first, stream.second};
}

#else

namespace backend = cpu;
using Execution = int;

inline pybind11::arg execution_argument() { return pybind11::arg("threads"); }

inline int checked(Execution threads) {
    if (threads < 1) {
        throw pybind11::value_error("threads must be 1 or more, got " + std::to_string(threads));
    }
    return threads;
}

#endif

}  // namespace bindings
}  // namespace frontiers
