// Sums over one tile of a ball, in the sixteen lanes that frontiers/ball.hpp fixes. Needs ball.hpp.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Appends the lanes whose bit is set; bit 0 stands for element `index` of the tile.
inline void append_active(ActiveList& list, u32 bits, i64 index) {
    for (; bits != 0 && list.count <= ActiveList::capacity; bits &= bits - 1, ++list.count) {
        if (list.count < ActiveList::capacity)
            list.indices[list.count] = static_cast<u16>(index + __builtin_ctz(bits));
    }
}

// One array per sum, so that the halving below runs in vector registers.
struct LaneSums {
    double size[sum_lanes] = {}, free[sum_lanes] = {}, floor[sum_lanes] = {}, reach[sum_lanes] = {};
    double active = 0.0;  // of all lanes

    void add(i64 lane, const BallSums& other) {
        size[lane] += other.size;
        free[lane] += other.free;
        floor[lane] += other.floor;
        reach[lane] = reach[lane] < other.reach ? other.reach : reach[lane];
        active = active < other.active ? other.active : active;
    }
    // Adds the upper half of the lanes to the lower half until one lane is left.
    BallSums total() {
        for (i64 half = sum_lanes / 2; half > 0; half /= 2) {
            for (i64 i = 0; i < half; ++i) {
                add(i, {size[i + half], free[i + half], floor[i + half], reach[i + half], active});
            }
        }
        return {size[0], free[0], floor[0], reach[0], active};
    }
};

// Running sums of the first round.
template <Norm norm>
struct FirstLanes {
    Sums::Reg size[sum_parts], free[sum_parts], floor[sum_parts], reach[sum_parts];
    u32 active = 0;

    FirstLanes() {
        for (i64 part = 0; part < sum_parts; ++part) {
            size[part] = free[part] = floor[part] = reach[part] = Sums::set(0.0);
        }
    }
    // first_sums for Lanes<double>::width elements.
    void add(i64 part, Sums::Reg v, Sums::Reg origin, Sums::Reg low, Sums::Reg high, i64 index,
             ActiveList& list) {
        const auto zero = Sums::set(0.0);
        const auto d = v - origin;
        // Fast path when nothing is clipped, which is nearly always.
        if (norm == Norm::l2 && Sums::all_within(v, low, high) &&
            Sums::all_within(origin, low, high)) {
            const auto term = d * d;
            size[part] = size[part] + term;
            free[part] = free[part] + term;
            reach[part] = Sums::at_least(reach[part], Sums::magnitude(d));
            return;
        }
        const auto a = low - origin, b = high - origin;
        const auto w = clip_lanes(d, a, b), kept = clip_lanes(zero, a, b);
        size[part] = size[part] + size_term_lanes<norm>(w);
        if constexpr (norm == Norm::l2) {
            const auto term = Sums::where_equal(w, d, d * d);
            free[part] = free[part] + Sums::where_equal(kept, zero, term);
            const u32 here = Sums::different(w, d) | Sums::different(kept, zero);
            active |= here;
            append_active(list, here, index);
        } else {
            const auto one = Sums::where_above(Sums::magnitude(d), zero, Sums::set(1.0));
            free[part] = free[part] + Sums::where_equal(w, d, one);
        }
        floor[part] = floor[part] + size_term_lanes<norm>(kept);
        reach[part] = Sums::at_least(reach[part], Sums::magnitude(d));
    }
    void store(LaneSums& lanes) const {
        for (i64 part = 0; part < sum_parts; ++part) {
            const i64 lane = part * Sums::width;
            Sums::store(lanes.size + lane, size[part]);
            Sums::store(lanes.free + lane, free[part]);
            Sums::store(lanes.floor + lane, floor[part]);
            Sums::store(lanes.reach + lane, reach[part]);
        }
        lanes.active = active != 0 ? 1.0 : 0.0;
    }
};

// Running sums of a later round.
template <Norm norm>
struct LaterLanes {
    Sums::Reg size[sum_parts], free[sum_parts];

    LaterLanes() {
        for (i64 part = 0; part < sum_parts; ++part) size[part] = free[part] = Sums::set(0.0);
    }
    // later_sums for Lanes<double>::width elements; adds nothing for elements that are not active.
    void add(i64 part, Sums::Reg v, Sums::Reg origin, Sums::Reg low, Sums::Reg high,
             Sums::Reg theta) {
        const auto zero = Sums::set(0.0);
        const auto d = v - origin, a = low - origin, b = high - origin;
        const auto u = shrunk_lanes<norm>(d, theta), w = clip_lanes(u, a, b);
        auto term = size_term_lanes<norm>(w);
        if constexpr (norm == Norm::l2) {
            auto free_term = Sums::where_equal(w, u, d * d);
            const auto one = Sums::where_equal(clip_lanes(d, a, b), d, Sums::set(1.0));
            const auto base = Sums::where_equal(clip_lanes(zero, a, b), zero, one);
            term = Sums::where_equal(base, zero, term);
            free_term = Sums::where_equal(base, zero, free_term);
            free[part] = free[part] + free_term;
        } else {
            const auto one = Sums::where_above(Sums::magnitude(u), zero, Sums::set(1.0));
            free[part] = free[part] + Sums::where_equal(w, u, one);
        }
        size[part] = size[part] + term;
    }
    void store(LaneSums& lanes) const {
        for (i64 part = 0; part < sum_parts; ++part) {
            Sums::store(lanes.size + part * Sums::width, size[part]);
            Sums::store(lanes.free + part * Sums::width, free[part]);
        }
    }
};

// Adds the upper half to the lower half until one value is left. Values from `used` on are zero, so
// halvings that would only add zeros are skipped.
template <class Each, int count, class Add>
inline Each add_in_halves(Each (&values)[count], i64 used, const Add& add) {
    int half = count / 2;
    while (half >= used && half > 0) half /= 2;
    for (; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) add(values[i], values[i + half]);
    }
    return values[0];
}

inline i64 chunks_of(i64 elements) { return (elements + chunk_elements - 1) / chunk_elements; }

inline void add_ball_sums(BallSums& to, const BallSums& from) { add_to(to, from); }

template <class T>
inline double to_double(T value) {
    return static_cast<double>(Scalar<T>::load(value));
}

// Calls work(v, origin, count, box, index of the chunk's first element, lanes) per chunk and adds
// up the lanes it fills.
template <bool varies, class T, class Work>
BallSums sums_of_chunks(const BallTile& tile, const Work& work) {
    BallSums chunks[tile_elements / chunk_elements] = {};
    for_each_chunk<varies, T>(
        tile, [&](const T* v, const T* origin, i64 count, const ChunkBox<varies>& box, i64 begin) {
            LaneSums lanes;
            work(v, origin, count, box, begin, lanes);
            chunks[begin / chunk_elements] = lanes.total();
        });
    return add_in_halves(chunks, chunks_of(tile.count), add_ball_sums);
}

template <Norm norm, bool varies, class T>
BallSums first_tile(const BallTile& tile, ActiveList& list) {
    list.count = 0;
    return sums_of_chunks<varies, T>(
        tile, [&](const T* v, const T* origin, i64 count, const ChunkBox<varies>& box, i64 begin,
                  LaneSums& lanes) {
            FirstLanes<norm> running;
            i64 i = 0;
            for (; i + sum_lanes <= count; i += sum_lanes) {
#pragma GCC unroll 16  // keeps the running sums in registers
                for (i64 part = 0; part < sum_parts; ++part) {
                    const i64 at = i + part * Sums::width;
                    prefetch<Sums::width>(v + at);
                    prefetch<Sums::width>(origin + at);
                    running.add(part, Sums::load(v + at), Sums::load(origin + at), box.low_at(at),
                                box.high_at(at), begin + at, list);
                }
            }
            running.store(lanes);
            for (int lane = 0; i < count; ++i, ++lane) {
                const double from = to_double(v[i]), centre = to_double(origin[i]);
                lanes.add(lane, first_sums<norm>(from, centre, box.at(i)));
                if (norm == Norm::l2)
                    append_active(list, is_active<norm>(from, centre, box.at(i)), begin + i);
            }
            if (norm == Norm::l1) list.count = ActiveList::capacity + 1;
        });
}

template <Norm norm, bool varies, class T>
BallSums later_tile(const BallTile& tile, double theta) {
    return sums_of_chunks<varies, T>(tile, [&](const T* v, const T* origin, i64 count,
                                               const ChunkBox<varies>& box, i64, LaneSums& lanes) {
        LaterLanes<norm> running;
        const auto at = Sums::set(theta);
        i64 i = 0;
        for (; i + sum_lanes <= count; i += sum_lanes) {
#pragma GCC unroll 16  // keeps the running sums in registers
            for (i64 part = 0; part < sum_parts; ++part) {
                const i64 from = i + part * Sums::width;
                prefetch<Sums::width>(v + from);
                prefetch<Sums::width>(origin + from);
                running.add(part, Sums::load(v + from), Sums::load(origin + from), box.low_at(from),
                            box.high_at(from), at);
            }
        }
        running.store(lanes);
        for (int lane = 0; i < count; ++i, ++lane) {
            const double from = to_double(v[i]), centre = to_double(origin[i]);
            if (is_active<norm>(from, centre, box.at(i)))
                lanes.add(lane, later_sums<norm>(from, centre, box.at(i), theta));
        }
    });
}

// later_tile over the active elements alone. The others would add 0, so the bits are the same.
template <Norm norm, class T>
BallSums listed(const BallTile& tile, double theta, const ActiveList& list) {
    const T* v = static_cast<const T*>(tile.x);
    const T* origin = static_cast<const T*>(tile.origin);
    BallSums chunks[tile_elements / chunk_elements] = {};
    LaneSums lanes;
    i64 chunk = 0;
    const auto finish = [&](i64 next) {
        chunks[chunk] = lanes.total();
        lanes = {};
        chunk = next;
    };
    for (i64 k = 0; k < list.count; ++k) {
        const i64 index = list.indices[k];
        if (index / chunk_elements != chunk) finish(index / chunk_elements);
        const SampleBox& box = *tile.box;
        const Bounds bounds = box.by_channel == nullptr
                                  ? box.bounds
                                  : box.by_channel[channel_of(box.layout, tile.first + index)];
        lanes.add(index % sum_lanes,
                  later_sums<norm>(to_double(v[index]), to_double(origin[index]), bounds, theta));
    }
    finish(chunk);
    return add_in_halves(chunks, chunk + 1, add_ball_sums);
}

BallSums ball_first_round(const BallTile& tile, Norm norm, ActiveList& list) {
    const bool varies = tile.box->by_channel != nullptr;
    BallSums sums{};
    with_scalar(tile.dtype, [&]<class T>(T) {
        if (norm == Norm::l2) {
            sums = varies ? first_tile<Norm::l2, true, T>(tile, list)
                          : first_tile<Norm::l2, false, T>(tile, list);
        } else {
            sums = varies ? first_tile<Norm::l1, true, T>(tile, list)
                          : first_tile<Norm::l1, false, T>(tile, list);
        }
    });
    return sums;
}

BallSums ball_later_round(const BallTile& tile, Norm norm, double theta, const ActiveList& list) {
    const bool varies = tile.box->by_channel != nullptr,
               short_list = list.count <= ActiveList::capacity;
    BallSums sums{};
    with_scalar(tile.dtype, [&]<class T>(T) {
        if (norm == Norm::l2) {
            sums = short_list ? listed<Norm::l2, T>(tile, theta, list)
                   : varies   ? later_tile<Norm::l2, true, T>(tile, theta)
                              : later_tile<Norm::l2, false, T>(tile, theta);
        } else {
            sums = short_list ? listed<Norm::l1, T>(tile, theta, list)
                   : varies   ? later_tile<Norm::l1, true, T>(tile, theta)
                              : later_tile<Norm::l1, false, T>(tile, theta);
        }
    });
    return sums;
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
