// moments: mean and variance over T passes in one read, by Welford's update.
//
//     d = x - mean;  mean += d / n;  m2 += d (x - mean);  variance = m2 / (n - correction)
//
// (Welford, "Note on a method for calculating corrected sums of squares and products",
// Technometrics 4, 1962). The state is float64 for every element type. Updates are sequential in n,
// so feeding the passes in any number of consecutive pieces gives the same bits; merging two
// separate states (Chan, Golub, LeVeque 1979) agrees to rounding. A NaN or infinity makes its own
// element's result NaN (infinite mean where it stays infinite), never a neighbour's.
//
// Entry points: samples is (outer, passes, inner) contiguous. update_moments: mean and m2 hold
// outer * inner doubles with `count` passes already in them. moments: all passes at once, mean and
// variance in samples' type, outer * inner of each; passes > correction.
#pragma once

#include "frontiers/scalar.hpp"

namespace frontiers {

FRONTIERS_HD void welford(double x, double inverse_count, double& mean, double& m2) {
    const double difference = x - mean;
    mean += difference * inverse_count;
    m2 += difference * (x - mean);
}

namespace cpu {
void update_moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 count,
                    double* mean, double* m2, int threads);
void moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 correction,
             void* mean, void* variance, int threads);
}  // namespace cpu

namespace cuda {
void update_moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 count,
                    double* mean, double* m2, Stream stream);
void moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 correction,
             void* mean, void* variance, Stream stream);
}  // namespace cuda

}  // namespace frontiers
