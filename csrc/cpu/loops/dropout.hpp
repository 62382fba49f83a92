// Loops of dropout and mc_dropout: scale the kept elements, zero the rest.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// 32 elements with the keep bits of one word.
template <bool stream, class T>
inline void apply_word(const T* x, T* out, u32 bits, ComputeOf<T> scale) {
    using L = Lanes<ComputeOf<T>>;
    prefetch<32>(x);
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
        store_fence();
    } else {
        apply_words<false>(x, out, bits, n, scale);
    }
}

// Draws the bits of one batch of blocks while applying those of the batch before, in alternating
// parts: drawing is compute-bound and applying is memory-bound, so stores drain while the next bits
// are computed. The last batch of a pass overlaps with the first one of the next pass.
template <bool stream, class T>
void drop_elements_as(const T* x, T* out, const Passes& passes, const KeepRule& rule,
                      ComputeOf<T> scale) {
    constexpr i64 group = philox_lanes * lanes_per_block, words = 4 * philox_lanes;
    constexpr i64 batch = groups_per_batch * group, part = group / parts_per_group;
    constexpr i64 max_parts = parts_per_group * groups_per_batch;
    u32 buffer[2][groups_per_batch * words];
    const i64 n = passes.elements, batches = (n + batch - 1) / batch;
    const i64 items = passes.count * batches;
    auto draw = [&](i64 item, auto&& interleave) {
        const i64 pass = item / batches, begin = item % batches * batch;
        const i64 length = n - begin < batch ? n - begin : batch;
        const i64 groups = (length + group - 1) / group;
        KeepRule of_pass = rule;
        of_pass.sample += static_cast<u32>(pass);
        keep_groups(buffer[item % 2], groups,
                    passes.first_block + static_cast<u64>(begin / lanes_per_block), of_pass,
                    interleave);
        return parts_per_group * groups;
    };
    auto apply = [&](i64 item, i64 number) {
        const i64 begin = item % batches * batch + number * part, left = n - begin;
        if (left <= 0) return;
        apply_words<stream>(x + begin, out + item / batches * passes.pass_stride + begin,
                            buffer[item % 2] + number * (part / 32), left < part ? left : part,
                            scale);
    };
    if (items > 0) draw(0, [](i64) {});
    for (i64 item = 0; item < items; ++item) {
        i64 number = 0;
        if (item + 1 < items) number = draw(item + 1, [&](i64 turn) { apply(item, turn); });
        for (; number < max_parts; ++number) apply(item, number);
    }
    if (stream) store_fence();
}

template <class T>
void drop_elements_of(const void* x_void, void* out_void, const Passes& passes,
                      const KeepRule& rule, double scale_double, bool stream) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto scale = static_cast<ComputeOf<T>>(scale_double);
    stream ? drop_elements_as<true>(x, out, passes, rule, scale)
           : drop_elements_as<false>(x, out, passes, rule, scale);
}

void drop_elements(const void* x, void* out, DType dtype, const Passes& passes,
                   const KeepRule& rule, double scale, bool stream) {
    switch (dtype) {
        case DType::float32:
            return drop_elements_of<float>(x, out, passes, rule, scale, stream);
        case DType::float64:
            return drop_elements_of<double>(x, out, passes, rule, scale, stream);
        case DType::float16:
            return drop_elements_of<Half>(x, out, passes, rule, scale, stream);
        case DType::bfloat16:
            return drop_elements_of<BFloat16>(x, out, passes, rule, scale, stream);
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
