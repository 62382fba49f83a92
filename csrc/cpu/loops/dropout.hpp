// Loop of dropout and mc_dropout: scale what the bits keep, zero the rest.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// 32 elements under the bits of one word.
template <bool stream, class T>
inline void apply_word(const T* x, T* out, u32 bits, ComputeOf<T> scale) {
    using L = Lanes<ComputeOf<T>>;
    fetch_ahead<32>(x);
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

// The bits of one stretch are drawn while the one before is applied, group by group in turns:
// drawing is arithmetic, applying waits for memory, and in turns the stores of the one drain during
// the other.
template <bool stream, class T>
void drop_elements_as(const T* x, T* out, i64 n, u64 first_block, const KeepRule& rule,
                      ComputeOf<T> scale) {
    constexpr i64 group = philox_lanes * lanes_per_block, words = 4 * philox_lanes;
    constexpr i64 stretch = groups_together * group, part = group / parts_per_group;
    u32 buffer[2][groups_together * words];
    i64 applied = 0;
    int current = 0;
    auto groups_of = [n](i64 begin) {
        const i64 length = n - begin < stretch ? n - begin : stretch;
        return (length + group - 1) / group;
    };
    auto apply = [&](i64 number) {
        const i64 begin = applied + number * part;
        const i64 left = n - begin;
        if (left <= 0) return;
        apply_words<stream>(x + begin, out + begin, buffer[current] + number * (part / 32),
                            left < part ? left : part, scale);
    };
    keep_groups(buffer[0], groups_of(0), first_block, rule, [](i64) {});
    for (; applied + stretch < n; applied += stretch, current = 1 - current) {
        const i64 next = applied + stretch, groups = groups_of(next);
        keep_groups(buffer[1 - current], groups,
                    first_block + static_cast<u64>(next / lanes_per_block), rule, apply);
        for (i64 number = parts_per_group * groups; number < parts_per_group * groups_together;
             ++number)
            apply(number);
    }
    for (i64 number = 0; number < parts_per_group * groups_of(applied); ++number) apply(number);
    if (stream) finish_stream();
}

template <class T>
void drop_elements_of(const void* x_void, void* out_void, i64 n, u64 first_block,
                      const KeepRule& rule, double scale_double, bool stream) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto scale = static_cast<ComputeOf<T>>(scale_double);
    stream ? drop_elements_as<true>(x, out, n, first_block, rule, scale)
           : drop_elements_as<false>(x, out, n, first_block, rule, scale);
}

void drop_elements(const void* x, void* out, DType dtype, i64 n, u64 first_block,
                   const KeepRule& rule, double scale, bool stream) {
    switch (dtype) {
        case DType::float32:
            return drop_elements_of<float>(x, out, n, first_block, rule, scale, stream);
        case DType::float64:
            return drop_elements_of<double>(x, out, n, first_block, rule, scale, stream);
        case DType::float16:
            return drop_elements_of<Half>(x, out, n, first_block, rule, scale, stream);
        case DType::bfloat16:
            return drop_elements_of<BFloat16>(x, out, n, first_block, rule, scale, stream);
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
