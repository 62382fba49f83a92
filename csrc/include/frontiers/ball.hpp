// Projection onto the intersection of an L1 or L2 ball with a box; shared by project, l1_step and
// l2_step.
//
// For a sample v with centre o, let d = v - o, and let a = low - o and b = high - o be the box seen
// from the centre. By the optimality conditions the nearest point is o + w with
//
//     L2:  w(t) = clip(t d, a, b),            0 <= t <= 1,  sum w^2 = epsilon^2
//     L1:  w(l) = clip(soft(d, l), a, b),     0 <= l,       sum |w| = epsilon
//
// where soft(d, l) = sign(d) max(|d| - l, 0), unless clip(d, a, b) already lies in the ball. The
// size of w (sum w^2 or sum |w|) is monotone in the single unknown theta (t or l), so theta is
// found by bracketing: Newton steps, whose derivatives come with the sums, and bisection where a
// step leaves the bracket or hardly narrows it. There is no sorting. The search ends when the size
// equals that of radius epsilon (1 - 2^-41) within 2^-42 relative, or else at the end of the
// bracket inside the ball: when the bracket contains no further number, or after 48 rounds. Images
// take 3 to 20 rounds; only differences spanning twelve orders of magnitude or more reach the
// limit.
//
// For L2, elements that are clipped at no t (w = d at t = 1, and 0 within [a, b]) are summed once.
// Their size is t^2 times their sum of d^2, the base. Later rounds visit only the other, active
// elements.
//
// Sums are float64 in a fixed order. Element i of a tile of 8192 goes to lane i mod 16 of chunk i
// div 512; a lane adds in the order of elements; then the 16 lanes, and after them the 16 chunks,
// are added in halves (8, 4, 2, 1). Tile j of a sample goes to lane j mod 256, and these lanes are
// added in halves. So the result is bit-identical for any number of threads, on every instruction
// set and with CUDA.
//
// Each element of the result o + w is rounded towards o, hence |x' - o| <= |w| and the norm bound
// holds in real arithmetic. The box holds exactly: low is rounded up to the element type and high
// down, and the result is clipped to both. If ball and box do not intersect, the box takes
// precedence: w = clip(0, a, b). A sample that contains NaN or whose size is not finite becomes all
// NaN. Squares of differences beyond 1e150 or below 1e-150 leave float64's range. A zero result is
// +0.
#pragma once

#include "frontiers/parameters.hpp"
#include "frontiers/rounding.hpp"

namespace frontiers {

enum class Norm : int { l0 = 0, l1 = 1, l2 = 2 };

inline constexpr i64 tile_elements = 8192;
inline constexpr i64 chunk_elements = 512;
inline constexpr int sum_lanes = 16;
inline constexpr int tile_lanes = 256;
inline constexpr int max_rounds = 48;

// Sums over a tile or a sample.
//   size   sum of |w| or w^2
//   free   L1: number of elements neither clipped nor zero; L2: sum of d^2 of elements not clipped
//   floor  size of clip(0, a, b)
//   reach  max |d|
//   active L2: 1 if an element is active, otherwise 0
// In the first round `size` covers all elements and, for L2, `free` is the base. In later rounds of
// L2 both cover the active elements only; the others are not needed.
struct BallSums {
    double size, free, floor, reach, active;
};

FRONTIERS_HD void add_to(BallSums& sums, const BallSums& other) {
    sums.size += other.size;
    sums.free += other.free;
    sums.floor += other.floor;
    sums.reach = sums.reach < other.reach ? other.reach : sums.reach;
    sums.active = sums.active < other.active ? other.active : sums.active;
}

// The box's bounds, rounded inwards to the element type.
struct Bounds {
    double low, high;
};

template <class T>
FRONTIERS_HD Bounds bounds_in(double low, double high) {
    return {-static_cast<double>(Scalar<T>::load(round_down<T>(-low))),
            static_cast<double>(Scalar<T>::load(round_down<T>(high)))};
}

FRONTIERS_HD double clip_to(double value, double low, double high) {
    const double raised = low > value ? low : value;
    return high < raised ? high : raised;
}

FRONTIERS_HD double with_sign_of(double magnitude, double sign) {
    return __builtin_copysign(magnitude, sign);
}

template <Norm norm>
FRONTIERS_HD double shrunk(double d, double theta) {
    if constexpr (norm == Norm::l2) return theta * d;
    const double left = __builtin_fabs(d) - theta;
    return with_sign_of(left < 0.0 ? 0.0 : left, d);
}

template <Norm norm>
FRONTIERS_HD double size_term(double w) {
    if constexpr (norm == Norm::l2) return w * w;
    return __builtin_fabs(w);
}

// An element's contribution to the first round.
template <Norm norm>
FRONTIERS_HD BallSums first_sums(double v, double origin, const Bounds& box) {
    const double d = v - origin, a = box.low - origin, b = box.high - origin;
    const double w = clip_to(d, a, b), kept = clip_to(0.0, a, b);
    double free = 0.0, active = 0.0;
    if constexpr (norm == Norm::l2) {
        const bool clipped = w != d || kept != 0.0;
        active = clipped ? 1.0 : 0.0;
        free = clipped ? 0.0 : d * d;
    } else {
        if (w == d && d != 0.0) free = 1.0;
    }
    return {size_term<norm>(w), free, size_term<norm>(kept), __builtin_fabs(d), active};
}

// An element's contribution at theta. For L2 the element must be active.
template <Norm norm>
FRONTIERS_HD BallSums later_sums(double v, double origin, const Bounds& box, double theta) {
    const double d = v - origin, a = box.low - origin, b = box.high - origin;
    const double u = shrunk<norm>(d, theta), w = clip_to(u, a, b);
    double free = 0.0;
    if (w == u) free = norm == Norm::l2 ? d * d : u != 0.0 ? 1.0 : 0.0;
    return {size_term<norm>(w), free, 0.0, 0.0, 0.0};
}

// Whether later rounds must visit an element.
template <Norm norm>
FRONTIERS_HD bool is_active(double v, double origin, const Bounds& box) {
    if constexpr (norm == Norm::l1) return true;
    const double d = v - origin, a = box.low - origin, b = box.high - origin;
    return !(clip_to(d, a, b) == d && clip_to(0.0, a, b) == 0.0);
}

// The result for one element.
template <Norm norm, class T>
FRONTIERS_HD T ball_element(double v, double origin, const Bounds& box, double theta) {
    const double u = shrunk<norm>(v - origin, theta);
    const double towards = with_sign_of(1.0, u);
    const double moved = add_down(towards * origin, __builtin_fabs(u));
    const double kept = towards * static_cast<double>(Scalar<T>::load(round_down<T>(moved)));
    return Scalar<T>::store(static_cast<ComputeOf<T>>(clip_to(kept, box.low, box.high) + 0.0));
}

// v itself, or the centre, clipped to the box.
template <class T>
FRONTIERS_HD T clip_element(double value, const Bounds& box) {
    return Scalar<T>::store(static_cast<ComputeOf<T>>(clip_to(value, box.low, box.high) + 0.0));
}

template <class T>
FRONTIERS_HD T not_a_number() {
    return Scalar<T>::store(static_cast<ComputeOf<T>>(__builtin_nan("")));
}

FRONTIERS_HD i64 tiles_of(i64 elements) { return (elements + tile_elements - 1) / tile_elements; }

namespace cpu {
i64 ball_workspace(i64 samples, i64 elements);
}
namespace cuda {
i64 ball_workspace(i64 samples, i64 elements);
}

}  // namespace frontiers
