// Loops of mc_dropout_mean: a carry-save adder over bit strings, and the loop that applies the
// counts.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

void add_masks(u32* __restrict sum, const u32* __restrict a, const u32* __restrict b,
               u32* __restrict carry, i64 words) {
    for (i64 w = 0; w < words; ++w) carry[w] = add_lanes(sum[w], a[w], b[w]);
}

// Loads 32 elements in the compute type.
template <class T>
inline void load_word(ComputeOf<T>* to, const T* from) {
    using L = Lanes<ComputeOf<T>>;
    if constexpr (L::width == 1) {
        for (int i = 0; i < 32; ++i) to[i] = Scalar<T>::load(from[i]);
    } else {
        for (i64 i = 0; i < 32; i += L::width) L::store(to + i, L::load(from + i));
    }
}

template <class T>
inline void store_word(T* to, const ComputeOf<T>* from) {
    using L = Lanes<ComputeOf<T>>;
    if constexpr (L::width == 1) {
        for (int i = 0; i < 32; ++i) to[i] = Scalar<T>::store(from[i]);
    } else {
        for (i64 i = 0; i < 32; i += L::width) L::store(to + i, L::load(from + i));
    }
}

template <class T>
void apply_counts_as(const void* x_void, void* out_void, const u32* const* planes, int digits,
                     i64 n, double scale_double, double samples_double) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto scale = static_cast<ComputeOf<T>>(scale_double);
    const auto samples = static_cast<ComputeOf<T>>(samples_double);
    for (i64 first = 0; first < n; first += 32) {
        u32 kept[32] = {};
        for (int k = 0; k < digits; ++k) {
            const u32 word = planes[k][first / 32];
            for (u32 i = 0; i < 32; ++i) kept[i] |= (word >> i & 1u) << k;
        }
        ComputeOf<T> value[32];
        T last[32] = {};
        const i64 left = n - first;
        prefetch<32>(x + first);
        for (i64 i = 0; left < 32 && i < left; ++i) last[i] = x[first + i];
        load_word<T>(value, left < 32 ? last : x + first);
        for (int i = 0; i < 32; ++i) {
            value[i] = scale_by_count(value[i], kept[i], scale, samples);
        }
        store_word<T>(left < 32 ? last : out + first, value);
        for (i64 i = 0; left < 32 && i < left; ++i) out[first + i] = last[i];
    }
}

void apply_counts(const void* x, void* out, DType dtype, const u32* const* planes, int digits,
                  i64 n, double scale, double samples) {
    switch (dtype) {
        case DType::float32:
            return apply_counts_as<float>(x, out, planes, digits, n, scale, samples);
        case DType::float64:
            return apply_counts_as<double>(x, out, planes, digits, n, scale, samples);
        case DType::float16:
            return apply_counts_as<Half>(x, out, planes, digits, n, scale, samples);
        case DType::bfloat16:
            return apply_counts_as<BFloat16>(x, out, planes, digits, n, scale, samples);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
