// Loops over a tile of a ball: sums in the contract's sixteen lanes, and results. In float64 for
// every element type: its differences are then exact or nearly so, and one rounding is the last.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

using Sums = Lanes<double>;
constexpr i64 sum_parts = sum_lanes / Sums::width;

// The box along a chunk; where it varies by channel, as rows.
template <bool varies>
struct ChunkBox {
    Ends ends;
    double low[varies ? chunk_elements : 1], high[varies ? chunk_elements : 1];

    void fill(const SampleBox& box, i64 first, i64 count) {
        ends = box.ends;
        if constexpr (varies) {
            for (i64 i = 0; i < count; ++i) {
                const Ends& own = box.by_channel[channel_of(box.layout, first + i)];
                low[i] = own.low;
                high[i] = own.high;
            }
        }
    }
    Sums::Reg low_at(i64 i) const {
        if constexpr (varies) return Sums::load(low + i);
        return Sums::set(ends.low);
    }
    Sums::Reg high_at(i64 i) const {
        if constexpr (varies) return Sums::load(high + i);
        return Sums::set(ends.high);
    }
    Ends at(i64 i) const {
        if constexpr (varies) return {low[i], high[i]};
        return ends;
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
inline Sums::Reg measured_lanes(Sums::Reg w) {
    if constexpr (norm == Norm::l2) return w * w;
    return Sums::magnitude(w);
}

// Notes the lanes whose bits are set, of which the first is element `place` of the tile.
inline void note(LookedAt& list, u32 bits, i64 place) {
    for (; bits != 0 && list.count <= LookedAt::most; bits &= bits - 1, ++list.count) {
        if (list.count < LookedAt::most)
            list.places[list.count] = static_cast<u16>(place + __builtin_ctz(bits));
    }
}

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
        const auto d = v - origin, a = low - origin, b = high - origin;
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
    void store(BallSums (&lanes)[sum_lanes]) const {
        double rows[4][sum_lanes];
        for (i64 part = 0; part < sum_parts; ++part) {
            Sums::store(rows[0] + part * Sums::width, size[part]);
            Sums::store(rows[1] + part * Sums::width, free[part]);
            Sums::store(rows[2] + part * Sums::width, floor[part]);
            Sums::store(rows[3] + part * Sums::width, reach[part]);
        }
        for (int lane = 0; lane < sum_lanes; ++lane) {
            lanes[lane] = {rows[0][lane], rows[1][lane], rows[2][lane], rows[3][lane]};
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
    void store(BallSums (&lanes)[sum_lanes]) const {
        double rows[2][sum_lanes];
        for (i64 part = 0; part < sum_parts; ++part) {
            Sums::store(rows[0] + part * Sums::width, size[part]);
            Sums::store(rows[1] + part * Sums::width, free[part]);
        }
        for (int lane = 0; lane < sum_lanes; ++lane) {
            lanes[lane] = {rows[0][lane], rows[1][lane], 0.0, 0.0};
        }
    }
};

// Adds the upper half to the lower one until one is left.
template <class Each, int count, class Add>
inline Each add_in_halves(Each (&values)[count], const Add& add) {
    for (int half = count / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) add(values[i], values[i + half]);
    }
    return values[0];
}

inline void add_ball_sums(BallSums& to, const BallSums& from) { add_to(to, from); }

template <class T>
inline double wide(T value) {
    return static_cast<double>(Scalar<T>::load(value));
}

// Calls work(v, origin, count, box, first element in the tile) for each chunk and adds what it
// says.
template <bool varies, class T, class Work>
BallSums sums_of_chunks(const BallTile& tile, const Work& work) {
    const T* v = static_cast<const T*>(tile.x);
    const T* origin = static_cast<const T*>(tile.origin);
    BallSums chunks[tile_elements / chunk_elements] = {};
    ChunkBox<varies> box;
    for (i64 begin = 0; begin < tile.count; begin += chunk_elements) {
        const i64 left = tile.count - begin;
        const i64 count = left < chunk_elements ? left : chunk_elements;
        box.fill(*tile.box, tile.first + begin, count);
        BallSums lanes[sum_lanes];
        work(v + begin, origin + begin, count, box, begin, lanes);
        chunks[begin / chunk_elements] = add_in_halves(lanes, add_ball_sums);
    }
    return add_in_halves(chunks, add_ball_sums);
}

template <Norm norm, bool varies, class T>
BallSums first_tile(const BallTile& tile, LookedAt& list) {
    list.count = 0;
    return sums_of_chunks<varies, T>(
        tile, [&](const T* v, const T* origin, i64 count, const ChunkBox<varies>& box, i64 begin,
                  BallSums(&lanes)[sum_lanes]) {
            FirstLanes<norm> running;
            i64 i = 0;
            for (; i + sum_lanes <= count; i += sum_lanes) {
                for (i64 part = 0; part < sum_parts; ++part) {
                    const i64 at = i + part * Sums::width;
                    running.add(part, Sums::load(v + at), Sums::load(origin + at), box.low_at(at),
                                box.high_at(at), begin + at, list);
                }
            }
            running.store(lanes);
            for (int lane = 0; i < count; ++i, ++lane) {
                const double from = wide(v[i]), centre = wide(origin[i]);
                add_to(lanes[lane], first_sums<norm>(from, centre, box.at(i)));
                if (norm == Norm::l2)
                    note(list, looked_at<norm>(from, centre, box.at(i)), begin + i);
            }
            if (norm == Norm::l1) list.count = LookedAt::most + 1;
        });
}

template <Norm norm, bool varies, class T>
BallSums later_tile(const BallTile& tile, double theta) {
    return sums_of_chunks<varies, T>(
        tile, [&](const T* v, const T* origin, i64 count, const ChunkBox<varies>& box, i64,
                  BallSums(&lanes)[sum_lanes]) {
            LaterLanes<norm> running;
            const auto at = Sums::set(theta);
            i64 i = 0;
            for (; i + sum_lanes <= count; i += sum_lanes) {
                for (i64 part = 0; part < sum_parts; ++part) {
                    const i64 from = i + part * Sums::width;
                    running.add(part, Sums::load(v + from), Sums::load(origin + from),
                                box.low_at(from), box.high_at(from), at);
                }
            }
            running.store(lanes);
            for (int lane = 0; i < count; ++i, ++lane) {
                const double from = wide(v[i]), centre = wide(origin[i]);
                if (looked_at<norm>(from, centre, box.at(i)))
                    add_to(lanes[lane], later_sums<norm>(from, centre, box.at(i), theta));
            }
        });
}

// later_tile for those on the list: what the others would add is 0, so the bits are the same.
template <Norm norm, class T>
BallSums listed(const BallTile& tile, double theta, const LookedAt& list) {
    const T* v = static_cast<const T*>(tile.x);
    const T* origin = static_cast<const T*>(tile.origin);
    BallSums chunks[tile_elements / chunk_elements] = {}, lanes[sum_lanes] = {};
    i64 chunk = 0;
    const auto finish = [&](i64 next) {
        chunks[chunk] = add_in_halves(lanes, add_ball_sums);
        for (auto& lane : lanes) lane = {};
        chunk = next;
    };
    for (i64 k = 0; k < list.count; ++k) {
        const i64 place = list.places[k];
        if (place / chunk_elements != chunk) finish(place / chunk_elements);
        const SampleBox& box = *tile.box;
        const Ends ends = box.by_channel == nullptr
                              ? box.ends
                              : box.by_channel[channel_of(box.layout, tile.first + place)];
        add_to(lanes[place % sum_lanes],
               later_sums<norm>(wide(v[place]), wide(origin[place]), ends, theta));
    }
    finish(chunk);
    return add_in_halves(chunks, add_ball_sums);
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

// ball_element for Lanes<double>::width elements.
template <Norm norm, class T>
inline Sums::Reg ball_lanes(const T* type, Sums::Reg v, Sums::Reg origin, Sums::Reg low,
                            Sums::Reg high, Sums::Reg theta) {
    const auto u = shrunk_lanes<norm>(v - origin, theta);
    const auto towards = Sums::sign(u);
    const auto moved = Sums::add_down(Sums::flip(origin, towards), Sums::magnitude(u));
    const auto kept = Sums::flip(Sums::round_down(type, moved), towards);
    return clip_lanes(kept, low, high) + Sums::set(0.0);
}

template <Norm norm, bool varies, class T>
void write_chunk(const T* v, const T* origin, T* out, i64 count, const ChunkBox<varies>& box,
                 double theta) {
    const auto at = Sums::set(theta);
    i64 i = 0;
    for (; i + Sums::width <= count; i += Sums::width) {
        Sums::store(out + i, ball_lanes<norm>(v, Sums::load(v + i), Sums::load(origin + i),
                                              box.low_at(i), box.high_at(i), at));
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
        const auto inside = clip_lanes(Sums::load(from + i), box.low_at(i), box.high_at(i));
        Sums::store(out + i, inside + Sums::set(0.0));
    }
    for (; i < count; ++i) {
        out[i] = boxed_element<T>(static_cast<double>(Scalar<T>::load(from[i])), box.at(i));
    }
}

template <bool varies, class T>
void write_tile(const BallTile& tile, T* out, Norm norm, const BallSearch& search) {
    const T* v = static_cast<const T*>(tile.x);
    const T* origin = static_cast<const T*>(tile.origin);
    ChunkBox<varies> box;
    for (i64 begin = 0; begin < tile.count; begin += chunk_elements) {
        const i64 left = tile.count - begin;
        const i64 count = left < chunk_elements ? left : chunk_elements;
        box.fill(*tile.box, tile.first + begin, count);
        if (search.fate == Fate::within) {
            box_chunk(v + begin, out + begin, count, box);
        } else if (search.fate == Fate::centre) {
            box_chunk(origin + begin, out + begin, count, box);
        } else if (norm == Norm::l2) {
            write_chunk<Norm::l2>(v + begin, origin + begin, out + begin, count, box, search.theta);
        } else {
            write_chunk<Norm::l1>(v + begin, origin + begin, out + begin, count, box, search.theta);
        }
    }
}

void ball_write(const BallTile& tile, void* out_void, Norm norm, const BallSearch& search) {
    with_scalar(tile.dtype, [&]<class T>(T) {
        T* out = static_cast<T*>(out_void);
        if (search.fate == Fate::invalid) {
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
