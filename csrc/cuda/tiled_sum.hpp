// Sums over the samples of a call, a block a tile, in the order that frontiers/ball.hpp fixes. The
// block that finishes a sample's last tile adds its tiles up and concludes, so that a round of a
// search is one launch and no block waits for another.
//
//     using Sums;                               with add_to(Sums&, const Sums&); {} is nothing
//     bool wants(i64 sample) const;             whether the sample takes part
//     Sums lane(i64 sample, i64 first) const;   of elements first, first + 16, ... of a chunk
//     void conclude(i64 sample, const Sums&) const;   called by one thread
#pragma once

#include "atomics.hpp"
#include "frontiers/ball_search.hpp"
#include "launch.hpp"

namespace frontiers::cuda {

FRONTIERS_DEVICE void add_to(double& sum, const double& other) { sum += other; }

FRONTIERS_DEVICE double read_sums(const double* from) { return read_fresh(from); }
FRONTIERS_DEVICE BallSums read_sums(const BallSums* from) {
    return {read_fresh(&from->size), read_fresh(&from->free), read_fresh(&from->floor),
            read_fresh(&from->reach)};
}

// The first element of a tile that a thread, lane thread mod 16 of chunk thread div 16, adds up.
FRONTIERS_DEVICE i64 first_of_lane(i64 tile, int thread) {
    return tile * tile_elements + thread / sum_lanes * chunk_elements + thread % sum_lanes;
}

// Halving number 1 .. 8 of a tile's lanes: the lanes of a chunk first, then the chunks.
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
    static constexpr int stored = 1 + halvings, concluded = stored + 2 + halvings;
    static constexpr int phases = concluded + 1;

    struct Shared {
        Sums lanes[threads];
        bool working, last;
    };
    struct Own {};

    Work work;
    i64 tiles;     // of a sample
    Sums* parts;   // of every tile
    u32* tickets;  // of every sample, 0 before and after

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const Place& place, Shared& shared, Own&) const {
        const i64 sample = place.tile / tiles, tile = place.tile - sample * tiles;
        const int thread = place.thread;
        if constexpr (phase == 0) {
            begin(sample, tile, thread, shared);
        } else if constexpr (phase < stored) {
            if (shared.working) halve<phase>(thread, shared.lanes);
        } else if constexpr (phase == stored) {
            if (thread == 0 && shared.working) hand_in(sample, place.tile, shared);
        } else if constexpr (phase == stored + 1) {
            if (shared.last && tiles > 1) collect(sample, thread, shared);
        } else if constexpr (phase < concluded) {
            constexpr int half = 128 >> (phase - stored - 2);
            if (shared.last && tiles > 1 && thread < half)
                add_to(shared.lanes[thread], shared.lanes[thread + half]);
        } else {
            if (shared.last && thread == 0) work.conclude(sample, shared.lanes[0]);
        }
    }

  private:
    FRONTIERS_DEVICE void begin(i64 sample, i64 tile, int thread, Shared& shared) const {
        const bool working = work.wants(sample);
        shared.lanes[thread] = working ? work.lane(sample, first_of_lane(tile, thread)) : Sums{};
        if (thread == 0) {
            shared.working = working;
            shared.last = false;
        }
    }

    FRONTIERS_DEVICE void hand_in(i64 sample, i64 place, Shared& shared) const {
        shared.last = tiles == 1;
        if (tiles == 1) return;
        parts[place] = shared.lanes[0];
        fence();
        shared.last = atomic_add(tickets + sample, 1) == static_cast<u32>(tiles - 1);
        if (shared.last) tickets[sample] = 0;
        fence();
    }

    FRONTIERS_DEVICE void collect(i64 sample, int thread, Shared& shared) const {
        const Sums* own = parts + sample * tiles;
        Sums sum{};
        for (i64 tile = thread; tile < tiles; tile += threads) add_to(sum, read_sums(own + tile));
        shared.lanes[thread] = sum;
    }
};

}  // namespace frontiers::cuda
