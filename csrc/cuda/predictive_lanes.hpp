// Pieces of predictive: sixteen threads per position, one for each lane of its sums. Where a thread
// keeps its part of the state, and the phases after the last pass.
#pragma once

#include "frontiers/predictive.hpp"
#include "launch.hpp"

namespace frontiers::cuda {

inline constexpr int positions_per_tile = 16;

struct LaneSums {
    double s[positions_per_tile][predictive_lanes];
    double a[positions_per_tile][predictive_lanes];
};

// The position and lane of a thread; `slot` is the position's index within the block.
struct LaneId {
    int slot;
    int lane;
    i64 position;

    FRONTIERS_DEVICE explicit LaneId(const WorkItem& item)
        : slot(item.thread / predictive_lanes),
          lane(item.thread % predictive_lanes),
          position(item.tile * positions_per_tile + slot) {}
};

FRONTIERS_DEVICE double slot_total(double (&sums)[positions_per_tile][predictive_lanes], int slot) {
    double lane[predictive_lanes];
    FRONTIERS_UNROLL
    for (int j = 0; j < predictive_lanes; ++j) lane[j] = sums[slot][j];
    return sum_of_lanes(lane);
}

// Mean and m2 of a lane's classes in registers: entry k belongs to class 16 k + lane.
struct InRegisters {
    static constexpr int slots = static_cast<int>(predictive_registers) / predictive_lanes;
    struct Local {
        double mean[slots], m2[slots];
    };

    FRONTIERS_DEVICE void begin(Local& local) const {
        FRONTIERS_UNROLL
        for (int k = 0; k < slots; ++k) local.mean[k] = local.m2[k] = 0.0;
    }
    // Calls work(class, mean, m2) for the classes of a lane.
    template <class Work>
    FRONTIERS_DEVICE void for_each_class(Local& local, const LaneId& lane_id, i64 classes,
                                         const Work& work) const {
        FRONTIERS_UNROLL
        for (int k = 0; k < slots; ++k) {
            const i64 c = k * predictive_lanes + lane_id.lane;
            if (c < classes) work(c, local.mean[k], local.m2[k]);
        }
    }
};

struct InMemory {
    double* mean;
    double* m2;
    struct Local {};

    FRONTIERS_DEVICE void begin(Local&) const {}
    template <class Work>
    FRONTIERS_DEVICE void for_each_class(Local&, const LaneId& lane_id, i64 classes,
                                         const Work& work) const {
        const i64 row = lane_id.position * classes;
        for (i64 c = lane_id.lane; c < classes; c += predictive_lanes) {
            work(c, mean[row + c], m2[row + c]);
        }
    }
};

// Results after the last pass: two phases, run as one more round or as a separate launch.
template <class R, class State>
struct Finish {
    i64 positions, classes, passes;
    R* mean;
    R* variance;
    R* entropy;
    R* expected_entropy;
    R* mutual_information;

    FRONTIERS_DEVICE void lanes(const State& state, typename State::Local& local,
                                const LaneId& lane_id, LaneSums& shared) const {
        double sum = 0.0;
        bool differs = false;
        const i64 row = lane_id.position * classes;
        const double count = static_cast<double>(passes);
        state.for_each_class(local, lane_id, classes,
                             [&](i64 c, double& class_mean, double& class_m2) {
                                 mean[row + c] = static_cast<R>(class_mean);
                                 variance[row + c] = static_cast<R>(class_m2 / count);
                                 sum += entropy_term(class_mean);
                                 differs = differs || class_m2 != 0.0;
                             });
        shared.s[lane_id.slot][lane_id.lane] = sum;
        shared.a[lane_id.slot][lane_id.lane] = differs ? 1.0 : 0.0;
    }

    FRONTIERS_DEVICE void total(double entropy_sum, const LaneId& lane_id, LaneSums& shared) const {
        if (lane_id.lane != 0) return;
        const bool differs = slot_total(shared.a, lane_id.slot) != 0.0;
        const Uncertainty found =
            uncertainty(slot_total(shared.s, lane_id.slot), entropy_sum, passes, differs);
        entropy[lane_id.position] = static_cast<R>(found.entropy);
        expected_entropy[lane_id.position] = static_cast<R>(found.expected_entropy);
        mutual_information[lane_id.position] = static_cast<R>(found.mutual_information);
    }
};

}  // namespace frontiers::cuda
