// dropout: y = x / q where the mask keeps, +0 where it drops.
//
// The mask is dropout_mask's for the same (seed, sample), read at first_element plus the element's
// logical number, so neither memory layout nor a split of the batch changes the result. Kept
// elements are multiplied by 2^32 / threshold, the reciprocal of the rounded keep probability, so
// the mean is exact; the factor is rounded to float32 (float64 for float64), the product once to
// the element type. A dropped element is replaced, not multiplied by 0: it is +0 even where x is
// NaN or infinite. A kept NaN or infinity stays.
//
// Granularity::channel draws one bit for each row outer * channels + channel of the layout instead
// of one for each element; first_element is then the first row's number.
//
// Entry points: x and out have the same layout; out == x is allowed, any other overlap is not.
#pragma once

#include "frontiers/dropout_mask.hpp"
#include "frontiers/layout.hpp"

namespace frontiers {

enum class Granularity : int { element = 0, channel = 1 };

FRONTIERS_HD double inverse_keep(u64 threshold) {
    return threshold == 0 ? 0.0 : 4294967296.0 / static_cast<double>(threshold);
}

template <class T>
FRONTIERS_HD T drop_or_scale(T x, bool keep, ComputeOf<T> scale) {
    const T kept = Scalar<T>::store(Scalar<T>::load(x) * scale);
    return keep ? kept : T{};
}

namespace cpu {
void dropout(const void* x, void* out, DType dtype, const Layout& layout, Granularity granularity,
             i64 first_element, const KeepRule& rule, int threads);
}  // namespace cpu

namespace cuda {
void dropout(const void* x, void* out, DType dtype, const Layout& layout, Granularity granularity,
             i64 first_element, const KeepRule& rule, Stream stream);
}  // namespace cuda

}  // namespace frontiers
