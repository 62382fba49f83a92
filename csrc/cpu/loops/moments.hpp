// Loop of moments: four passes at a time, so that the state is loaded and stored once per four.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Folds in `rows` passes, the first at `row`, after `count` earlier ones.
template <int rows, class T>
inline void welford_rows(const T* __restrict row, i64 stride, i64 n, i64 count,
                         double* __restrict mean, double* __restrict m2) {
    double inverse[rows];
    for (int r = 0; r < rows; ++r) inverse[r] = 1.0 / static_cast<double>(count + r + 1);
    for (i64 i = 0; i < n; ++i) {
        double running_mean = mean[i], running_m2 = m2[i];
        for (int r = 0; r < rows; ++r) {
            const auto x = static_cast<double>(Scalar<T>::load(row[r * stride + i]));
            frontiers::welford(x, inverse[r], running_mean, running_m2);
        }
        mean[i] = running_mean;
        m2[i] = running_m2;
    }
}

template <class T>
void welford_as(const void* samples_void, i64 passes, i64 stride, i64 n, i64 count, double* mean,
                double* m2) {
    const T* samples = static_cast<const T*>(samples_void);
    i64 pass = 0;
    for (; pass + 4 <= passes; pass += 4) {
        welford_rows<4>(samples + pass * stride, stride, n, count + pass, mean, m2);
    }
    for (; pass < passes; ++pass) {
        welford_rows<1>(samples + pass * stride, stride, n, count + pass, mean, m2);
    }
}

void welford(const void* samples, DType dtype, i64 passes, i64 stride, i64 n, i64 count,
             double* mean, double* m2) {
    switch (dtype) {
        case DType::float32:
            return welford_as<float>(samples, passes, stride, n, count, mean, m2);
        case DType::float64:
            return welford_as<double>(samples, passes, stride, n, count, mean, m2);
        case DType::float16:
            return welford_as<Half>(samples, passes, stride, n, count, mean, m2);
        case DType::bfloat16:
            return welford_as<BFloat16>(samples, passes, stride, n, count, mean, m2);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
