// Loops of predictive. A pass of one position is a row of logits, padded with -infinity to whole
// rows of lanes; four passes are folded into the state together.
#pragma once

#include "../predictive_workspace.hpp"
#include "rows.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Registers that hold the sixteen lanes of a sum.
template <class C>
constexpr i64 lane_registers = predictive_lanes / Lanes<C>::width;

// Steps from position to position; only the constructor divides.
class PositionWalk {
  public:
    PositionWalk(const PredictiveInput& input, i64 position)
        : input_(input),
          inner_(position % input.size[2]),
          middle_(position / input.size[2] % input.size[1]),
          offset_(position_offset(input, position)) {}

    i64 offset() const { return offset_; }

    void next() {
        offset_ += input_.stride[2];
        if (++inner_ < input_.size[2]) return;
        inner_ = 0;
        offset_ += input_.stride[1] - input_.size[2] * input_.stride[2];
        if (++middle_ < input_.size[1]) return;
        middle_ = 0;
        offset_ += input_.stride[0] - input_.size[1] * input_.stride[1];
    }

  private:
    const PredictiveInput& input_;
    i64 inner_, middle_, offset_;
};

template <class C>
C row_max(const C* row, i64 padded) {
    using L = Lanes<C>;
    C lane[L::width];
    auto max_logit = L::load(row);
    for (i64 i = L::width; i < padded; i += L::width)
        max_logit = L::at_least(max_logit, L::load(row + i));
    L::store(lane, max_logit);
    C result = lane[0];
    for (i64 j = 1; j < L::width; ++j) result = lane[j] > result ? lane[j] : result;
    return result;
}

template <class C>
double lane_sum(const C* row, i64 padded) {
    using L = Lanes<C>;
    constexpr i64 run = predictive_run * predictive_lanes;
    double total[predictive_lanes] = {};
    C lane[predictive_lanes];
    for (i64 first = 0; first < padded; first += run) {
        const i64 end = padded - first < run ? padded : first + run;
        typename L::Reg sum[lane_registers<C>];
        for (i64 k = 0; k < lane_registers<C>; ++k) sum[k] = L::load(row + first + k * L::width);
        for (i64 i = first + predictive_lanes; i < end; i += predictive_lanes) {
            for (i64 k = 0; k < lane_registers<C>; ++k) {
                sum[k] = sum[k] + L::load(row + i + k * L::width);
            }
        }
        for (i64 k = 0; k < lane_registers<C>; ++k) L::store(lane + k * L::width, sum[k]);
        for (i64 j = 0; j < predictive_lanes; ++j) total[j] += static_cast<double>(lane[j]);
    }
    return sum_of_lanes(total);
}

// Loads and pads the logits of one pass at one position.
template <class T>
inline void load_logits(const T* logits, i64 stride, i64 classes, i64 padded, ComputeOf<T>* to) {
    using C = ComputeOf<T>;
    if (stride == 1) {
        load_row(logits, to, classes);
    } else {
        for (i64 c = 0; c < classes; ++c) to[c] = Scalar<T>::load(logits[c * stride]);
    }
    for (i64 c = classes; c < padded; ++c) to[c] = -static_cast<C>(__builtin_inf());
}

// row[c] = e^d and product[c] = d e^d with d = row[c] - max_logit.
template <class C>
inline void exponentials(C* __restrict row, C* __restrict product, C max_logit, i64 padded) {
    for (i64 c = 0; c < padded; ++c) {
        const C d = clamp_exponent(row[c] - max_logit), e = exponential(d);
        row[c] = e;
        product[c] = d * e;
    }
}

// Folds `rows` passes of one position into its state, after `count` earlier ones.
template <int rows, class C>
inline void fold_rows(const C* __restrict e, i64 padded, const C* scale, i64 classes, i64 count,
                      double* __restrict mean, double* __restrict m2) {
    double inverse[rows];
    for (int r = 0; r < rows; ++r) inverse[r] = 1.0 / static_cast<double>(count + r + 1);
    for (i64 c = 0; c < classes; ++c) {
        double running_mean = mean[c], running_m2 = m2[c];
        for (int r = 0; r < rows; ++r) {
            const C p = e[r * padded + c] * scale[r];
            frontiers::welford(static_cast<double>(p), inverse[r], running_mean, running_m2);
        }
        mean[c] = running_mean;
        m2[c] = running_m2;
    }
}

// Folds `rows` passes of `n` positions from `first` on. Each step runs for all rows before the next
// step, so that the rows' dependency chains overlap.
template <int rows, class T>
void fold_passes(const PredictiveInput& input, const T* pass, i64 first, i64 n, i64 count,
                 const PredictiveState& state, const PredictiveWorkspace<ComputeOf<T>>& w) {
    using C = ComputeOf<T>;
    const i64 classes = input.classes, padded = w.padded;
    PositionWalk walk(input, first);
    for (i64 i = 0; i < n; ++i, walk.next()) {
        C max_logit[rows], scale[rows];
        for (int r = 0; r < rows; ++r) {
            load_logits(pass + walk.offset() + r * input.pass_stride, input.class_stride, classes,
                        padded, w.exponential + r * padded);
        }
        for (int r = 0; r < rows; ++r) max_logit[r] = row_max(w.exponential + r * padded, padded);
        for (int r = 0; r < rows; ++r) {
            exponentials(w.exponential + r * padded, w.product + r * padded, max_logit[r], padded);
        }
        for (int r = 0; r < rows; ++r) {
            w.s[r * n + i] = lane_sum(w.exponential + r * padded, padded);
            w.a[r * n + i] = lane_sum(w.product + r * padded, padded);
        }
        for (int r = 0; r < rows; ++r) scale[r] = static_cast<C>(1.0 / w.s[r * n + i]);
        fold_rows<rows>(w.exponential, padded, scale, classes, count, state.mean + i * classes,
                        state.m2 + i * classes);
    }
    for (int r = 0; r < rows; ++r) {
        const double* __restrict s = w.s + r * n, * __restrict a = w.a + r * n;
        double* __restrict entropy = state.entropy;
        for (i64 i = 0; i < n; ++i) entropy[i] += natural_log(s[i]) - a[i] / s[i];
    }
}

template <class T>
void update_predictive_as(const PredictiveInput& input, i64 first, i64 n, i64 count,
                          const PredictiveState& state, void* memory) {
    const auto w = predictive_workspace<ComputeOf<T>>(memory, n, input.classes, false);
    const T* logits = static_cast<const T*>(input.logits);
    i64 pass = 0;
    for (; pass + passes_per_fold <= input.passes; pass += passes_per_fold) {
        fold_passes<passes_per_fold>(input, logits + pass * input.pass_stride, first, n,
                                     count + pass, state, w);
    }
    for (; pass < input.passes; ++pass) {
        fold_passes<1>(input, logits + pass * input.pass_stride, first, n, count + pass, state, w);
    }
}

void update_predictive(const PredictiveInput& input, i64 first, i64 n, i64 count,
                       const PredictiveState& state, void* memory) {
    switch (input.dtype) {
        case DType::float32:
            return update_predictive_as<float>(input, first, n, count, state, memory);
        case DType::float64:
            return update_predictive_as<double>(input, first, n, count, state, memory);
        case DType::float16:
            return update_predictive_as<Half>(input, first, n, count, state, memory);
        case DType::bfloat16:
            return update_predictive_as<BFloat16>(input, first, n, count, state, memory);
    }
}

// Mean, variance and entropy of the mean at one position; returns whether its passes differ.
template <class R>
bool finish_position(const double* __restrict mean, const double* __restrict m2, i64 classes,
                     i64 passes, R* __restrict mean_to, R* __restrict variance_to,
                     double& entropy) {
    double lane[predictive_lanes] = {}, term[predictive_lanes], spread = 0.0;
    for (i64 first = 0; first < classes; first += predictive_lanes) {
        const i64 left = classes - first, n = left < predictive_lanes ? left : predictive_lanes;
        for (i64 j = 0; j < n; ++j) term[j] = entropy_term(mean[first + j]);
        for (i64 j = 0; j < n; ++j) lane[j] += term[j];
    }
    for (i64 c = 0; c < classes; ++c) {
        mean_to[c] = static_cast<R>(mean[c]);
        variance_to[c] = static_cast<R>(m2[c] / static_cast<double>(passes));
    }
    for (i64 c = 0; c < classes && spread == 0.0; ++c) spread = m2[c];
    entropy = sum_of_lanes(lane);
    return spread != 0.0;
}

template <class R>
void finish_predictive_as(const PredictiveState& state, i64 n, i64 classes, i64 passes,
                          const PredictiveResult& result) {
    for (i64 i = 0; i < n; ++i) {
        double entropy_of_mean;
        const bool differs =
            finish_position(state.mean + i * classes, state.m2 + i * classes, classes, passes,
                            static_cast<R*>(result.mean) + i * classes,
                            static_cast<R*>(result.variance) + i * classes, entropy_of_mean);
        const Uncertainty found = uncertainty(entropy_of_mean, state.entropy[i], passes, differs);
        static_cast<R*>(result.entropy)[i] = static_cast<R>(found.entropy);
        static_cast<R*>(result.expected_entropy)[i] = static_cast<R>(found.expected_entropy);
        static_cast<R*>(result.mutual_information)[i] = static_cast<R>(found.mutual_information);
    }
}

void finish_predictive(const PredictiveState& state, i64 n, i64 classes, i64 passes, DType dtype,
                       const PredictiveResult& result) {
    if (dtype == DType::float64) {
        return finish_predictive_as<double>(state, n, classes, passes, result);
    }
    finish_predictive_as<float>(state, n, classes, passes, result);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
