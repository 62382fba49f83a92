// Loops of l1_step and l2_step over one tile: squares of the gradient, selection keys, steps.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

inline void add_double(double& to, const double& from) { to += from; }

template <class T>
double chunk_squares(const T* from, i64 count) {
    Sums::Reg running[sum_parts];
    for (auto& each : running) each = Sums::set(0.0);
    i64 i = 0;
    for (; i + sum_lanes <= count; i += sum_lanes) {
#pragma GCC unroll 16  // keeps the running sums in registers
        for (i64 part = 0; part < sum_parts; ++part) {
            prefetch<Sums::width>(from + i + part * Sums::width);
            const auto value = Sums::load(from + i + part * Sums::width);
            running[part] = running[part] + value * value;
        }
    }
    double lanes[sum_lanes];
    for (i64 part = 0; part < sum_parts; ++part) {
        Sums::store(lanes + part * Sums::width, running[part]);
    }
    for (int lane = 0; i < count; ++i, ++lane) {
        const auto value = static_cast<double>(Scalar<T>::load(from[i]));
        lanes[lane] += value * value;
    }
    return add_in_halves(lanes, sum_lanes, add_double);
}

double sum_squares(const void* from_void, DType dtype, i64 count) {
    double chunks[tile_elements / chunk_elements] = {};
    with_scalar(dtype, [&]<class T>(T) {
        const T* from = static_cast<const T*>(from_void);
        for (i64 begin = 0; begin < count; begin += chunk_elements) {
            const i64 left = count - begin;
            chunks[begin / chunk_elements] =
                chunk_squares(from + begin, left < chunk_elements ? left : chunk_elements);
        }
    });
    return add_in_halves(chunks, chunks_of(count), add_double);
}

void move_along(const void* x_void, const void* grad_void, void* out_void, DType dtype, i64 count,
                double factor) {
    with_scalar(dtype, [&]<class T>(T) {
        const T* x = static_cast<const T*>(x_void);
        const T* grad = static_cast<const T*>(grad_void);
        T* out = static_cast<T*>(out_void);
        const auto along = Sums::set(factor);
        i64 i = 0;
        for (; i + Sums::width <= count; i += Sums::width) {
            prefetch<Sums::width>(x + i);
            prefetch<Sums::width>(grad + i);
            Sums::store(out + i, Sums::load(x + i) + along * Sums::load(grad + i));
        }
        for (; i < count; ++i) out[i] = moved_along(x[i], grad[i], factor);
    });
}

template <bool varies, class T, class Work>
void with_bounds(const BallTile& tile, const Work& work) {
    const SampleBox box = *tile.box;  // copies: the compiler cannot rule out that keys alias them
    const i64 count = tile.count, first = tile.first;
    for (i64 i = 0; i < count; ++i) {
        work(i, varies ? box.by_channel[channel_of(box.layout, first + i)] : box.bounds);
    }
}

// Selection keys of l1_step as float64 bits. The tile's `origin` is the gradient.
void step_keys(const BallTile& tile, bool ascend, u64* keys) {
    with_scalar(tile.dtype, [&]<class T>(T) {
        const T* x = static_cast<const T*>(tile.x);
        const T* grad = static_cast<const T*>(tile.origin);
        const auto key = [=](i64 i, const Bounds& bounds) {
            const auto slope = static_cast<double>(Scalar<T>::load(grad[i]));
            const auto from = static_cast<double>(Scalar<T>::load(x[i]));
            keys[i] = bit_copy<u64>(step_key(from, ascend ? slope : -slope, bounds));
        };
        tile.box->by_channel != nullptr ? with_bounds<true, T>(tile, key)
                                        : with_bounds<false, T>(tile, key);
    });
}

void gain_keys(const BallTile& tile, u64* keys) {
    with_scalar(tile.dtype, [&]<class T>(T) {
        const T* x = static_cast<const T*>(tile.x);
        const T* origin = static_cast<const T*>(tile.origin);
        const auto key = [=](i64 i, const Bounds& bounds) {
            keys[i] =
                bit_copy<u64>(gain_of(static_cast<double>(Scalar<T>::load(x[i])),
                                      static_cast<double>(Scalar<T>::load(origin[i])), bounds));
        };
        tile.box->by_channel != nullptr ? with_bounds<true, T>(tile, key)
                                        : with_bounds<false, T>(tile, key);
    });
}

// Writes x with the selected elements moved by `length`; see moved_sparsely.
void move_sparsely(const BallTile& tile, bool ascend, const u64* keys, const Selection& selection,
                   double length, void* out_void) {
    with_scalar(tile.dtype, [&]<class T>(T) {
        const T* x = static_cast<const T*>(tile.x);
        const T* grad = static_cast<const T*>(tile.origin);
        T* out = static_cast<T*>(out_void);
        const i64 count = tile.count;
        const u64 edge = selection.value;
        if (out != x) __builtin_memcpy(out, x, static_cast<std::size_t>(count) * sizeof(T));
        for (i64 i = 0; i < count; ++i) {
            if (keys[i] < edge || keys[i] == 0) continue;  // the common case
            const auto slope = static_cast<double>(Scalar<T>::load(grad[i]));
            out[i] = moved_sparsely<T>(static_cast<double>(Scalar<T>::load(x[i])),
                                       ascend ? slope : -slope, true, length);
        }
    });
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
