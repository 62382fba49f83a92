// Loops of random_start and additive_noise: random numbers pass through a buffer that fits the L1
// cache, then each run of elements with equal parameters is updated.
#pragma once

#include "../streaming_stores.hpp"
#include "frontiers/additive_noise.hpp"
#include "frontiers/random_start.hpp"
#include "philox.hpp"
#include "rows.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr i64 drawn_at_once = segment_elements;
constexpr i64 drawing_room = drawn_at_once + 3 + 64;

struct Drawing {
    alignas(64) u32 word[drawing_room];
    alignas(64) float number[drawing_room];

    // Draws the words of elements `element` to element + n; returns a pointer to the first.
    const u32* words_of(i64 element, i64 n, u64 stream, u64 seed) {
        const i64 skip = element % 4, blocks = (skip + n + 3) / 4;
        const i64 groups = (blocks + philox_lanes - 1) / philox_lanes;
        words(word, groups * philox_lanes, static_cast<u64>(element / 4), stream, seed);
        return word + skip;
    }

    const float* numbers_of(Distribution distribution, i64 element, i64 n, u64 stream, u64 seed) {
        const i64 skip = element % 4, count = (skip + n + 3) / 4 * 4;
        words_of(element, n, stream, seed);
        if (distribution == Distribution::normal) float_normals(word, number, count);
        if (distribution == Distribution::uniform) {
            for (i64 i = 0; i < count; ++i) number[i] = signed_unit(word[i]);
        }
        if (distribution == Distribution::exponential) {
            for (i64 i = 0; i < count; ++i) number[i] = signed_exponential(word[i]);
        }
        return number + skip;
    }
};

// Displacement with each value broadcast to all lanes. A struct because vector types lose their
// alignment as template arguments.
template <class L>
struct LaneDisplacement {
    typename L::Reg scale, epsilon, low, high;
};

// displaced() for Lanes<C>::width elements.
template <bool stream, class T>
inline void displace_lanes(const T* x_from, const float* v, T* out,
                           const LaneDisplacement<Lanes<ComputeOf<T>>>& p) {
    using L = Lanes<ComputeOf<T>>;
    prefetch<L::width>(x_from);
    const auto x = L::load(x_from);
    auto y = x + L::widen(v) * p.scale;
    y = L::at_least(y, L::round_up(x_from, L::subtract_up(x, p.epsilon)));
    y = L::at_most(y, L::round_down(x_from, L::add_down(x, p.epsilon)));
    y = L::add_zero(L::at_most(L::at_least(y, p.low), p.high));
    stream ? L::stream(out, y) : L::store(out, y);
}

template <class T>
void displace_run(const T* x, const float* v, T* out, i64 n, const Displacement<ComputeOf<T>>& p,
                  bool stream) {
    using L = Lanes<ComputeOf<T>>;
    i64 i = 0;
    if constexpr (L::width > 1) {
        const LaneDisplacement<L> wide{L::set(p.scale), L::set(p.epsilon), L::set(p.low),
                                       L::set(p.high)};
        for (; stream && i + L::width <= n; i += L::width) {
            displace_lanes<true>(x + i, v + i, out + i, wide);
        }
        for (; i + L::width <= n; i += L::width) displace_lanes<false>(x + i, v + i, out + i, wide);
    }
    for (; i < n; ++i) out[i] = displaced(x[i], v[i], p);
}

template <class T>
void salt_run(const T* x, const u32* word, T* out, i64 n, const Salt<ComputeOf<T>>& p) {
    for (i64 i = 0; i < n; ++i) out[i] = salted(x[i], word[i], p);
}

// Calls work(begin, count, run) for the runs of `length` elements that phase to phase + n spans.
template <class Work>
inline void for_each_run(i64 n, i64 phase, i64 length, const Work& work) {
    for (i64 done = 0; done < n;) {
        const i64 run = (phase + done) / length, left = (run + 1) * length - phase - done;
        const i64 count = n - done < left ? n - done : left;
        work(done, count, run);
        done += count;
    }
}

template <class T>
void displace_as(const void* x_void, void* out_void, const ElementRange& range,
                 Distribution distribution, const void* table_void) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto* table = static_cast<const Displacement<ComputeOf<T>>*>(table_void);
    Drawing drawing;
    for (i64 done = 0; done < range.n; done += drawn_at_once) {
        const i64 n = range.n - done < drawn_at_once ? range.n - done : drawn_at_once;
        const float* v =
            drawing.numbers_of(distribution, range.element + done, n, range.stream, range.seed);
        for_each_run(n, range.phase + done, range.run, [&](i64 begin, i64 count, i64 run) {
            T* to = out + done + begin;
            displace_run(x + done + begin, v + begin, to, count, table[run],
                         range.bypasses_caches && aligned(to));
        });
    }
    if (range.bypasses_caches) store_fence();
}

template <class T>
void salt_as(const void* x_void, void* out_void, const ElementRange& range,
             const void* table_void) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto* table = static_cast<const Salt<ComputeOf<T>>*>(table_void);
    Drawing drawing;
    for (i64 done = 0; done < range.n; done += drawn_at_once) {
        const i64 n = range.n - done < drawn_at_once ? range.n - done : drawn_at_once;
        const u32* word = drawing.words_of(range.element + done, n, range.stream, range.seed);
        for_each_run(n, range.phase + done, range.run, [&](i64 begin, i64 count, i64 run) {
            salt_run(x + done + begin, word + begin, out + done + begin, count, table[run]);
        });
    }
}

void displace(const void* x, void* out, DType dtype, const ElementRange& range,
              Distribution distribution, const void* table) {
    switch (dtype) {
        case DType::float32:
            return displace_as<float>(x, out, range, distribution, table);
        case DType::float64:
            return displace_as<double>(x, out, range, distribution, table);
        case DType::float16:
            return displace_as<Half>(x, out, range, distribution, table);
        case DType::bfloat16:
            return displace_as<BFloat16>(x, out, range, distribution, table);
    }
}

void salt(const void* x, void* out, DType dtype, const ElementRange& range, const void* table) {
    switch (dtype) {
        case DType::float32:
            return salt_as<float>(x, out, range, table);
        case DType::float64:
            return salt_as<double>(x, out, range, table);
        case DType::float16:
            return salt_as<Half>(x, out, range, table);
        case DType::bfloat16:
            return salt_as<BFloat16>(x, out, range, table);
    }
}

template <Distribution distribution>
double segment_norm_of(i64 segment, i64 n, u64 stream, u64 seed) {
    Drawing drawing;
    drawing.numbers_of(distribution, segment * segment_elements, n, stream, seed);
    for (i64 i = n; i < segment_elements; ++i) drawing.number[i] = 0.0f;
    const float* __restrict v = drawing.number;
    double sum[segment_blocks];
    for (int i = 0; i < segment_blocks; ++i) {
        sum[i] = (norm_term<distribution>(v[4 * i]) + norm_term<distribution>(v[4 * i + 1])) +
                 (norm_term<distribution>(v[4 * i + 2]) + norm_term<distribution>(v[4 * i + 3]));
    }
    for (int half = segment_blocks / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) sum[i] += sum[i + half];
    }
    return sum[0];
}

double segment_norm(Distribution distribution, i64 segment, i64 n, u64 stream, u64 seed) {
    return distribution == Distribution::normal
               ? segment_norm_of<Distribution::normal>(segment, n, stream, seed)
               : segment_norm_of<Distribution::exponential>(segment, n, stream, seed);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
