// Loops over a tile of a ball that sum, in the contract's sixteen lanes; after ball.hpp.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Notes the lanes whose bits are set, of which the first is element `place` of the tile.
inline void note(LookedAt& list, u32 bits, i64 place) {
    for (; bits != 0 && list.count <= LookedAt::most; bits &= bits - 1, ++list.count) {
        if (list.count < LookedAt::most)
            list.places[list.count] = static_cast<u16>(place + __builtin_ctz(bits));
    }
}

// Sums of a chunk's lanes side by side, so that halves are added in registers.
struct LaneSums {
    double size[sum_lanes] = {}, free[sum_lanes] = {}, floor[sum_lanes] = {}, reach[sum_lanes] = {};

    void add(i64 lane, const BallSums& other) {
        size[lane] += other.size;
        free[lane] += other.free;
        floor[lane] += other.floor;
        reach[lane] = reach[lane] < other.reach ? other.reach : reach[lane];
    }
    // Adds the upper half to the lower one until one is left.
    BallSums total() {
        for (i64 half = sum_lanes / 2; half > 0; half /= 2) {
            for (i64 i = 0; i < half; ++i) {
                add(i, {size[i + half], free[i + half], floor[i + half], reach[i + half]});
            }
        }
        return {size[0], free[0], floor[0], reach[0]};
    }
};

// Running sums of a chunk's lanes, in the first round and later.
template <Norm norm>
struct FirstLanes {
    Sums::Reg size[sum_parts], free[sum_parts], floor[sum_parts], reach[sum_parts];

    FirstLanes() {
        for (i64 part = 0; part < sum_parts; ++part) {
            size[part] = free[part] = floor[part] = reach[part] = Sums::set(0.0);
        }
    }
    // first_sums for Lanes<double>::width elements.
    void add(i64 part, Sums::Reg v, Sums::Reg origin, Sums::Reg low, Sums::Reg high, i64 place,
             LookedAt& list) {
        const auto zero = Sums::set(0.0);
        const auto d = v - origin;
        // Nearly always nothing is clipped: what follows then comes to this.
        if (norm == Norm::l2 && Sums::all_within(v, low, high) &&
            Sums::all_within(origin, low, high)) {
            const auto own = d * d;
            size[part] = size[part] + own;
            free[part] = free[part] + own;
            reach[part] = Sums::at_least(reach[part], Sums::magnitude(d));
            return;
        }
        const auto a = low - origin, b = high - origin;
        const auto w = clip_lanes(d, a, b), kept = clip_lanes(zero, a, b);
        size[part] = size[part] + measured_lanes<norm>(w);
        if constexpr (norm == Norm::l2) {
            const auto own = Sums::where_equal(w, d, d * d);
            free[part] = free[part] + Sums::where_equal(kept, zero, own);
            note(list, Sums::different(w, d) | Sums::different(kept, zero), place);
        } else {
            const auto one = Sums::where_above(Sums::magnitude(d), zero, Sums::set(1.0));
            free[part] = free[part] + Sums::where_equal(w, d, one);
        }
        floor[part] = floor[part] + measured_lanes<norm>(kept);
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
    }
};

template <Norm norm>
struct LaterLanes {
    Sums::Reg size[sum_parts], free[sum_parts];

    LaterLanes() {
        for (i64 part = 0; part < sum_parts; ++part) size[part] = free[part] = Sums::set(0.0);
    }
    // later_sums of what is looked at, for Lanes<double>::width elements.
    void add(i64 part, Sums::Reg v, Sums::Reg origin, Sums::Reg low, Sums::Reg high,
             Sums::Reg theta) {
        const auto zero = Sums::set(0.0);
        const auto d = v - origin, a = low - origin, b = high - origin;
        const auto u = shrunk_lanes<norm>(d, theta), w = clip_lanes(u, a, b);
        auto own = measured_lanes<norm>(w);
        if constexpr (norm == Norm::l2) {
            auto own_free = Sums::where_equal(w, u, d * d);
            const auto one = Sums::where_equal(clip_lanes(d, a, b), d, Sums::set(1.0));
            const auto base = Sums::where_equal(clip_lanes(zero, a, b), zero, one);
            own = Sums::where_equal(base, zero, own);
            own_free = Sums::where_equal(base, zero, own_free);
            free[part] = free[part] + own_free;
        } else {
            const auto one = Sums::where_above(Sums::magnitude(u), zero, Sums::set(1.0));
            free[part] = free[part] + Sums::where_equal(w, u, one);
        }
        size[part] = size[part] + own;
    }
    void store(LaneSums& lanes) const {
        for (i64 part = 0; part < sum_parts; ++part) {
            Sums::store(lanes.size + part * Sums::width, size[part]);
            Sums::store(lanes.free + part * Sums::width, free[part]);
        }
    }
};

// Adds the upper half to the lower one until one is left. All from `used` on are zeros and add
// nothing, so a few are enough for little.
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
inline double wide(T value) {
    return static_cast<double>(Scalar<T>::load(value));
}

// Calls work(v, origin, count, box, first element in the tile, lanes) for each chunk and adds what
// it leaves in the lanes.
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
BallSums first_tile(const BallTile& tile, LookedAt& list) {
    list.count = 0;
    return sums_of_chunks<varies, T>(
        tile, [&](const T* v, const T* origin, i64 count, const ChunkBox<varies>& box, i64 begin,
                  LaneSums& lanes) {
            FirstLanes<norm> running;
            i64 i = 0;
            for (; i + sum_lanes <= count; i += sum_lanes) {
#pragma GCC unroll 16  // running sums are to stay in registers
                for (i64 part = 0; part < sum_parts; ++part) {
                    const i64 at = i + part * Sums::width;
                    fetch_ahead<Sums::width>(v + at);
                    fetch_ahead<Sums::width>(origin + at);
                    running.add(part, Sums::load(v + at), Sums::load(origin + at), box.low_at(at),
                                box.high_at(at), begin + at, list);
                }
            }
            running.store(lanes);
            for (int lane = 0; i < count; ++i, ++lane) {
                const double from = wide(v[i]), centre = wide(origin[i]);
                lanes.add(lane, first_sums<norm>(from, centre, box.at(i)));
                if (norm == Norm::l2)
                    note(list, looked_at<norm>(from, centre, box.at(i)), begin + i);
            }
            if (norm == Norm::l1) list.count = LookedAt::most + 1;
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
#pragma GCC unroll 16  // running sums are to stay in registers
            for (i64 part = 0; part < sum_parts; ++part) {
                const i64 from = i + part * Sums::width;
                fetch_ahead<Sums::width>(v + from);
                fetch_ahead<Sums::width>(origin + from);
                running.add(part, Sums::load(v + from), Sums::load(origin + from), box.low_at(from),
                            box.high_at(from), at);
            }
        }
        running.store(lanes);
        for (int lane = 0; i < count; ++i, ++lane) {
            const double from = wide(v[i]), centre = wide(origin[i]);
            if (looked_at<norm>(from, centre, box.at(i)))
                lanes.add(lane, later_sums<norm>(from, centre, box.at(i), theta));
        }
    });
}

// later_tile for those on the list: what the others would add is 0, so the bits are the same.
template <Norm norm, class T>
BallSums listed(const BallTile& tile, double theta, const LookedAt& list) {
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
        const i64 place = list.places[k];
        if (place / chunk_elements != chunk) finish(place / chunk_elements);
        const SampleBox& box = *tile.box;
        const Ends ends = box.by_channel == nullptr
                              ? box.ends
                              : box.by_channel[channel_of(box.layout, tile.first + place)];
        lanes.add(place % sum_lanes,
                  later_sums<norm>(wide(v[place]), wide(origin[place]), ends, theta));
    }
    finish(chunk);
    return add_in_halves(chunks, chunk + 1, add_ball_sums);
}

BallSums ball_first(const BallTile& tile, Norm norm, LookedAt& list) {
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

BallSums ball_later(const BallTile& tile, Norm norm, double theta, const LookedAt& list) {
    const bool varies = tile.box->by_channel != nullptr, short_list = list.count <= LookedAt::most;
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
