// CUDA selection of the k largest keys of every sample (frontiers/select.hpp), one launch per
// digit.
#pragma once

#include "atomics.hpp"
#include "ball.hpp"
#include "frontiers/select.hpp"

namespace frontiers::cuda {

struct SelectionMemory {
    Selection* selections;  // per sample
    u64* counts;            // per sample and digit; unused by samples of a single tile

    static SelectionMemory in(WorkspacePieces& pieces, i64 samples, i64 elements) {
        const i64 counted = tiles_of(elements) > 1 ? samples * digit_values : 0;
        return {pieces.take<Selection>(samples), pieces.take<u64>(counted)};
    }
};

struct ClearCounts {
    u64* counts;
    FRONTIERS_DEVICE void operator()(i64 at) const { counts[at] = 0; }
};

// Keys has u64 operator()(sample, element) and i64 wanted(sample), read at level 0.
template <class Keys>
struct DigitBody {
    static constexpr int threads = tile_lanes, phases = 7;
    static constexpr int digits_per_thread = digit_values / threads;
    struct Shared {
        u32 counts[digit_values];
        i64 groups[threads];
        Selection selection;
        bool working, last;
    };
    struct Local {};

    Keys keys;
    i64 elements, tiles;
    int level, levels;
    SelectionMemory memory;
    u32* tickets;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        const i64 sample = item.tile / tiles, tile = item.tile - sample * tiles;
        const int thread = item.thread;
        if constexpr (phase == 0) {
            begin(sample, thread, shared);
            return;
        }
        if (!shared.working) return;
        if constexpr (phase == 1) count(sample, tile, thread, shared);
        if constexpr (phase == 2) {
            if (tiles > 1) add_to_global(sample, thread, shared);
        }
        if constexpr (phase == 3) {
            if (thread == 0) take_ticket(sample, shared);
        }
        if (!shared.last) return;
        if constexpr (phase == 4) {
            shared.groups[thread] = 0;
            for (int k = 0; k < digits_per_thread; ++k) {
                shared.groups[thread] += count_of(sample, thread * digits_per_thread + k, shared);
            }
        }
        if constexpr (phase == 5) {
            if (thread == 0) finish_sample(sample, shared);
        }
        if constexpr (phase == 6) {
            for (int k = 0; tiles > 1 && k < digits_per_thread; ++k) {
                memory.counts[sample * digit_values + thread * digits_per_thread + k] = 0;
            }
        }
    }

  private:
    FRONTIERS_DEVICE void begin(i64 sample, int thread, Shared& shared) const {
        for (int k = 0; k < digits_per_thread; ++k) shared.counts[thread + k * threads] = 0;
        if (thread != 0) return;
        shared.selection =
            level == 0 ? begin_selection(keys.wanted(sample)) : memory.selections[sample];
        shared.working = !shared.selection.done && !shared.selection.invalid;
        shared.last = false;
    }

    FRONTIERS_DEVICE void count(i64 sample, i64 tile, int thread, Shared& shared) const {
        const i64 first = tile * tile_elements;
        for (i64 j = thread; j < tile_elements && first + j < elements; j += threads) {
            const i64 element = first + j;
            const u64 key = keys(sample, element), tie = tie_key(element);
            if (agrees(shared.selection, key, tie)) {
                atomic_add(shared.counts + digit_of(level, key, tie), 1);
            }
        }
    }

    FRONTIERS_DEVICE void add_to_global(i64 sample, int thread, Shared& shared) const {
        for (int k = 0; k < digits_per_thread; ++k) {
            const int digit = thread + k * threads;
            const u32 block_count = shared.counts[digit];
            if (block_count > 0)
                atomic_add(memory.counts + sample * digit_values + digit, u64{block_count});
        }
        fence();
    }

    FRONTIERS_DEVICE void take_ticket(i64 sample, Shared& shared) const {
        shared.last = tiles == 1;
        if (tiles == 1) return;
        shared.last = atomic_add(tickets + sample, 1) == static_cast<u32>(tiles - 1);
        if (shared.last) tickets[sample] = 0;
        fence();
    }

    FRONTIERS_DEVICE i64 count_of(i64 sample, int digit, const Shared& shared) const {
        if (tiles == 1) return shared.counts[digit];
        return static_cast<i64>(load_volatile(memory.counts + sample * digit_values + digit));
    }

    // find_digit, with the digits in groups to shorten the serial part.
    FRONTIERS_DEVICE void finish_sample(i64 sample, Shared& shared) const {
        Selection& selection = shared.selection;
        if (level == 0 && count_of(sample, digit_values - 1, shared) > 0) {
            selection.invalid = true;
            memory.selections[sample] = selection;
            return;
        }
        i64 larger = 0;
        int group = threads - 1;
        for (; group > 0 && larger + shared.groups[group] < selection.wanted; --group) {
            larger += shared.groups[group];
        }
        int digit = (group + 1) * digits_per_thread - 1;
        i64 here = count_of(sample, digit, shared);
        while (digit > group * digits_per_thread && larger + here < selection.wanted) {
            larger += here;
            here = count_of(sample, --digit, shared);
        }
        take_digit(selection, digit, here, larger, levels);
        memory.selections[sample] = selection;
    }
};

// All tickets must be 0.
template <class Keys>
void select_largest(const char* kernel, const Keys& keys, i64 samples, i64 elements, int levels,
                    const SelectionMemory& memory, u32* tickets, Stream stream) {
    const i64 tiles = tiles_of(elements);
    if (tiles > 1) for_each(kernel, samples * digit_values, ClearCounts{memory.counts}, stream);
    for (int level = 0; level < levels; ++level) {
        const DigitBody<Keys> body{keys, elements, tiles, level, levels, memory, tickets};
        for_each_tile(kernel, samples * tiles, body, stream);
    }
}

}  // namespace frontiers::cuda
