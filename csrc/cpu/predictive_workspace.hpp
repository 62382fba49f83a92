// Workspace of one thread in predictive.
#pragma once

#include "carve.hpp"
#include "frontiers/predictive.hpp"

namespace frontiers::cpu {

// Passes folded into the state together, so that it is loaded once for all of them.
inline constexpr i64 passes_per_fold = 4;

template <class C>
struct PredictiveWorkspace {
    i64 padded;      // classes, rounded up to whole rows of lanes
    C* exponential;  // (passes_per_fold, padded)
    C* product;      // (passes_per_fold, padded): d e^d
    double* s;       // (passes_per_fold, positions): sums of e^d
    double* a;       // (passes_per_fold, positions): sums of d e^d
    // State of the positions, for calls in which the caller passes none.
    double* mean;
    double* m2;
    double* entropy;
    i64 bytes;
};

// Lays out the workspace in `memory`; with null it only computes the bytes.
template <class C>
FRONTIERS_HD PredictiveWorkspace<C> predictive_workspace(void* memory, i64 positions, i64 classes,
                                                         bool with_state) {
    const auto start = reinterpret_cast<std::uintptr_t>(memory);
    PredictiveWorkspace<C> w{};
    w.padded = (classes + predictive_lanes - 1) / predictive_lanes * predictive_lanes;
    w.exponential = carve<C>(start, w.bytes, passes_per_fold * w.padded);
    w.product = carve<C>(start, w.bytes, passes_per_fold * w.padded);
    w.s = carve<double>(start, w.bytes, passes_per_fold * positions);
    w.a = carve<double>(start, w.bytes, passes_per_fold * positions);
    const i64 state_positions = with_state ? positions : 0;
    w.mean = carve<double>(start, w.bytes, state_positions * classes);
    w.m2 = carve<double>(start, w.bytes, state_positions * classes);
    w.entropy = carve<double>(start, w.bytes, state_positions);
    return w;
}

}  // namespace frontiers::cpu
