// What every kernel header needs to know about the machine: integer names, the element types, where
// a kernel runs, and the macros that let the same body compile for the host and for CUDA.
//
// FRONTIERS_HD functions have internal linkage on purpose. The CPU loops are compiled several times
// with different instruction sets; were these functions ordinary `inline`, the linker would keep
// one copy of each, perhaps the AVX-512 one, and hand it to a machine that cannot run it.
//
// FRONTIERS_DEVICE marks what only a CUDA kernel calls. Compiled for the emulation of a launch on
// the host it is ordinary C++.
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

// Element types, numbered as the Python side numbers them.
enum class DType : int { float32 = 0, float64 = 1, float16 = 2, bfloat16 = 3 };

FRONTIERS_HD constexpr i64 size_of(DType dtype) {
    return dtype == DType::float32 ? 4 : dtype == DType::float64 ? 8 : 2;
}

namespace cuda {

// Where a kernel runs: the caller's device, and its stream (a cudaStream_t) as a number. CUDA entry
// points only launch: they neither wait nor allocate, so they can be captured into a CUDA graph.
struct Stream {
    int device;
    std::uintptr_t handle;
};

}  // namespace cuda

}  // namespace frontiers
