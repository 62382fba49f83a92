// Loop of dropout and mc_dropout: scale what the bits keep, zero the rest.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// 32 elements under the bits of one word.
template <bool stream, class T>
inline void apply_word(const T* x, T* out, u32 bits, ComputeOf<T> scale) {
    using L = Lanes<ComputeOf<T>>;
    if constexpr (L::width == 1) {
        for (int i = 0; i < 32; ++i) out[i] = drop_or_scale(x[i], (bits >> i) & 1u, scale);
    } else {
        for (i64 i = 0; i < 32; i += L::width) {
            const auto kept = L::keep_scaled(bits >> i, L::load(x + i), L::set(scale));
            stream ? L::stream(out + i, kept) : L::store(out + i, kept);
        }
    }
}

template <bool stream, class T>
inline void apply_words(const T* x, T* out, const u32* bits, i64 n, ComputeOf<T> scale) {
    i64 i = 0;
    for (; i + 32 <= n; i += 32) apply_word<stream>(x + i, out + i, bits[i / 32], scale);
    for (; i < n; ++i) out[i] = drop_or_scale(x[i], (bits[i / 32] >> (i % 32)) & 1u, scale);
}

template <class T>
void apply_bits_as(const void* x_void, void* out_void, const u32* bits, i64 n, double scale_double,
                   bool stream) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto scale = static_cast<ComputeOf<T>>(scale_double);
    if (stream) {
        apply_words<true>(x, out, bits, n, scale);
        finish_stream();
    } else {
        apply_words<false>(x, out, bits, n, scale);
    }
}

template <class T>
void drop_elements_as(const void* x_void, void* out_void, i64 n, u64 first_block,
                      const KeepRule& rule, double scale_double, bool stream) {
    constexpr i64 group = philox_lanes * lanes_per_block;
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto scale = static_cast<ComputeOf<T>>(scale_double);
    u32 bits[4 * philox_lanes];
    for (i64 done = 0; done < n; done += group) {
        keep_group(bits, first_block + static_cast<u64>(done / lanes_per_block), rule);
        const i64 length = n - done < group ? n - done : group;
        if (stream) {
            apply_words<true>(x + done, out + done, bits, length, scale);
        } else {
            apply_words<false>(x + done, out + done, bits, length, scale);
        }
    }
    if (stream) finish_stream();
}

void drop_elements(const void* x, void* out, DType dtype, i64 n, u64 first_block,
                   const KeepRule& rule, double scale, bool stream) {
    switch (dtype) {
        case DType::float32:
            return drop_elements_as<float>(x, out, n, first_block, rule, scale, stream);
        case DType::float64:
            return drop_elements_as<double>(x, out, n, first_block, rule, scale, stream);
        case DType::float16:
            return drop_elements_as<Half>(x, out, n, first_block, rule, scale, stream);
        case DType::bfloat16:
            return drop_elements_as<BFloat16>(x, out, n, first_block, rule, scale, stream);
    }
}

void apply_bits(const void* x, void* out, DType dtype, const u32* bits, i64 n, double scale,
                bool stream) {
    switch (dtype) {
        case DType::float32:
            return apply_bits_as<float>(x, out, bits, n, scale, stream);
        case DType::float64:
            return apply_bits_as<double>(x, out, bits, n, scale, stream);
        case DType::float16:
            return apply_bits_as<Half>(x, out, bits, n, scale, stream);
        case DType::bfloat16:
            return apply_bits_as<BFloat16>(x, out, bits, n, scale, stream);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
