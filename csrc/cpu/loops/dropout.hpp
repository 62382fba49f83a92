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

template <class T>
void apply_bits_as(const void* x_void, void* out_void, const u32* bits, i64 n, double scale_double,
                   bool stream) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto scale = static_cast<ComputeOf<T>>(scale_double);
    i64 i = 0;
    if (stream) {
        for (; i + 32 <= n; i += 32) apply_word<true>(x + i, out + i, bits[i / 32], scale);
        finish_stream();
    } else {
        for (; i + 32 <= n; i += 32) apply_word<false>(x + i, out + i, bits[i / 32], scale);
    }
    for (; i < n; ++i) out[i] = drop_or_scale(x[i], (bits[i / 32] >> (i % 32)) & 1u, scale);
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
