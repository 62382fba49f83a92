// Element types and conversions. float16 and bfloat16 are stored as 16 bits and computed in
// float32; a result is rounded to storage once, to nearest with ties to even. NaN stays NaN, with
// an unspecified payload.
#pragma once

#include <cmath>

#include "frontiers/platform.hpp"

namespace frontiers {

struct Half {
    u16 bits;
};

struct BFloat16 {
    u16 bits;
};

template <class To, class From>
FRONTIERS_HD To bit_copy(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    __builtin_memcpy(&to, &from, sizeof(to));
    return to;
}

// On a GPU each 16-bit conversion is one instruction, with the same results as the bit arithmetic
// used elsewhere.

FRONTIERS_HD float half_to_float(u16 half) {
#if defined(__CUDA_ARCH__)
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half));
    return value;
#else
    const u32 sign = static_cast<u32>(half & 0x8000u) << 16;
    const u32 magnitude = half & 0x7fffu;
    // Subnormals and zero are magnitude * 2^-24, which is exact in float32.
    const float small = static_cast<float>(static_cast<i32>(magnitude)) * 5.9604644775390625e-8f;
    const u32 special = magnitude >= 0x7c00u ? 0x38000000u : 0u;
    const u32 normal = (magnitude << 13) + 0x38000000u + special;
    const u32 value = magnitude < 0x0400u ? bit_copy<u32>(small) : normal;
    return bit_copy<float>(value | sign);
#endif
}

FRONTIERS_HD u16 float_to_half(float value) {
#if defined(__CUDA_ARCH__)
    u16 half;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(value));
    return half;
#else
    const u32 bits = bit_copy<u32>(value);
    const u32 sign = (bits >> 16) & 0x8000u;
    const u32 magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) return static_cast<u16>(sign | 0x7e00u);
    if (magnitude >= 0x477ff000u) return static_cast<u16>(sign | 0x7c00u);
    if (magnitude < 0x38800000u) {
        // Adding 0.5 leaves only the 2^-24 grid of the subnormals, so the hardware rounds to it.
        const float shifted = bit_copy<float>(magnitude) + 0.5f;
        return static_cast<u16>(sign | (bit_copy<u32>(shifted) - 0x3f000000u));
    }
    const u32 rounded = magnitude + 0x0fffu + ((magnitude >> 13) & 1u);
    return static_cast<u16>(sign | ((rounded - 0x38000000u) >> 13));
#endif
}

FRONTIERS_HD float bfloat16_to_float(u16 bits) {
    return bit_copy<float>(static_cast<u32>(bits) << 16);
}

FRONTIERS_HD u16 float_to_bfloat16(float value) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    u16 brain;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(brain) : "f"(value));
    return brain;
#else
    const u32 bits = bit_copy<u32>(value);
    const u32 rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return static_cast<u16>((bits & 0x7fffffffu) > 0x7f800000u ? 0x7fc0u : rounded);
#endif
}

// Scalar<T>: the type that a stored T is computed in, and the conversions.
template <class T>
struct Scalar {
    using Compute = T;
    FRONTIERS_HD T load(T value) { return value; }
    FRONTIERS_HD T store(T value) { return value; }
};

template <>
struct Scalar<Half> {
    using Compute = float;
    FRONTIERS_HD float load(Half value) { return half_to_float(value.bits); }
    FRONTIERS_HD Half store(float value) { return Half{float_to_half(value)}; }
};

template <>
struct Scalar<BFloat16> {
    using Compute = float;
    FRONTIERS_HD float load(BFloat16 value) { return bfloat16_to_float(value.bits); }
    FRONTIERS_HD BFloat16 store(float value) { return BFloat16{float_to_bfloat16(value)}; }
};

template <class T>
using ComputeOf = typename Scalar<T>::Compute;

// Calls work(T{}) with the element type T of `dtype`.
template <class Work>
void with_scalar(DType dtype, const Work& work) {
    switch (dtype) {
        case DType::float32:
            return work(float{});
        case DType::float64:
            return work(double{});
        case DType::float16:
            return work(Half{});
        case DType::bfloat16:
            return work(BFloat16{});
    }
}

// Calls work(T{}) with the unsigned integer type T of `width` bytes: 1, 2, 4 or 8.
template <class Work>
void with_integer(i64 width, const Work& work) {
    switch (width) {
        case 1:
            return work(u8{});
        case 2:
            return work(u16{});
        case 4:
            return work(u32{});
        default:
            return work(u64{});
    }
}

}  // namespace frontiers
