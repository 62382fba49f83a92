#include "selection.hpp"

namespace frontiers::cpu {

void DigitCounts::count(const u64* keys, i64 n, i64 first, const Selection& selection) {
    const int level = selection.level;
    if (level == 0) {
        for (i64 i = 0; i < n; ++i) ++at(digit_of(0, keys[i], 0), i);
    } else if (level < value_levels) {
        const int before = digit_shift(level - 1), shift = digit_shift(level);
        const u64 edge = selection.value >> before, digits = (u64{1} << (before - shift)) - 1;
        for (i64 i = 0; i < n; ++i) {
            if (keys[i] >> before == edge) ++at(static_cast<int>(keys[i] >> shift & digits), i);
        }
    } else {
        for (i64 i = 0; i < n; ++i) {
            const u64 tie = tie_key(first + i);
            if (agrees(selection, keys[i], tie)) ++at(digit_of(level, keys[i], tie), i);
        }
    }
}

const i64* DigitCounts::total(std::vector<DigitCounts>& all) {
    std::vector<i64>& sum = all[0].counts_;
    for (const DigitCounts& one : all) {
        for (std::size_t table = &one == all.data() ? 1 : 0; table < tables; ++table) {
            for (std::size_t digit = 0; digit < digit_values; ++digit) {
                sum[digit] += one.counts_[table * digit_values + digit];
            }
        }
    }
    return sum.data();
}

}  // namespace frontiers::cpu
