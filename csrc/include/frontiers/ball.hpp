// The projection onto an L1 or L2 ball within a box: what project, l1_step and l2_step share.
//
// For a sample v with centre o, d = v - o, and the box seen from the centre, a = low - o and b =
// high - o, the nearest point of ball and box is o + w with, by the optimality conditions,
//
//     L2:  w(t) = clip(t d, a, b),            0 <= t <= 1,  sum w^2 = epsilon^2
//     L1:  w(l) = clip(soft(d, l), a, b),     0 <= l,       sum |w| = epsilon
//
// soft(d, l) = sign(d) max(|d| - l, 0), unless clip(d, a, b) lies in the ball already. The size of
// w is monotone in the one unknown, theta (t or l), so a root is sought between two of its values:
// Newton steps, whose sums come with the size, and bisection where these leave the bracket or
// hardly narrow it. No sorting. Theta ends where the size is epsilon (1 - 2^-41) to 2^-42, or at
// the end of the bracket inside the ball: where theta's own last bit decides, or after 48 rounds.
// Images take 3 to 20; only differences that span twelve orders of magnitude and more may want the
// 49th.
//
// For L2 the elements that no t clips, those with w = d at t = 1 and 0 within [a, b], are summed
// once: their size is t^2 times their sum of d^2, the base. Later rounds look at the others.
//
// Sums are float64 in one fixed order: element i of a tile of 8192 goes to lane i mod 16 of chunk
// i div 512; a lane adds in the order of elements; the 16 lanes, then the 16 chunks are added in
// halves (8, 4, 2, 1). Tile j of a sample goes to lane j mod 256, and these are added in halves.
// So neither threads nor the instruction set nor CUDA's grid changes a bit.
//
// The result is o + w, each element rounded towards o, hence |x' - o| <= |w|: the norm holds in
// real arithmetic. The box holds exactly: low is rounded up to the element type and high down, and
// the result is clipped to them. Where the ball misses the box, the box wins: w = clip(0, a, b).
// A sample with NaN in it, or whose size is not finite, becomes NaN throughout. The squares of
// differences beyond 1e150 or below 1e-150 leave float64's range. A zero result is +0.
#pragma once

#include "frontiers/linf_step.hpp"

namespace frontiers {

enum class Norm : int { l0 = 0, l1 = 1, l2 = 2 };

inline constexpr i64 tile_elements = 8192;
inline constexpr i64 chunk_elements = 512;
inline constexpr int sum_lanes = 16;
inline constexpr int tile_lanes = 256;
inline constexpr int most_rounds = 48;

// The sums over a tile or a sample. size: |w| or w^2. free: how many elements are neither clipped
// nor zero (L1), or the squares of d of those not clipped (L2). floor: the size of clip(0, a, b).
// reach: max |d|. In the first round size is all elements' and free the base for L2; later both are
// the others' for L2, and neither floor nor reach is wanted.
struct BallSums {
    double size, free, floor, reach;
};

FRONTIERS_HD void add_to(BallSums& sums, const BallSums& other) {
    sums.size += other.size;
    sums.free += other.free;
    sums.floor += other.floor;
    sums.reach = sums.reach < other.reach ? other.reach : sums.reach;
}

// The ends of the box as the element type can hold them.
struct Ends {
    double low, high;
};

template <class T>
FRONTIERS_HD Ends ends_within(double low, double high) {
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
FRONTIERS_HD double measured(double w) {
    if constexpr (norm == Norm::l2) return w * w;
    return __builtin_fabs(w);
}

// An element's share of the first round's sums.
template <Norm norm>
FRONTIERS_HD BallSums first_sums(double v, double origin, const Ends& box) {
    const double d = v - origin, a = box.low - origin, b = box.high - origin;
    const double w = clip_to(d, a, b), kept = clip_to(0.0, a, b);
    double free = 0.0;
    if constexpr (norm == Norm::l2) {
        if (w == d && kept == 0.0) free = d * d;
    } else {
        if (w == d && d != 0.0) free = 1.0;
    }
    return {measured<norm>(w), free, measured<norm>(kept), __builtin_fabs(d)};
}

// Its share at theta. For L2: of an element that is not in the base.
template <Norm norm>
FRONTIERS_HD BallSums later_sums(double v, double origin, const Ends& box, double theta) {
    const double d = v - origin, a = box.low - origin, b = box.high - origin;
    const double u = shrunk<norm>(d, theta), w = clip_to(u, a, b);
    double free = 0.0;
    if (w == u) free = norm == Norm::l2 ? d * d : u != 0.0 ? 1.0 : 0.0;
    return {measured<norm>(w), free, 0.0, 0.0};
}

// Whether later rounds look at an element.
template <Norm norm>
FRONTIERS_HD bool looked_at(double v, double origin, const Ends& box) {
    if constexpr (norm == Norm::l1) return true;
    const double d = v - origin, a = box.low - origin, b = box.high - origin;
    return !(clip_to(d, a, b) == d && clip_to(0.0, a, b) == 0.0);
}

// The element's result.
template <Norm norm, class T>
FRONTIERS_HD T ball_element(double v, double origin, const Ends& box, double theta) {
    const double u = shrunk<norm>(v - origin, theta);
    const double towards = with_sign_of(1.0, u);
    const double moved = add_down(towards * origin, __builtin_fabs(u));
    const double kept = towards * static_cast<double>(Scalar<T>::load(round_down<T>(moved)));
    return Scalar<T>::store(static_cast<ComputeOf<T>>(clip_to(kept, box.low, box.high) + 0.0));
}

// v itself, or the centre, within the box.
template <class T>
FRONTIERS_HD T boxed_element(double value, const Ends& box) {
    return Scalar<T>::store(static_cast<ComputeOf<T>>(clip_to(value, box.low, box.high) + 0.0));
}

template <class T>
FRONTIERS_HD T not_a_number() {
    return Scalar<T>::store(static_cast<ComputeOf<T>>(__builtin_nan("")));
}

// A call: x (L1, L2 and L0 projections), or x and grad (steps), with origin and out of one layout.
// epsilon and step do not vary by channel. out may be x, no other overlap.
struct BallCall {
    const void* x;
    const void* grad;
    const void* origin;
    void* out;
    DType dtype;
    Layout layout;
    LinfParameterArray step, epsilon, low, high;
    bool ascend;
    // On CUDA: memory of ball_workspace() bytes on the device. Unused on the CPU.
    void* workspace;
};

FRONTIERS_HD i64 sample_elements(const BallCall& call) {
    return call.layout.channels * call.layout.inner;
}

FRONTIERS_HD i64 tiles_of(i64 elements) { return (elements + tile_elements - 1) / tile_elements; }

FRONTIERS_HD i64 channel_of(const Layout& layout, i64 element) {
    return layout.pixel_major ? element % layout.channels : element / layout.inner;
}

namespace cpu {
i64 ball_workspace(i64 samples, i64 elements);
}
namespace cuda {
i64 ball_workspace(i64 samples, i64 elements);
}

}  // namespace frontiers
