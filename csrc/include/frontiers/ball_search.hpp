// The search for theta, round by round, as ball.hpp describes it: from the sums of a round to the
// theta of the next.
#pragma once

#include "frontiers/ball.hpp"

namespace frontiers {

// Where a sample stands. searching: theta is to be tried next. within: clip(v) is in the ball.
// found: w(theta). centre: clip(origin). invalid: NaN.
enum class Fate : int { searching = 0, within = 1, found = 2, centre = 3, invalid = 4 };

struct BallSearch {
    double theta;
    double inside, outside;  // the bracket: sizes at most, and above the target
    double target;
    double base;  // L2: the sum of d^2 of the elements that no t clips
    Fate fate;
    int idle;  // rounds since the bracket was last halved
};

FRONTIERS_HD BallSearch invalid_search() { return {0.0, 0.0, 0.0, 0.0, 0.0, Fate::invalid, 0}; }

// Where the search begins: the theta at which w = clip(d, a, b).
template <Norm norm>
FRONTIERS_HD constexpr double first_theta() {
    return norm == Norm::l2 ? 1.0 : 0.0;
}

FRONTIERS_HD bool is_finite(double value) { return value - value == 0.0; }

FRONTIERS_HD bool strictly_between(double value, double one, double other) {
    return one < other ? one < value && value < other : other < value && value < one;
}

// Newton's step from theta, for elements that stay clipped or not.
template <Norm norm>
FRONTIERS_HD double newton(double theta, const BallSums& sums, double target) {
    if constexpr (norm == Norm::l1) return theta + (sums.size - target) / sums.free;
    const double clipped = sums.size - theta * theta * sums.free;
    return __builtin_sqrt((target - clipped) / sums.free);
}

// Between the ends: half-way, by their logarithms where they are far apart.
FRONTIERS_HD double middle(double one, double other) {
    const double low = one < other ? one : other, high = one < other ? other : one;
    if (low == 0.0) return high / 16.0;
    if (high > 4.0 * low) return __builtin_sqrt(low) * __builtin_sqrt(high);
    return low + (high - low) / 2.0;
}

// The number beside one >= 0 on the way to another.
FRONTIERS_HD double beside(double value, double towards) {
    const i64 bits = bit_copy<i64>(value);
    return bit_copy<double>(towards > value ? bits + 1 : bits - 1);
}

// Chooses the next theta, or ends the search where no number lies between the ends.
template <Norm norm>
FRONTIERS_HD void choose_theta(BallSearch& search, const BallSums& sums) {
    double next = newton<norm>(search.theta, sums, search.target);
    if (next == search.theta) {  // the root is nearer than the last bit
        next = next == search.inside ? search.outside : beside(next, search.inside);
    } else if (search.idle >= 3 || !strictly_between(next, search.inside, search.outside)) {
        next = middle(search.inside, search.outside);
        search.idle = 0;
    }
    if (strictly_between(next, search.inside, search.outside)) {
        search.theta = next;
        return;
    }
    search.theta = search.inside;
    search.fate = Fate::found;
}

// From the sums at first_theta.
template <Norm norm>
FRONTIERS_HD BallSearch begin_search(const BallSums& sums, double epsilon) {
    constexpr double margin = 1.0 - 0x1p-41;
    const double limit = measured<norm>(epsilon);
    BallSearch search{first_theta<norm>(),
                      norm == Norm::l2 ? 0.0 : sums.reach,
                      first_theta<norm>(),
                      measured<norm>(epsilon * margin),
                      norm == Norm::l2 ? sums.free : 0.0,
                      Fate::searching,
                      0};
    if (!is_finite(sums.size) || !is_finite(sums.reach)) {
        search.fate = Fate::invalid;
    } else if (sums.size <= limit) {
        search.fate = Fate::within;
    } else if (sums.floor > search.target || epsilon == 0.0) {
        search.fate = Fate::centre;
    } else {
        choose_theta<norm>(search, sums);
        // Nothing is clipped, and nothing will be at a smaller t: this is the root.
        if (norm == Norm::l2 && sums.size == sums.free && sums.floor == 0.0 &&
            search.fate == Fate::searching) {
            search.fate = Fate::found;
        }
    }
    return search;
}

// From the sums at search.theta.
template <Norm norm>
FRONTIERS_HD void advance_search(BallSearch& search, BallSums sums) {
    constexpr double slack = norm == Norm::l2 ? 0x1p-41 : 0x1p-42;
    if constexpr (norm == Norm::l2) {
        sums.size += search.theta * search.theta * search.base;
        sums.free += search.base;
    }
    const double excess = sums.size - search.target, allowed = slack * search.target;
    if (__builtin_fabs(excess) <= allowed) {
        search.fate = Fate::found;
        return;
    }
    const double width = search.outside - search.inside;
    (excess > 0.0 ? search.outside : search.inside) = search.theta;
    const double now = search.outside - search.inside;
    search.idle = __builtin_fabs(now) > 0.5 * __builtin_fabs(width) ? search.idle + 1 : 0;
    choose_theta<norm>(search, sums);
}

// After the last round: what lies inside the ball for certain.
FRONTIERS_HD void end_search(BallSearch& search) {
    if (search.fate != Fate::searching) return;
    search.theta = search.inside;
    search.fate = Fate::found;
}

}  // namespace frontiers
