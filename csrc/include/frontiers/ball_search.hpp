// The search for theta described in ball.hpp, one round at a time: from the sums of a round to the
// theta of the next.
#pragma once

#include "frontiers/ball.hpp"

namespace frontiers {

// State of a sample's search. searching: theta is the next trial. within: clip(v) is in the ball.
// found: the result is w(theta). centre: the result is clip(origin). invalid: the result is NaN.
enum class SearchStatus : int { searching = 0, within = 1, found = 2, centre = 3, invalid = 4 };

struct BallSearch {
    double theta;
    double inside, outside;  // bracket: size at most `target` at inside, above it at outside
    double target;
    double base;  // L2: sum of d^2 over the elements that are not active
    SearchStatus status;
    int stalled;  // rounds since the bracket was last halved
};

FRONTIERS_HD BallSearch invalid_search() {
    return {0.0, 0.0, 0.0, 0.0, 0.0, SearchStatus::invalid, 0};
}

// The theta of the first round, at which w = clip(d, a, b).
template <Norm norm>
FRONTIERS_HD constexpr double first_theta() {
    return norm == Norm::l2 ? 1.0 : 0.0;
}

FRONTIERS_HD bool is_finite(double value) { return value - value == 0.0; }

FRONTIERS_HD bool strictly_between(double value, double one, double other) {
    return one < other ? one < value && value < other : other < value && value < one;
}

// Newton step from theta, exact as long as the set of clipped elements does not change.
template <Norm norm>
FRONTIERS_HD double newton(double theta, const BallSums& sums, double target) {
    if constexpr (norm == Norm::l1) return theta + (sums.size - target) / sums.free;
    const double clipped = sums.size - theta * theta * sums.free;
    return __builtin_sqrt((target - clipped) / sums.free);
}

// Midpoint of the bracket: arithmetic, or geometric where the ends differ by more than a factor 4.
FRONTIERS_HD double middle(double one, double other) {
    const double low = one < other ? one : other, high = one < other ? other : one;
    if (low == 0.0) return high / 16.0;
    if (high > 4.0 * low) return __builtin_sqrt(low) * __builtin_sqrt(high);
    return low + (high - low) / 2.0;
}

// std::nextafter for value >= 0.
FRONTIERS_HD double next_towards(double value, double towards) {
    const i64 bits = bit_copy<i64>(value);
    return bit_copy<double>(towards > value ? bits + 1 : bits - 1);
}

// Chooses the next theta, or ends the search if the bracket contains no further number.
template <Norm norm>
FRONTIERS_HD void choose_theta(BallSearch& search, const BallSums& sums) {
    double next = newton<norm>(search.theta, sums, search.target);
    if (next == search.theta) {  // the root is closer than the last bit
        next = next == search.inside ? search.outside : next_towards(next, search.inside);
    } else if (search.stalled >= 3 || !strictly_between(next, search.inside, search.outside)) {
        next = middle(search.inside, search.outside);
        search.stalled = 0;
    }
    if (strictly_between(next, search.inside, search.outside)) {
        search.theta = next;
        return;
    }
    search.theta = search.inside;
    search.status = SearchStatus::found;
}

// Starts the search from the sums at first_theta.
template <Norm norm>
FRONTIERS_HD BallSearch begin_search(const BallSums& sums, double epsilon) {
    constexpr double margin = 1.0 - 0x1p-41;
    const double limit = size_term<norm>(epsilon);
    BallSearch search{first_theta<norm>(),
                      norm == Norm::l2 ? 0.0 : sums.reach,
                      first_theta<norm>(),
                      size_term<norm>(epsilon * margin),
                      norm == Norm::l2 ? sums.free : 0.0,
                      SearchStatus::searching,
                      0};
    if (!is_finite(sums.size) || !is_finite(sums.reach)) {
        search.status = SearchStatus::invalid;
    } else if (sums.size <= limit) {
        search.status = SearchStatus::within;
    } else if (sums.floor > search.target || epsilon == 0.0) {
        search.status = SearchStatus::centre;
    } else {
        choose_theta<norm>(search, sums);
        // Nothing is clipped at t = 1, hence at no smaller t: this is the root. size == free would
        // not prove it, because a sum may round a clipped element's contribution away.
        if (norm == Norm::l2 && sums.active == 0.0 && search.status == SearchStatus::searching) {
            search.status = SearchStatus::found;
        }
    }
    return search;
}

// Continues the search with the sums at search.theta.
template <Norm norm>
FRONTIERS_HD void advance_search(BallSearch& search, BallSums sums) {
    constexpr double slack = norm == Norm::l2 ? 0x1p-41 : 0x1p-42;
    if constexpr (norm == Norm::l2) {
        sums.size += search.theta * search.theta * search.base;
        sums.free += search.base;
    }
    const double excess = sums.size - search.target, allowed = slack * search.target;
    if (__builtin_fabs(excess) <= allowed) {
        search.status = SearchStatus::found;
        return;
    }
    const double width = search.outside - search.inside;
    (excess > 0.0 ? search.outside : search.inside) = search.theta;
    const double now = search.outside - search.inside;
    search.stalled = __builtin_fabs(now) > 0.5 * __builtin_fabs(width) ? search.stalled + 1 : 0;
    choose_theta<norm>(search, sums);
}

// After the last round: settles for the end of the bracket inside the ball.
FRONTIERS_HD void end_search(BallSearch& search) {
    if (search.status != SearchStatus::searching) return;
    search.theta = search.inside;
    search.status = SearchStatus::found;
}

}  // namespace frontiers
