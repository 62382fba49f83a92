// Selection of the k largest keys of a sample without sorting: a radix selection from the top digit
// down, with 2048 values per digit.
//
// A key is a number >= 0 as its float64 bits, which are ordered like the numbers. Each level counts
// the next digit of those keys that agree with the k-th largest in all higher digits, which yields
// that digit. Counts are integers, so the order of counting does not matter. Equal keys are ordered
// by index with three further digits; the lower index counts as larger. The selected elements are
// those not below the final edge (value, tie).
#pragma once

#include "frontiers/scalar.hpp"

namespace frontiers {

inline constexpr int digit_values = 2048;
inline constexpr int value_levels = 6;
inline constexpr int tie_levels = 3;
inline constexpr i64 max_elements = i64{1} << 33;

struct Selection {
    u64 value, tie;  // the edge, as far as it is determined
    i64 wanted;      // how many of the keys that agree with the edge remain to be selected
    i64 above;       // how many are selected already
    int level;       // the next digit to determine
    bool done;
    bool invalid;  // a key is NaN or infinite
};

FRONTIERS_HD int digit_shift(int level) {
    if (level < value_levels) return level == value_levels - 1 ? 0 : 52 - 11 * level;
    return 11 * (value_levels + tie_levels - 1 - level);
}

FRONTIERS_HD int digit_of(int level, u64 value, u64 tie) {
    const u64 shifted = (level < value_levels ? value : tie) >> digit_shift(level);
    return static_cast<int>(shifted & (level == value_levels - 1 ? 255 : digit_values - 1));
}

FRONTIERS_HD u64 tie_key(i64 index) { return static_cast<u64>(max_elements - 1 - index); }

// Whether a key agrees with the edge in all digits before `level`.
FRONTIERS_HD bool agrees(const Selection& selection, u64 value, u64 tie) {
    const int level = selection.level;
    if (level == 0) return true;
    if (level <= value_levels) {
        const int shift = digit_shift(level - 1);
        return value >> shift == selection.value >> shift;
    }
    const int shift = digit_shift(level - 1);
    return value == selection.value && tie >> shift == selection.tie >> shift;
}

FRONTIERS_HD bool is_selected(const Selection& selection, u64 value, u64 tie) {
    return value > selection.value || (value == selection.value && tie >= selection.tie);
}

// Number of selected keys that are not 0.
FRONTIERS_HD i64 selected_above_zero(const Selection& selection) {
    return selection.value == 0 ? selection.above : selection.above + selection.wanted;
}

FRONTIERS_HD Selection begin_selection(i64 wanted) { return {0, 0, wanted, 0, 0, false, false}; }

// Sets the edge's next digit to `digit`, given that `count` keys have this digit and `larger` keys
// a larger one. `levels` is the number of digits in total; without the tie levels all equal keys
// are selected.
FRONTIERS_HD void take_digit(Selection& selection, int digit, i64 count, i64 larger, int levels) {
    const u64 bits = static_cast<u64>(digit) << digit_shift(selection.level);
    (selection.level < value_levels ? selection.value : selection.tie) |= bits;
    selection.above += larger;
    selection.wanted -= larger;
    ++selection.level;
    if (selection.level == levels) selection.wanted = count;
    selection.done = selection.level == levels || selection.wanted == count;
}

// Determines the edge's next digit from the counts of all digits. NaN and infinity have digit 2047
// at the first level.
template <class Count>
FRONTIERS_HD void find_digit(Selection& selection, const Count* counts, int levels) {
    if (selection.level == 0 && counts[digit_values - 1] > 0) {
        selection.invalid = true;
        return;
    }
    i64 larger = 0;
    int digit = digit_values - 1;
    for (; digit > 0 && larger + static_cast<i64>(counts[digit]) < selection.wanted; --digit) {
        larger += static_cast<i64>(counts[digit]);
    }
    take_digit(selection, digit, static_cast<i64>(counts[digit]), larger, levels);
}

}  // namespace frontiers
