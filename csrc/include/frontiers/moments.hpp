// moments: mean and variance over T passes in a single read, by Welford's update.
//
//     d = x - mean;  mean += d / n;  m2 += d (x - mean);  variance = m2 / (n - correction)
//
// (Welford, "Note on a method for calculating corrected sums of squares and products",
// Technometrics 4, 1962.) The state is float64 for every element type. Updates are sequential in n,
// so feeding the passes in consecutive pieces gives the same bits; merging two separate states
// (Chan, Golub, LeVeque 1979) agrees up to rounding. NaN or infinity in an element affects that
// element only: its variance is NaN and its mean NaN or infinite.
//
// Entry points: samples is (outer, passes, inner), contiguous. update_moments: mean and m2 hold
// outer * inner doubles that already contain `count` passes. moments: all passes at once; mean and
// variance hold outer * inner elements of samples' type; passes > correction.
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
