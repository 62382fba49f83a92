// Launches on the GPU; see launch.hpp.
#pragma once

#include <cuda_runtime_api.h>

#include <stdexcept>
#include <string>

namespace frontiers::cuda {

// Upper bound on the blocks of a launch: enough to fill any GPU for milliseconds. The grid strides
// over the rest.
inline constexpr i64 max_grid = i64{1} << 20;

inline void require_success(const char* kernel, cudaError_t status) {
    if (status == cudaSuccess) return;
    throw std::runtime_error(std::string(kernel) + ": CUDA refused the launch with " +
                             cudaGetErrorName(status) + ": " + cudaGetErrorString(status));
}

// Switches to the caller's device and restores the previous one on destruction.
class DeviceGuard {
  public:
    DeviceGuard(const char* kernel, int device) : before_(device) {
        require_success(kernel, cudaGetDevice(&before_));
        changed_ = before_ != device;
        if (changed_) require_success(kernel, cudaSetDevice(device));
    }
    ~DeviceGuard() {
        if (changed_) cudaSetDevice(before_);
    }
    DeviceGuard(const DeviceGuard&) = delete;
    DeviceGuard& operator=(const DeviceGuard&) = delete;

  private:
    int before_;
    bool changed_;
};

template <class Body>
__global__ void __launch_bounds__(threads_per_block)
    elements_kernel(const __grid_constant__ Body body, i64 n) {
    const i64 stride = static_cast<i64>(gridDim.x) * blockDim.x;
    for (i64 i = static_cast<i64>(blockIdx.x) * blockDim.x + threadIdx.x; i < n; i += stride) {
        body(i);
    }
}

template <class Body, int... phases>
FRONTIERS_DEVICE void run_phases(const Body& body, const WorkItem& item,
                                 typename Body::Shared& shared, typename Body::Local& local,
                                 std::integer_sequence<int, phases...>) {
    ((body.template run<phases>(item, shared, local), __syncthreads()), ...);
}

template <class Body>
inline constexpr int resident_blocks = 0;
template <class Body>
    requires(Body::resident > 0)
inline constexpr int resident_blocks<Body> = Body::resident;

template <class Body>
__global__ void __launch_bounds__(Body::threads, resident_blocks<Body>)
    tiles_kernel(const __grid_constant__ Body body, i64 tiles) {
    __shared__ typename Body::Shared shared;
    for (i64 tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
        typename Body::Local local;
        const i64 rounds = body.rounds();
        for (i64 round = 0; round < rounds; ++round) {
            run_phases(body, WorkItem{tile, round, static_cast<int>(threadIdx.x)}, shared, local,
                       std::make_integer_sequence<int, Body::phases>{});
            if constexpr (requires { body.done(shared); }) {
                const bool done = body.done(shared);
                __syncthreads();  // all threads have read `shared` before the next tile writes it
                if (done) break;
            }
        }
    }
}

inline unsigned int grid_for(i64 blocks) {
    return static_cast<unsigned int>(blocks < max_grid ? blocks : max_grid);
}

template <class Body>
void for_each(const char* kernel, i64 n, const Body& body, Stream stream) {
    if (n == 0) return;
    const DeviceGuard guard(kernel, stream.device);
    const unsigned int grid = grid_for((n + threads_per_block - 1) / threads_per_block);
    elements_kernel<<<grid, threads_per_block, 0, reinterpret_cast<cudaStream_t>(stream.handle)>>>(
        body, n);
    require_success(kernel, cudaGetLastError());
}

template <class Body>
void for_each_tile(const char* kernel, i64 tiles, const Body& body, Stream stream) {
    if (tiles == 0) return;
    const DeviceGuard guard(kernel, stream.device);
    tiles_kernel<<<grid_for(tiles), Body::threads, 0,
                   reinterpret_cast<cudaStream_t>(stream.handle)>>>(body, tiles);
    require_success(kernel, cudaGetLastError());
}

}  // namespace frontiers::cuda
