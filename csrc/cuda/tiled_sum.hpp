// Sums over the samples of a call, one block per tile, in the order that frontiers/ball.hpp fixes.
// The block that finishes last in a sample adds up the sample's tiles, so a round of a search is a
// single launch and no block waits for another. A Work has:
//
//     using Sums;                                    with add_to(Sums&, const Sums&) and zero {}
//     bool participates(i64 sample) const;           whether the sample still needs a sum
//     Sums lane(i64 sample, i64 first) const;        sum of elements first, first + 16, ... of
//                                                    a chunk
//     void finish_sample(i64 sample, const Sums&) const;   called by one thread
#pragma once

#include "atomics.hpp"
#include "frontiers/ball_search.hpp"
#include "launch.hpp"

namespace frontiers::cuda {

FRONTIERS_DEVICE void add_to(double& sum, const double& other) { sum += other; }

FRONTIERS_DEVICE double read_sums(const double* from) { return load_volatile(from); }
FRONTIERS_DEVICE BallSums read_sums(const BallSums* from) {
    return {load_volatile(&from->size), load_volatile(&from->free), load_volatile(&from->floor),
            load_volatile(&from->reach), load_volatile(&from->active)};
}

// First element that a thread of a tile sums: lane thread mod 16 of chunk thread div 16.
FRONTIERS_DEVICE i64 first_of_lane(i64 tile, int thread) {
    return tile * tile_elements + thread / sum_lanes * chunk_elements + thread % sum_lanes;
}

// Halving step 1 .. 8 of a tile's lanes: first the lanes of each chunk, then the chunks.
template <int number, class Sums>
FRONTIERS_DEVICE void halve(int thread, Sums* lanes) {
    constexpr int half = number <= 4 ? 8 >> (number - 1) : 128 >> (number - 5);
    const bool lower =
        number <= 4 ? thread % sum_lanes < half : thread < half && thread % sum_lanes == 0;
    if (lower) add_to(lanes[thread], lanes[thread + half]);
}

template <class Work>
struct TiledSum {
    using Sums = typename Work::Sums;
    static constexpr int threads = tile_lanes;
    static constexpr int halvings = 8;
    static constexpr int stored = 1 + halvings, final_phase = stored + 2 + halvings;
    static constexpr int phases = final_phase + 1;

    struct Shared {
        Sums lanes[threads];
        bool working, last;
    };
    struct Local {};

    Work work;
    i64 tiles;     // per sample
    Sums* parts;   // per tile
    u32* tickets;  // per sample; 0 before and after

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        const i64 sample = item.tile / tiles, tile = item.tile - sample * tiles;
        const int thread = item.thread;
        if constexpr (phase == 0) {
            begin(sample, tile, thread, shared);
        } else if constexpr (phase < stored) {
            if (shared.working) halve<phase>(thread, shared.lanes);
        } else if constexpr (phase == stored) {
            if (thread == 0 && shared.working) store_partial(sample, item.tile, shared);
        } else if constexpr (phase == stored + 1) {
            if (shared.last && tiles > 1) collect(sample, thread, shared);
        } else if constexpr (phase < final_phase) {
            constexpr int half = 128 >> (phase - stored - 2);
            if (shared.last && tiles > 1 && thread < half)
                add_to(shared.lanes[thread], shared.lanes[thread + half]);
        } else {
            if (shared.last && thread == 0) work.finish_sample(sample, shared.lanes[0]);
        }
    }

  private:
    FRONTIERS_DEVICE void begin(i64 sample, i64 tile, int thread, Shared& shared) const {
        const bool working = work.participates(sample);
        shared.lanes[thread] = working ? work.lane(sample, first_of_lane(tile, thread)) : Sums{};
        if (thread == 0) {
            shared.working = working;
            shared.last = false;
        }
    }

    FRONTIERS_DEVICE void store_partial(i64 sample, i64 part, Shared& shared) const {
        shared.last = tiles == 1;
        if (tiles == 1) return;
        parts[part] = shared.lanes[0];
        fence();
        shared.last = atomic_add(tickets + sample, 1) == static_cast<u32>(tiles - 1);
        if (shared.last) tickets[sample] = 0;
        fence();
    }

    FRONTIERS_DEVICE void collect(i64 sample, int thread, Shared& shared) const {
        const Sums* sample_parts = parts + sample * tiles;
        Sums sum{};
        for (i64 tile = thread; tile < tiles; tile += threads)
            add_to(sum, read_sums(sample_parts + tile));
        shared.lanes[thread] = sum;
    }
};

}  // namespace frontiers::cuda
