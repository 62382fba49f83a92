// Loops over one tile of a projection onto an L1 or L2 ball: shared pieces and the final write.
// They compute in float64 for every element type, so differences are exact or nearly so and each
// result is rounded once.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

using Sums = Lanes<double>;
constexpr i64 sum_parts = sum_lanes / Sums::width;

// The box along one chunk: a pair of bounds, or one pair per element where it varies by channel.
template <bool varies>
struct ChunkBox {
    Bounds bounds;
    double low[varies ? chunk_elements : 1], high[varies ? chunk_elements : 1];

    void fill(const SampleBox& box, i64 first, i64 count) {
        bounds = box.bounds;
        if constexpr (varies) {
            for (i64 i = 0; i < count; ++i) {
                const Bounds& bounds_here = box.by_channel[channel_of(box.layout, first + i)];
                low[i] = bounds_here.low;
                high[i] = bounds_here.high;
            }
        }
    }
    Sums::Reg low_at(i64 i) const {
        if constexpr (varies) return Sums::load(low + i);
        return Sums::set(bounds.low);
    }
    Sums::Reg high_at(i64 i) const {
        if constexpr (varies) return Sums::load(high + i);
        return Sums::set(bounds.high);
    }
    Bounds at(i64 i) const {
        if constexpr (varies) return {low[i], high[i]};
        return bounds;
    }
};

inline Sums::Reg clip_lanes(Sums::Reg value, Sums::Reg low, Sums::Reg high) {
    return Sums::at_most(Sums::at_least(value, low), high);
}

template <Norm norm>
inline Sums::Reg shrunk_lanes(Sums::Reg d, Sums::Reg theta) {
    if constexpr (norm == Norm::l2) return theta * d;
    const auto left = Sums::at_least(Sums::magnitude(d) - theta, Sums::set(0.0));
    return Sums::flip(left, Sums::sign(d));
}

template <Norm norm>
inline Sums::Reg size_term_lanes(Sums::Reg w) {
    if constexpr (norm == Norm::l2) return w * w;
    return Sums::magnitude(w);
}

// ball_element for Lanes<double>::width elements, given the origin and the shrunk difference u.
// AVX-512 has a faster overload for float.
template <class T>
inline void store_moved(T* out, Sums::Reg origin, Sums::Reg u, Sums::Reg low, Sums::Reg high) {
    const auto towards = Sums::sign(u);
    const auto moved = Sums::add_down(Sums::flip(origin, towards), Sums::magnitude(u));
    const auto kept = Sums::flip(Sums::round_down(out, moved), towards);
    Sums::store(out, clip_lanes(kept, low, high) + Sums::set(0.0));
}

template <Norm norm, bool varies, class T>
void write_chunk(const T* v, const T* origin, T* out, i64 count, const ChunkBox<varies>& box,
                 double theta) {
    const auto at = Sums::set(theta);
    i64 i = 0;
    for (; i + Sums::width <= count; i += Sums::width) {
        prefetch<Sums::width>(v + i);
        prefetch<Sums::width>(origin + i);
        const auto centre = Sums::load(origin + i);
        store_moved(out + i, centre, shrunk_lanes<norm>(Sums::load(v + i) - centre, at),
                    box.low_at(i), box.high_at(i));
    }
    for (; i < count; ++i) {
        out[i] = ball_element<norm, T>(static_cast<double>(Scalar<T>::load(v[i])),
                                       static_cast<double>(Scalar<T>::load(origin[i])), box.at(i),
                                       theta);
    }
}

template <bool varies, class T>
void box_chunk(const T* from, T* out, i64 count, const ChunkBox<varies>& box) {
    i64 i = 0;
    for (; i + Sums::width <= count; i += Sums::width) {
        prefetch<Sums::width>(from + i);
        const auto inside = clip_lanes(Sums::load(from + i), box.low_at(i), box.high_at(i));
        Sums::store(out + i, inside + Sums::set(0.0));
    }
    for (; i < count; ++i) {
        out[i] = clip_element<T>(static_cast<double>(Scalar<T>::load(from[i])), box.at(i));
    }
}

// Calls work(v, origin, count, box, index of the chunk's first element in the tile) per chunk.
template <bool varies, class T, class Work>
inline void for_each_chunk(const BallTile& tile, const Work& work) {
    const T* v = static_cast<const T*>(tile.x);
    const T* origin = static_cast<const T*>(tile.origin);
    ChunkBox<varies> box;
    for (i64 begin = 0; begin < tile.count; begin += chunk_elements) {
        const i64 left = tile.count - begin;
        const i64 count = left < chunk_elements ? left : chunk_elements;
        box.fill(*tile.box, tile.first + begin, count);
        work(v + begin, origin + begin, count, box, begin);
    }
}

template <bool varies, class T>
void write_tile(const BallTile& tile, T* to, Norm norm, const BallSearch& search) {
    for_each_chunk<varies, T>(
        tile, [&](const T* v, const T* origin, i64 count, const ChunkBox<varies>& box, i64 begin) {
            T* out = to + begin;
            if (search.status == SearchStatus::within) {
                box_chunk(v, out, count, box);
            } else if (search.status == SearchStatus::centre) {
                box_chunk(origin, out, count, box);
            } else if (norm == Norm::l2) {
                write_chunk<Norm::l2>(v, origin, out, count, box, search.theta);
            } else {
                write_chunk<Norm::l1>(v, origin, out, count, box, search.theta);
            }
        });
}

void ball_write(const BallTile& tile, void* out_void, Norm norm, const BallSearch& search) {
    with_scalar(tile.dtype, [&]<class T>(T) {
        T* out = static_cast<T*>(out_void);
        if (search.status == SearchStatus::invalid) {
            for (i64 i = 0; i < tile.count; ++i) out[i] = not_a_number<T>();
        } else if (tile.box->by_channel != nullptr) {
            write_tile<true>(tile, out, norm, search);
        } else {
            write_tile<false>(tile, out, norm, search);
        }
    });
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
