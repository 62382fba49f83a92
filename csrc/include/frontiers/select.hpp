// The k largest keys of a sample without sorting: digit by digit from the top, 2048 values a digit.
//
// A key is a number >= 0 as its float64 bits, which order like the numbers. At each level the keys
// whose higher digits are those of the k-th largest are counted by their next digit, which gives
// that digit. Counts are integers, so no order of counting matters. Where keys are equal, the
// elements' places decide, in three more digits: the lower index is the larger. The selected
// elements are those not below the edge (value, place) in the end.
#pragma once

#include "frontiers/scalar.hpp"

namespace frontiers {

inline constexpr int digit_values = 2048;
inline constexpr int value_levels = 6;
inline constexpr int place_levels = 3;
inline constexpr i64 most_places = i64{1} << 33;

struct Selection {
    u64 value, place;  // the edge, as far as it is known
    i64 wanted;        // how many of those that agree with the edge are still to be selected
    i64 above;         // how many are selected already
    int level;         // the digit to be found next
    bool done;
    bool invalid;  // a key is NaN or infinite
};

FRONTIERS_HD int digit_shift(int level) {
    if (level < value_levels) return level == value_levels - 1 ? 0 : 52 - 11 * level;
    return 11 * (value_levels + place_levels - 1 - level);
}

FRONTIERS_HD int digit_of(int level, u64 value, u64 place) {
    const u64 shifted = (level < value_levels ? value : place) >> digit_shift(level);
    return static_cast<int>(shifted & (level == value_levels - 1 ? 255 : digit_values - 1));
}

FRONTIERS_HD u64 place_of(i64 index) { return static_cast<u64>(most_places - 1 - index); }

// Whether a key agrees with the edge in all digits before `level`.
FRONTIERS_HD bool agrees(const Selection& selection, u64 value, u64 place) {
    const int level = selection.level;
    if (level == 0) return true;
    if (level <= value_levels) {
        const int shift = digit_shift(level - 1);
        return value >> shift == selection.value >> shift;
    }
    const int shift = digit_shift(level - 1);
    return value == selection.value && place >> shift == selection.place >> shift;
}

FRONTIERS_HD bool is_selected(const Selection& selection, u64 value, u64 place) {
    return value > selection.value || (value == selection.value && place >= selection.place);
}

// How many keys are selected, those of 0 aside.
FRONTIERS_HD i64 selected_above_zero(const Selection& selection) {
    return selection.value == 0 ? selection.above : selection.above + selection.wanted;
}

FRONTIERS_HD Selection begin_selection(i64 wanted) { return {0, 0, wanted, 0, 0, false, false}; }

// The edge's digit is `digit`, of which there are `count` keys, and `larger` keys of larger digits.
// `levels`: how many to go; without the places' levels all equal keys are selected.
FRONTIERS_HD void take_digit(Selection& selection, int digit, i64 count, i64 larger, int levels) {
    const u64 bits = static_cast<u64>(digit) << digit_shift(selection.level);
    (selection.level < value_levels ? selection.value : selection.place) |= bits;
    selection.above += larger;
    selection.wanted -= larger;
    ++selection.level;
    if (selection.level == levels) selection.wanted = count;
    selection.done = selection.level == levels || selection.wanted == count;
}

// Finds the edge's digit in the counts of all digits. Digit 2047 of the first level is that of NaN
// and infinity.
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
