// Loop of moments: passes outermost, so that a row is read in order and the state stays in cache.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

template <class T>
void welford_as(const void* samples_void, i64 passes, i64 stride, i64 n, i64 count, double* mean,
                double* m2) {
    const T* samples = static_cast<const T*>(samples_void);
    for (i64 pass = 0; pass < passes; ++pass) {
        const T* row = samples + pass * stride;
        const double inverse = 1.0 / static_cast<double>(count + pass + 1);
        for (i64 i = 0; i < n; ++i) {
            welford(static_cast<double>(Scalar<T>::load(row[i])), inverse, mean[i], m2[i]);
        }
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
