// Finding the k largest keys of a sample on the CPU, see frontiers/select.hpp.
#pragma once

#include "ball_samples.hpp"
#include "frontiers/select.hpp"

namespace frontiers::cpu {

// How often each digit comes. Equal digits often follow each other, and an addition to the same
// place has to wait for the one before it, so neighbours have tables of their own.
class DigitCounts {
  public:
    void clear() { counts_.assign(tables * digit_values, 0); }
    void count(const u64* keys, i64 n, i64 first, const Selection& selection);
    // Adds everything up in the first table of the first of them.
    static const i64* total(std::vector<DigitCounts>& all);

  private:
    static constexpr std::size_t tables = 4;
    i64& at(int digit, i64 i) {
        return counts_[static_cast<std::size_t>(i % 4) * digit_values +
                       static_cast<std::size_t>(digit)];
    }
    std::vector<i64> counts_;
};

// Selects `wanted` of a sample's elements. `keys(tile number, u64*)` writes a tile's keys.
template <class Keys>
Selection select_largest(const BallSample& sample, i64 wanted, int levels, const Keys& keys) {
    const i64 tiles = sample.tiles(), most = sample.threads() == 1 ? 1 : 4 * sample.threads();
    if (tiles == 1 && levels == value_levels && 0 < wanted && wanted <= few_largest) {
        u64 found[tile_elements];
        const i64 count = keys(0, found);
        return isa().select_few(found, count, wanted);
    }
    const i64 groups = tiles < most ? tiles : most;
    std::vector<DigitCounts> counts(static_cast<std::size_t>(groups));
    Selection selection = begin_selection(wanted);
    while (!selection.done && !selection.invalid) {
        sample.for_each_group(groups, [&](i64 group) {
            DigitCounts& own = counts[static_cast<std::size_t>(group)];
            own.clear();
            for (i64 tile = group; tile < tiles; tile += groups) {
                u64 found[tile_elements];
                const i64 count = keys(tile, found);
                own.count(found, count, tile * tile_elements, selection);
            }
        });
        find_digit(selection, DigitCounts::total(counts), levels);
    }
    return selection;
}

}  // namespace frontiers::cpu
