// CUDA projection onto an L1 or L2 ball (frontiers/ball.hpp): rounds of sums, then the results.
#pragma once

#include "batches.hpp"
#include "tiled_sum.hpp"
#include "workspace.hpp"

namespace frontiers::cuda {

// Device memory of a call between its launches.
struct BallBuffers {
    BallSearch* searches;  // per sample
    double* factors;       // per sample
    u32* tickets;          // per sample
    BallSums* parts;       // per tile

    static BallBuffers in(WorkspacePieces& pieces, i64 samples, i64 elements) {
        return {pieces.take<BallSearch>(samples), pieces.take<double>(samples),
                pieces.take<u32>(samples), pieces.take<BallSums>(samples * tiles_of(elements))};
    }
};

template <class T>
struct BallElements {
    StepCall call;
    i64 elements;  // of a sample
    bool by_channel;

    explicit BallElements(const StepCall& of)
        : call(of),
          elements(sample_elements(of.layout)),
          by_channel(of.low.channel_stride != 0 || of.high.channel_stride != 0) {}

    FRONTIERS_DEVICE static double load(const void* from, i64 index) {
        return static_cast<double>(Scalar<T>::load(static_cast<const T*>(from)[index]));
    }
    FRONTIERS_DEVICE double x(i64 index) const { return load(call.x, index); }
    FRONTIERS_DEVICE double grad(i64 index) const { return load(call.grad, index); }
    FRONTIERS_DEVICE double slope(i64 index) const {
        return call.ascend ? grad(index) : -grad(index);
    }
    FRONTIERS_DEVICE double origin(i64 index) const { return load(call.origin, index); }
    FRONTIERS_DEVICE T* out() const { return static_cast<T*>(call.out); }
    FRONTIERS_DEVICE Bounds bounds(i64 sample, i64 element) const {
        const i64 channel = by_channel ? channel_of(call.layout, element) : 0;
        return bounds_in<T>(value_at(call.low, sample, channel),
                            value_at(call.high, sample, channel));
    }
    FRONTIERS_DEVICE double epsilon(i64 sample) const { return value_at(call.epsilon, sample, 0); }
};

// Step that leaves x as it is. A step with `moves` also writes the values that it computes to
// `out`.
template <class T>
struct NoStep {
    static constexpr bool moves = false;
    FRONTIERS_DEVICE T at(const BallElements<T>& call, i64, i64, i64 index) const {
        return static_cast<const T*>(call.call.x)[index];
    }
};

// Calls work(index, v, origin, bounds) for the elements of a sample that for_each_batch visits.
template <class T, class Work>
FRONTIERS_DEVICE void for_each_pair(const BallElements<T>& call, const void* v, i64 sample,
                                    i64 first, int stride, i64 end, const Work& work) {
    const i64 base = sample * call.elements;
    const Bounds box = call.bounds(sample, 0);
    for_each_batch(first, stride, end, [&]<int count>(const Batch<count>& batch) {
        double from[count], origin[count];
        FRONTIERS_UNROLL
        for (int j = 0; j < count; ++j) {
            from[j] = BallElements<T>::load(v, base + batch.element(j));
            origin[j] = call.origin(base + batch.element(j));
        }
        FRONTIERS_UNROLL
        for (int j = 0; j < count; ++j) {
            const i64 element = batch.element(j);
            const Bounds bounds = call.by_channel ? call.bounds(sample, element) : box;
            work(base + element, from[j], origin[j], bounds);
        }
    });
}

// First round of sums, at first_theta, over the values that `step` produces.
template <class T, Norm norm, class Step>
struct FirstSums {
    using Sums = BallSums;
    BallElements<T> call;
    Step step;
    BallSearch* searches;

    FRONTIERS_DEVICE bool participates(i64) const { return true; }
    FRONTIERS_DEVICE Sums lane(i64 sample, i64 first) const {
        Sums sums{};
        const i64 base = sample * call.elements;
        const Bounds box = call.bounds(sample, 0);
        for_each_batch(first, sum_lanes, call.elements, [&]<int count>(const Batch<count>& batch) {
            T v[count], origin[count];
            FRONTIERS_UNROLL
            for (int j = 0; j < count; ++j) {
                const i64 element = batch.element(j);
                v[j] = step.at(call, sample, element, base + element);
                origin[j] = static_cast<const T*>(call.call.origin)[base + element];
            }
            FRONTIERS_UNROLL
            for (int j = 0; j < count; ++j) {
                const i64 element = batch.element(j);
                if constexpr (Step::moves) call.out()[base + element] = v[j];
                const Bounds bounds = call.by_channel ? call.bounds(sample, element) : box;
                add_to(sums,
                       first_sums<norm>(static_cast<double>(Scalar<T>::load(v[j])),
                                        static_cast<double>(Scalar<T>::load(origin[j])), bounds));
            }
        });
        return sums;
    }
    FRONTIERS_DEVICE void finish_sample(i64 sample, const Sums& sums) const {
        searches[sample] = begin_search<norm>(sums, call.epsilon(sample));
    }
};

// A later round of sums, over the values at `v`.
template <class T, Norm norm>
struct NextSums {
    using Sums = BallSums;
    BallElements<T> call;
    const void* v;
    BallSearch* searches;
    bool last;

    FRONTIERS_DEVICE bool participates(i64 sample) const {
        return searches[sample].status == SearchStatus::searching;
    }
    FRONTIERS_DEVICE Sums lane(i64 sample, i64 first) const {
        return lane(sample, first, searches[sample].theta);
    }
    FRONTIERS_DEVICE Sums lane(i64 sample, i64 first, double theta) const {
        Sums sums{};
        for_each_pair(call, v, sample, first, sum_lanes, call.elements,
                      [&](i64, double from, double origin, const Bounds& box) {
                          if (!is_active<norm>(from, origin, box)) return;
                          const BallSums terms = later_sums<norm>(from, origin, box, theta);
                          sums.size += terms.size;
                          sums.free += terms.free;
                      });
        return sums;
    }
    FRONTIERS_DEVICE void finish_sample(i64 sample, const Sums& sums) const {
        BallSearch search = searches[sample];
        advance_search<norm>(search, sums);
        if (last) end_search(search);
        searches[sample] = search;
    }
};

// Fewer samples than this don't fill a GPU with blocks of 256 threads.
inline constexpr i64 few_samples = 512;

// Runs all later rounds of a sample in one block, `tiles_at_once` tiles at a time. The order of the
// sums is that of TiledSum.
template <class T, Norm norm, int tiles_at_once>
struct SearchBody {
    static constexpr int threads = tiles_at_once * tile_lanes, max_tiles = 64;
    static constexpr int halvings = 8, phases = halvings + 4;
    struct Shared {
        BallSums lanes[threads], tiles[max_tiles];
        BallSearch search;
    };
    struct Local {};
    NextSums<T, norm> sums;
    i64 tiles;  // of a sample

    FRONTIERS_DEVICE i64 steps() const { return (tiles + tiles_at_once - 1) / tiles_at_once; }
    FRONTIERS_DEVICE i64 rounds() const { return max_rounds * steps(); }
    FRONTIERS_DEVICE bool done(const Shared& shared) const {
        return shared.search.status != SearchStatus::searching;
    }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        const i64 round = item.round / steps(), step = item.round - round * steps();
        const int thread = item.thread % tile_lanes;
        const i64 tile = step * tiles_at_once + item.thread / tile_lanes;
        BallSums* lanes = shared.lanes + (item.thread - thread);
        if constexpr (phase == 0) {
            if (item.thread == 0 && item.round == 0) shared.search = sums.searches[item.tile];
        } else if constexpr (phase == phases - 1) {
            // Only thread 0 may test `done` in this phase, because it may also write the status.
            const bool last_step = item.thread == 0 && step + 1 == steps();
            if (last_step && !done(shared))
                finish_sample(item.tile, round + 1 == max_rounds, shared);
        } else if (done(shared)) {
            return;
        } else if constexpr (phase == 1) {
            lanes[thread] = sums.lane(item.tile, first_of_lane(tile, thread), shared.search.theta);
        } else if constexpr (phase < 2 + halvings) {
            halve<phase - 1>(thread, lanes);
        } else {
            if (thread == 0 && tile < tiles) shared.tiles[tile] = lanes[0];
        }
    }

  private:
    FRONTIERS_DEVICE void finish_sample(i64 sample, bool last, Shared& shared) const {
        for (int half = max_tiles / 2; half > 0; half /= 2) {
            for (int tile = 0; tile < half && tile + half < tiles; ++tile) {
                add_to(shared.tiles[tile], shared.tiles[tile + half]);
            }
        }
        BallSearch search = shared.search;
        advance_search<norm>(search, shared.tiles[0]);
        if (last) end_search(search);
        shared.search = search;
        sums.searches[sample] = search;
    }
};

// Writes the results of a tile, 256 elements at a time.
template <class T, Norm norm>
struct WriteBody {
    static constexpr int threads = tile_lanes, phases = 1;
    struct Shared {};
    struct Local {};
    BallElements<T> call;
    const void* v;
    const BallSearch* searches;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared&, Local&) const {
        const i64 tiles = tiles_of(call.elements);
        const i64 sample = item.tile / tiles, tile = item.tile - sample * tiles;
        const BallSearch search = searches[sample];
        if (search.status == SearchStatus::found) {
            write(sample, tile, item.thread, [&](double from, double origin, const Bounds& box) {
                return ball_element<norm, T>(from, origin, box, search.theta);
            });
        } else {
            write(sample, tile, item.thread, [&](double from, double origin, const Bounds& box) {
                const double value = search.status == SearchStatus::within ? from : origin;
                return search.status == SearchStatus::invalid ? not_a_number<T>()
                                                              : clip_element<T>(value, box);
            });
        }
    }

    template <class Element>
    FRONTIERS_DEVICE void write(i64 sample, i64 tile, int thread, const Element& at) const {
        const i64 first = tile * tile_elements, next = first + tile_elements;
        for_each_pair(call, v, sample, first + thread, threads,
                      next < call.elements ? next : call.elements,
                      [&](i64 index, double from, double origin, const Bounds& box) {
                          call.out()[index] = at(from, origin, box);
                      });
    }
};

struct ClearTickets {
    u32* tickets;
    FRONTIERS_DEVICE void operator()(i64 sample) const { tickets[sample] = 0; }
};

// Projects the values that `step` computes from x. All tickets must be 0.
template <class T, Norm norm, class Step>
void project_ball(const char* kernel, const StepCall& of, const BallBuffers& memory,
                  const Step& step, const void* v, Stream stream) {
    const BallElements<T> call(of);
    const i64 tiles = tiles_of(call.elements), all = of.layout.outer * tiles;
    using First = FirstSums<T, norm, Step>;
    for_each_tile(
        kernel, all,
        TiledSum<First>{{call, step, memory.searches}, tiles, memory.parts, memory.tickets},
        stream);
    using Next = NextSums<T, norm>;
    using Small = SearchBody<T, norm, 1>;
    using Large = SearchBody<T, norm, 4>;
    const bool by_block = tiles <= Small::max_tiles;
    if (by_block) {
        const Next next{call, v, memory.searches, false};
        const i64 samples = of.layout.outer;
        samples < few_samples ? for_each_tile(kernel, samples, Large{next, tiles}, stream)
                              : for_each_tile(kernel, samples, Small{next, tiles}, stream);
    }
    for (int round = 0; !by_block && round < max_rounds; ++round) {
        for_each_tile(kernel, all,
                      TiledSum<Next>{{call, v, memory.searches, round + 1 == max_rounds},
                                     tiles,
                                     memory.parts,
                                     memory.tickets},
                      stream);
    }
    for_each_tile(kernel, all, WriteBody<T, norm>{call, v, memory.searches}, stream);
}

}  // namespace frontiers::cuda
