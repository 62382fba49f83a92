// Sixteen threads a position, one for each lane of predictive's sums: where they sit, where they
// keep the state, and what follows the last pass.
#pragma once

#include "frontiers/predictive.hpp"
#include "launch.hpp"

namespace frontiers::cuda {

inline constexpr int positions_per_tile = 16;

struct LaneSums {
    double s[positions_per_tile][predictive_lanes];
    double a[positions_per_tile][predictive_lanes];
};

// A thread's position within the whole, and its lane.
struct Seat {
    int own;
    int lane;
    i64 position;

    FRONTIERS_DEVICE explicit Seat(const Place& place)
        : own(place.thread / predictive_lanes),
          lane(place.thread % predictive_lanes),
          position(place.tile * positions_per_tile + own) {}
};

FRONTIERS_DEVICE double seat_total(double (&sums)[positions_per_tile][predictive_lanes], int own) {
    double lane[predictive_lanes];
    FRONTIERS_UNROLL
    for (int j = 0; j < predictive_lanes; ++j) lane[j] = sums[own][j];
    return sum_of_lanes(lane);
}

// Where a lane's mean and m2 are: slot k is class 16 k + lane.
struct InRegisters {
    static constexpr int slots = static_cast<int>(predictive_registers) / predictive_lanes;
    struct Own {
        double mean[slots], m2[slots];
    };

    FRONTIERS_DEVICE void begin(Own& own) const {
        FRONTIERS_UNROLL
        for (int k = 0; k < slots; ++k) own.mean[k] = own.m2[k] = 0.0;
    }
    // Calls work(class, mean, m2) for the classes of a lane.
    template <class Work>
    FRONTIERS_DEVICE void for_each_class(Own& own, const Seat& seat, i64 classes,
                                         const Work& work) const {
        FRONTIERS_UNROLL
        for (int k = 0; k < slots; ++k) {
            const i64 c = k * predictive_lanes + seat.lane;
            if (c < classes) work(c, own.mean[k], own.m2[k]);
        }
    }
};

struct InMemory {
    double* mean;
    double* m2;
    struct Own {};

    FRONTIERS_DEVICE void begin(Own&) const {}
    template <class Work>
    FRONTIERS_DEVICE void for_each_class(Own&, const Seat& seat, i64 classes,
                                         const Work& work) const {
        const i64 row = seat.position * classes;
        for (i64 c = seat.lane; c < classes; c += predictive_lanes) {
            work(c, mean[row + c], m2[row + c]);
        }
    }
};

// What follows the last pass: phases 0 and 1 of one more round, or of a launch of its own.
template <class R, class State>
struct Finish {
    i64 positions, classes, passes;
    R* mean;
    R* variance;
    R* entropy;
    R* expected_entropy;
    R* mutual_information;

    FRONTIERS_DEVICE void lanes(const State& state, typename State::Own& own, const Seat& seat,
                                LaneSums& shared) const {
        double sum = 0.0;
        bool differs = false;
        const i64 row = seat.position * classes;
        const double count = static_cast<double>(passes);
        state.for_each_class(own, seat, classes, [&](i64 c, double& own_mean, double& own_m2) {
            mean[row + c] = static_cast<R>(own_mean);
            variance[row + c] = static_cast<R>(own_m2 / count);
            sum += surprise(own_mean);
            differs = differs || own_m2 != 0.0;
        });
        shared.s[seat.own][seat.lane] = sum;
        shared.a[seat.own][seat.lane] = differs ? 1.0 : 0.0;
    }

    FRONTIERS_DEVICE void total(double entropies, const Seat& seat, LaneSums& shared) const {
        if (seat.lane != 0) return;
        const bool differs = seat_total(shared.a, seat.own) != 0.0;
        const Uncertainty found =
            uncertainty(seat_total(shared.s, seat.own), entropies, passes, differs);
        entropy[seat.position] = static_cast<R>(found.entropy);
        expected_entropy[seat.position] = static_cast<R>(found.expected_entropy);
        mutual_information[seat.position] = static_cast<R>(found.mutual_information);
    }
};

}  // namespace frontiers::cuda
