// Loops of random_start and additive_noise: numbers of a stretch go through a buffer that stays in
// the first-level cache, and each run of equal parameters takes its own.
#pragma once

#include "../past_caches.hpp"
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

    // Words of elements `element` to element + n; returns the first one.
    const u32* words_of(i64 element, i64 n, u64 stream, u64 seed) {
        const i64 skip = element % 4, blocks = (skip + n + 3) / 4;
        const i64 groups = (blocks + philox_lanes - 1) / philox_lanes;
        words(word, groups * philox_lanes, static_cast<u64>(element / 4), stream, seed);
        return word + skip;
    }

    const float* numbers_of(Law law, i64 element, i64 n, u64 stream, u64 seed) {
        const i64 skip = element % 4, count = (skip + n + 3) / 4 * 4;
        words_of(element, n, stream, seed);
        if (law == Law::normal) float_normals(word, number, count);
        if (law == Law::uniform) {
            for (i64 i = 0; i < count; ++i) number[i] = signed_unit(word[i]);
        }
        if (law == Law::exponential) {
            for (i64 i = 0; i < count; ++i) number[i] = signed_exponential(word[i]);
        }
        return number + skip;
    }
};

// A displacement's numbers, each in all lanes. Vectors as template arguments would lose their
// alignment.
template <class L>
struct LaneDisplacement {
    typename L::Reg scale, epsilon, low, high;
};

// displaced() for Lanes<C>::width elements.
template <bool stream, class T>
inline void displace_lanes(const T* x_from, const float* v, T* out,
                           const LaneDisplacement<Lanes<ComputeOf<T>>>& p) {
    using L = Lanes<ComputeOf<T>>;
    fetch_ahead<L::width>(x_from);
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

// Calls work(begin, count, run) for the runs that the elements phase to phase + n of a table lie
// in.
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
void displace_as(const void* x_void, void* out_void, const Stretch& stretch, Law law,
                 const void* table_void) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto* table = static_cast<const Displacement<ComputeOf<T>>*>(table_void);
    Drawing drawing;
    for (i64 done = 0; done < stretch.n; done += drawn_at_once) {
        const i64 n = stretch.n - done < drawn_at_once ? stretch.n - done : drawn_at_once;
        const float* v =
            drawing.numbers_of(law, stretch.element + done, n, stretch.stream, stretch.seed);
        for_each_run(n, stretch.phase + done, stretch.run, [&](i64 begin, i64 count, i64 run) {
            T* to = out + done + begin;
            displace_run(x + done + begin, v + begin, to, count, table[run],
                         stretch.past_caches && aligned(to));
        });
    }
    if (stretch.past_caches) finish_stream();
}

template <class T>
void salt_as(const void* x_void, void* out_void, const Stretch& stretch, const void* table_void) {
    const T* x = static_cast<const T*>(x_void);
    T* out = static_cast<T*>(out_void);
    const auto* table = static_cast<const Salt<ComputeOf<T>>*>(table_void);
    Drawing drawing;
    for (i64 done = 0; done < stretch.n; done += drawn_at_once) {
        const i64 n = stretch.n - done < drawn_at_once ? stretch.n - done : drawn_at_once;
        const u32* word = drawing.words_of(stretch.element + done, n, stretch.stream, stretch.seed);
        for_each_run(n, stretch.phase + done, stretch.run, [&](i64 begin, i64 count, i64 run) {
            salt_run(x + done + begin, word + begin, out + done + begin, count, table[run]);
        });
    }
}

void displace(const void* x, void* out, DType dtype, const Stretch& stretch, Law law,
              const void* table) {
    switch (dtype) {
        case DType::float32:
            return displace_as<float>(x, out, stretch, law, table);
        case DType::float64:
            return displace_as<double>(x, out, stretch, law, table);
        case DType::float16:
            return displace_as<Half>(x, out, stretch, law, table);
        case DType::bfloat16:
            return displace_as<BFloat16>(x, out, stretch, law, table);
    }
}

void salt(const void* x, void* out, DType dtype, const Stretch& stretch, const void* table) {
    switch (dtype) {
        case DType::float32:
            return salt_as<float>(x, out, stretch, table);
        case DType::float64:
            return salt_as<double>(x, out, stretch, table);
        case DType::float16:
            return salt_as<Half>(x, out, stretch, table);
        case DType::bfloat16:
            return salt_as<BFloat16>(x, out, stretch, table);
    }
}

template <Law law>
double segment_norm_of(i64 segment, i64 n, u64 stream, u64 seed) {
    Drawing drawing;
    drawing.numbers_of(law, segment * segment_elements, n, stream, seed);
    for (i64 i = n; i < segment_elements; ++i) drawing.number[i] = 0.0f;
    const float* __restrict v = drawing.number;
    double sum[segment_blocks];
    for (int i = 0; i < segment_blocks; ++i) {
        sum[i] = (share_of_norm<law>(v[4 * i]) + share_of_norm<law>(v[4 * i + 1])) +
                 (share_of_norm<law>(v[4 * i + 2]) + share_of_norm<law>(v[4 * i + 3]));
    }
    for (int half = segment_blocks / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) sum[i] += sum[i + half];
    }
    return sum[0];
}

double segment_norm(Law law, i64 segment, i64 n, u64 stream, u64 seed) {
    return law == Law::normal ? segment_norm_of<Law::normal>(segment, n, stream, seed)
                              : segment_norm_of<Law::exponential>(segment, n, stream, seed);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
