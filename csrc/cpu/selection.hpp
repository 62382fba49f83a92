// CPU selection of the k largest keys of a sample; see frontiers/select.hpp.
#pragma once

#include "ball_samples.hpp"
#include "frontiers/select.hpp"

namespace frontiers::cpu {

// Histogram of digits. Neighbouring keys often have equal digits, and incrementing a counter twice
// in a row stalls on the first store, so four tables are used in turn.
class DigitCounts {
  public:
    void clear() { counts_.assign(tables * digit_values, 0); }
    void count(const u64* keys, i64 n, i64 first, const Selection& selection);
    // Adds all histograms to the first table of the first one.
    static const i64* total(std::vector<DigitCounts>& all);

  private:
    static constexpr std::size_t tables = 4;
    i64& at(int digit, i64 i) {
        return counts_[static_cast<std::size_t>(i % 4) * digit_values +
                       static_cast<std::size_t>(digit)];
    }
    std::vector<i64> counts_;
};

// Selects `wanted` elements of a sample. `keys(tile number, u64*)` writes a tile's keys.
template <class Keys>
Selection select_largest(const BallSample& sample, i64 wanted, int levels, const Keys& keys) {
    const i64 tiles = sample.tiles(), max_groups = sample.threads() == 1 ? 1 : 4 * sample.threads();
    if (tiles == 1 && levels == value_levels && 0 < wanted && wanted <= max_select_few) {
        u64 tile_keys[tile_elements];
        const i64 count = keys(0, tile_keys);
        return isa().select_few(tile_keys, count, wanted);
    }
    const i64 groups = tiles < max_groups ? tiles : max_groups;
    std::vector<DigitCounts> counts(static_cast<std::size_t>(groups));
    Selection selection = begin_selection(wanted);
    while (!selection.done && !selection.invalid) {
        sample.for_each_group(groups, [&](i64 group) {
            DigitCounts& histogram = counts[static_cast<std::size_t>(group)];
            histogram.clear();
            for (i64 tile = group; tile < tiles; tile += groups) {
                u64 tile_keys[tile_elements];
                const i64 count = keys(tile, tile_keys);
                histogram.count(tile_keys, count, tile * tile_elements, selection);
            }
        });
        find_digit(selection, DigitCounts::total(counts), levels);
    }
    return selection;
}

}  // namespace frontiers::cpu
