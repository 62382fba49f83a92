// Definitions every kernel header needs: integer names, element types, CUDA streams, and macros
// that let one body compile for the host and for CUDA.
//
// FRONTIERS_HD functions have internal linkage on purpose. The CPU loops are compiled several times
// for different instruction sets. For ordinary `inline` functions the linker would keep a single
// copy, possibly the AVX-512 one, which then crashes on a machine without AVX-512.
//
// FRONTIERS_DEVICE marks functions that only CUDA kernels call. In the emulation of launches on the
// host they are ordinary C++.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define FRONTIERS_HD [[maybe_unused]] __host__ __device__ static __forceinline__
#define FRONTIERS_DEVICE __device__ __forceinline__
#define FRONTIERS_UNROLL _Pragma("unroll")
#define FRONTIERS_KEEP_ROLLED _Pragma("unroll 1")
#else
#if defined(__GNUC__)
#define FRONTIERS_HD [[gnu::always_inline, maybe_unused]] static inline
#else
#define FRONTIERS_HD static inline
#endif
#define FRONTIERS_DEVICE inline
#define FRONTIERS_UNROLL
#define FRONTIERS_KEEP_ROLLED
#endif

namespace frontiers {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i32 = std::int32_t;
using i64 = std::int64_t;

// Element types, with the numbers the Python side uses.
enum class DType : int { float32 = 0, float64 = 1, float16 = 2, bfloat16 = 3 };

FRONTIERS_HD constexpr i64 size_of(DType dtype) {
    return dtype == DType::float32 ? 4 : dtype == DType::float64 ? 8 : 2;
}

namespace cuda {

// Where a kernel runs: a device and the caller's stream (a cudaStream_t as an integer). CUDA entry
// points only launch kernels. They never wait or allocate, so they can be captured into a CUDA
// graph.
struct Stream {
    int device;
    std::uintptr_t handle;
};

}  // namespace cuda

}  // namespace frontiers
