// Loop of dropout and mc_dropout: scale what the bits keep, zero the rest.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

template <class T>
void apply_bits_as(const void* x_void, void* out_void, const u32* bits, i64 n, double scale_double,
                   bool stream) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto scale = static_cast<ComputeOf<T>>(scale_double);
    i64 i = 0;
    for (; i + 32 <= n; i += 32) apply_word(x + i, out + i, bits[i / 32], scale, stream);
    for (; i < n; ++i) out[i] = drop_or_scale(x[i], (bits[i / 32] >> (i % 32)) & 1u, scale);
    if (stream) finish_stream();
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
