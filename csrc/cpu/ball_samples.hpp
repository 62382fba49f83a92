// One sample of a projection on the CPU: its tiles, split among threads, and the search for theta.
#pragma once

#include <memory>
#include <vector>

#include "ball_tiles.hpp"
#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {

// Sums per tile. Most samples have at most a few dozen tiles, which need no heap memory.
template <class Sums>
class TileSums {
  public:
    explicit TileSums(i64 tiles) : count_(tiles) {
        if (tiles > inline_tiles) heap_.reset(new Sums[static_cast<std::size_t>(tiles)]);
    }
    Sums& operator[](i64 tile) {
        return heap_ ? heap_[static_cast<std::size_t>(tile)] : inline_[tile];
    }

    // Adds up in the order of the contract: tile_lanes lanes, then halves.
    template <class Add>
    Sums total(const Add& add) {
        TileSums& self = *this;
        const i64 lanes = count_ < tile_lanes ? count_ : tile_lanes;
        for (i64 tile = lanes; tile < count_; ++tile) add(self[tile % tile_lanes], self[tile]);
        for (i64 half = tile_lanes / 2; half > 0; half /= 2) {
            for (i64 lane = 0; lane < half && lane + half < lanes; ++lane) {
                add(self[lane], self[lane + half]);
            }
        }
        return count_ == 0 ? Sums{} : self[0];
    }

  private:
    static constexpr i64 inline_tiles = 32;
    i64 count_;
    Sums inline_[inline_tiles];
    std::unique_ptr<Sums[]> heap_;
};

class BallSample {
  public:
    BallSample(const StepCall& call, i64 sample, int threads);

    const u8* x() const { return x_; }
    const u8* grad() const { return grad_; }
    u8* out() const { return out_; }
    i64 elements() const { return elements_; }
    int threads() const { return threads_; }
    double epsilon() const { return value_at(call_.epsilon, sample_, 0); }
    double step() const { return value_at(call_.step, sample_, 0); }

    i64 tiles() const { return tiles_of(elements_); }
    BallTile tile(i64 number, const u8* x, const u8* second) const;
    BallTile tile(i64 number, const u8* x) const { return tile(number, x, origin_); }

    // Calls work(tile number) for every tile.
    template <class Work>
    void for_each_tile(const Work& work) const {
        parallel_for(tiles(), threads_, work);
    }

    // Calls work(group) for `groups` groups of tiles, which the caller defines.
    template <class Work>
    void for_each_group(i64 groups, const Work& work) const {
        parallel_for(groups, threads_, work);
    }

    u8* at(u8* memory, i64 number) const { return memory + number * tile_elements * width_; }

    // Projects the values at v; `prepare(tile number)` writes a tile there first.
    template <class Prepare>
    void project(Norm norm, const u8* v, const Prepare& prepare) const {
        write(norm, v, search(norm, v, prepare));
    }
    void write(Norm norm, const u8* v, const BallSearch& search) const;

  private:
    template <class Prepare>
    BallSearch search(Norm norm, const u8* v, const Prepare& prepare) const {
        TileSums<BallSums> parts(tiles());
        ActiveList single;  // for a single tile
        std::unique_ptr<ActiveList[]> more;
        if (tiles() > 1) more.reset(new ActiveList[static_cast<std::size_t>(tiles())]);
        ActiveList* const lists = more ? more.get() : &single;
        for_each_tile([&](i64 number) {
            prepare(number);
            parts[number] = table_.ball_first_round(tile(number, v), norm, lists[number]);
        });
        return search_from(norm, v, parts, lists);
    }
    BallSearch search_from(Norm norm, const u8* v, TileSums<BallSums>& parts,
                           const ActiveList* lists) const;
    BallSearch l1_search(const u8* v, const BallSums& first) const;

    const StepCall& call_;
    const Isa& table_;
    i64 sample_, elements_, width_;
    int threads_;
    const u8 *x_, *grad_, *origin_;
    u8* out_;
    SampleBox box_;
    std::vector<Bounds> by_channel_;
};

// Calls work(sample) for every sample. Splits samples among threads if there are enough of them;
// otherwise runs them one after the other, each with its tiles split among threads.
template <class Work>
void for_each_sample(const StepCall& call, int threads, const Work& work) {
    const i64 samples = call.layout.outer, elements = sample_elements(call.layout);
    if (samples == 0 || elements == 0) return;
    if (samples < 2 * threads && tiles_of(elements) > 1) {
        for (i64 sample = 0; sample < samples; ++sample) work(BallSample(call, sample, threads));
        return;
    }
    const i64 samples_per_task = elements < tile_elements ? tile_elements / elements : 1;
    parallel_for((samples + samples_per_task - 1) / samples_per_task, threads, [&](i64 task) {
        const i64 end =
            (task + 1) * samples_per_task < samples ? (task + 1) * samples_per_task : samples;
        for (i64 sample = task * samples_per_task; sample < end; ++sample) {
            work(BallSample(call, sample, 1));
        }
    });
}

}  // namespace frontiers::cpu
