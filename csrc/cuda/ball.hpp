// The projection of ball.hpp with CUDA: sums round by round, then the results.
#pragma once

#include "tiled_sum.hpp"
#include "workspace.hpp"

namespace frontiers::cuda {

// What a call keeps on the device between its launches.
struct BallMemory {
    BallSearch* searches;  // of every sample
    double* factors;       // likewise
    u32* tickets;          // likewise
    BallSums* parts;       // of every tile

    static BallMemory in(WorkspacePieces& pieces, i64 samples, i64 elements) {
        return {pieces.take<BallSearch>(samples), pieces.take<double>(samples),
                pieces.take<u32>(samples), pieces.take<BallSums>(samples * tiles_of(elements))};
    }
};

template <class T>
struct BallElements {
    BallCall call;
    i64 elements;  // of a sample
    bool by_channel;

    explicit BallElements(const BallCall& of)
        : call(of),
          elements(sample_elements(of)),
          by_channel(of.low.channel_stride != 0 || of.high.channel_stride != 0) {}

    FRONTIERS_DEVICE static double load(const void* from, i64 place) {
        return static_cast<double>(Scalar<T>::load(static_cast<const T*>(from)[place]));
    }
    FRONTIERS_DEVICE double x(i64 place) const { return load(call.x, place); }
    FRONTIERS_DEVICE double grad(i64 place) const { return load(call.grad, place); }
    FRONTIERS_DEVICE double slope(i64 place) const {
        return call.ascend ? grad(place) : -grad(place);
    }
    FRONTIERS_DEVICE double origin(i64 place) const { return load(call.origin, place); }
    FRONTIERS_DEVICE T* out() const { return static_cast<T*>(call.out); }
    FRONTIERS_DEVICE Ends ends(i64 sample, i64 element) const {
        const i64 channel = by_channel ? channel_of(call.layout, element) : 0;
        return ends_within<T>(value_at(call.low, sample, channel),
                              value_at(call.high, sample, channel));
    }
    FRONTIERS_DEVICE double epsilon(i64 sample) const { return value_at(call.epsilon, sample, 0); }
};

// What is projected: the elements of x, or a step that is written to `out` on the way.
template <class T>
struct NoStep {
    FRONTIERS_DEVICE double at(const BallElements<T>& call, i64, i64, i64 place) const {
        return call.x(place);
    }
};

// The first round: at first_theta, of what `Step` gives.
template <class T, Norm norm, class Step>
struct FirstSums {
    using Sums = BallSums;
    BallElements<T> call;
    Step step;
    BallSearch* searches;

    FRONTIERS_DEVICE bool wants(i64) const { return true; }
    FRONTIERS_DEVICE Sums lane(i64 sample, i64 first) const {
        Sums sums{};
        Ends box = call.ends(sample, 0);
        for (i64 j = 0; j < chunk_elements / sum_lanes; ++j) {
            const i64 element = first + j * sum_lanes;
            if (element >= call.elements) break;
            if (call.by_channel) box = call.ends(sample, element);
            const i64 place = sample * call.elements + element;
            const double v = step.at(call, sample, element, place);
            add_to(sums, first_sums<norm>(v, call.origin(place), box));
        }
        return sums;
    }
    FRONTIERS_DEVICE void conclude(i64 sample, const Sums& sums) const {
        searches[sample] = begin_search<norm>(sums, call.epsilon(sample));
    }
};

// A later round, of what lies at v.
template <class T, Norm norm>
struct NextSums {
    using Sums = BallSums;
    BallElements<T> call;
    const void* v;
    BallSearch* searches;
    bool last;

    FRONTIERS_DEVICE bool wants(i64 sample) const {
        return searches[sample].fate == Fate::searching;
    }
    FRONTIERS_DEVICE Sums lane(i64 sample, i64 first) const {
        const double theta = searches[sample].theta;
        Sums sums{};
        Ends box = call.ends(sample, 0);
        for (i64 j = 0; j < chunk_elements / sum_lanes; ++j) {
            const i64 element = first + j * sum_lanes;
            if (element >= call.elements) break;
            if (call.by_channel) box = call.ends(sample, element);
            const i64 place = sample * call.elements + element;
            const double from = BallElements<T>::load(v, place), origin = call.origin(place);
            if (!looked_at<norm>(from, origin, box)) continue;
            const BallSums own = later_sums<norm>(from, origin, box, theta);
            sums.size += own.size;
            sums.free += own.free;
        }
        return sums;
    }
    FRONTIERS_DEVICE void conclude(i64 sample, const Sums& sums) const {
        BallSearch search = searches[sample];
        advance_search<norm>(search, sums);
        if (last) end_search(search);
        searches[sample] = search;
    }
};

// The results, 256 elements of a tile at a time.
template <class T, Norm norm>
struct WriteBody {
    static constexpr int threads = tile_lanes, phases = 1;
    struct Shared {};
    struct Own {};
    BallElements<T> call;
    const void* v;
    const BallSearch* searches;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const Place& place, Shared&, Own&) const {
        const i64 tiles = tiles_of(call.elements);
        const i64 sample = place.tile / tiles, tile = place.tile - sample * tiles;
        const BallSearch search = searches[sample];
        Ends box = call.ends(sample, 0);
        for (i64 j = place.thread; j < tile_elements; j += threads) {
            const i64 element = tile * tile_elements + j;
            if (element >= call.elements) break;
            if (call.by_channel) box = call.ends(sample, element);
            write(sample * call.elements + element, search, box);
        }
    }

    FRONTIERS_DEVICE void write(i64 at, const BallSearch& search, const Ends& box) const {
        T& to = call.out()[at];
        const double from = BallElements<T>::load(v, at);
        if (search.fate == Fate::found) {
            to = ball_element<norm, T>(from, call.origin(at), box, search.theta);
        } else if (search.fate == Fate::invalid) {
            to = not_a_number<T>();
        } else {
            to = boxed_element<T>(search.fate == Fate::within ? from : call.origin(at), box);
        }
    }
};

struct ClearTickets {
    u32* tickets;
    FRONTIERS_DEVICE void operator()(i64 sample) const { tickets[sample] = 0; }
};

// Projects what `step` makes of x. The tickets are 0.
template <class T, Norm norm, class Step>
void project_ball(const char* kernel, const BallCall& of, const BallMemory& memory,
                  const Step& step, const void* v, Stream stream) {
    const BallElements<T> call(of);
    const i64 tiles = tiles_of(call.elements), all = of.layout.outer * tiles;
    using First = FirstSums<T, norm, Step>;
    for_each_tile(
        kernel, all,
        TiledSum<First>{{call, step, memory.searches}, tiles, memory.parts, memory.tickets},
        stream);
    using Next = NextSums<T, norm>;
    for (int round = 0; round < most_rounds; ++round) {
        for_each_tile(kernel, all,
                      TiledSum<Next>{{call, v, memory.searches, round + 1 == most_rounds},
                                     tiles,
                                     memory.parts,
                                     memory.tickets},
                      stream);
    }
    for_each_tile(kernel, all, WriteBody<T, norm>{call, v, memory.searches}, stream);
}

}  // namespace frontiers::cuda
