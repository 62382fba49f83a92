// Loop of linf_step; element i uses parameters[i mod period].
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

template <class C>
struct LinfRegisters {
    typename Lanes<C>::Reg step, epsilon, low, high;
};

// linf_step_element for Lanes<C>::width elements.
template <bool stream, class T>
inline void linf_lanes(const T* x_from, const T* grad_from, const T* origin_from, T* out,
                       const LinfRegisters<ComputeOf<T>>& p) {
    using L = Lanes<ComputeOf<T>>;
    prefetch<L::width>(x_from);
    prefetch<L::width>(grad_from);
    prefetch<L::width>(origin_from);
    const auto x = L::load(x_from), grad = L::load(grad_from), origin = L::load(origin_from);
    auto y = L::along_sign(x, grad, p.step);
    y = L::at_least(y, L::round_up(x_from, L::subtract_up(origin, p.epsilon)));
    y = L::at_most(y, L::round_down(x_from, L::add_down(origin, p.epsilon)));
    y = L::at_most(L::at_least(y, p.low), p.high);
    y = L::nan_where_unordered(L::add_zero(y), x, grad, origin);
    stream ? L::stream(out, y) : L::store(out, y);
}

// Parameters as four arrays of one period plus one register, so that a register can be loaded at
// any phase without wrapping around.
constexpr i64 max_period = 4096;

template <class C>
struct LinfRows {
    static constexpr i64 length = max_period + Lanes<C>::width;
    C step[length], epsilon[length], low[length], high[length];

    void fill(const LinfParameters<C>* parameters, i64 period) {
        for (i64 i = 0, phase = 0; i < period + Lanes<C>::width; ++i) {
            step[i] = parameters[phase].step;
            epsilon[i] = parameters[phase].epsilon;
            low[i] = parameters[phase].low;
            high[i] = parameters[phase].high;
            if (++phase == period) phase = 0;
        }
    }

    LinfRegisters<C> at(i64 phase) const {
        using L = Lanes<C>;
        return {L::load(step + phase), L::load(epsilon + phase), L::load(low + phase),
                L::load(high + phase)};
    }
};

template <bool stream, class T>
i64 linf_vectors(const T* x, const T* grad, const T* origin, T* out, i64 n,
                 const LinfParameters<ComputeOf<T>>* parameters, i64 period) {
    using C = ComputeOf<T>;
    using L = Lanes<C>;
    i64 i = 0;
    if constexpr (L::width > 1) {
        if (period == 1) {
            const LinfRegisters<C> p{L::set(parameters->step), L::set(parameters->epsilon),
                                     L::set(parameters->low), L::set(parameters->high)};
            for (; i + L::width <= n; i += L::width) {
                linf_lanes<stream>(x + i, grad + i, origin + i, out + i, p);
            }
        } else if (period <= max_period) {
            static thread_local LinfRows<C> rows;
            rows.fill(parameters, period);
            for (i64 phase = 0; i + L::width <= n; i += L::width) {
                linf_lanes<stream>(x + i, grad + i, origin + i, out + i, rows.at(phase));
                phase += L::width;
                if (phase >= period) phase %= period;
            }
        }
    }
    return i;
}

template <class T>
void linf_step_as(const void* x_void, const void* grad_void, const void* origin_void,
                  void* out_void, i64 n, const void* parameters_void, i64 period, bool stream) {
    const T* x = static_cast<const T*>(x_void);
    const T* grad = static_cast<const T*>(grad_void);
    const T* origin = static_cast<const T*>(origin_void);
    T* out = static_cast<T*>(out_void);
    const auto* parameters = static_cast<const LinfParameters<ComputeOf<T>>*>(parameters_void);
    i64 i = 0;
    if (stream) {
        i = linf_vectors<true>(x, grad, origin, out, n, parameters, period);
        store_fence();
    } else {
        i = linf_vectors<false>(x, grad, origin, out, n, parameters, period);
    }
    for (i64 phase = i % period; i < n; ++i) {
        out[i] = linf_step_element(x[i], grad[i], origin[i], parameters[phase]);
        if (++phase == period) phase = 0;
    }
}

void linf_step(const void* x, const void* grad, const void* origin, void* out, DType dtype, i64 n,
               const void* parameters, i64 period, bool stream) {
    switch (dtype) {
        case DType::float32:
            return linf_step_as<float>(x, grad, origin, out, n, parameters, period, stream);
        case DType::float64:
            return linf_step_as<double>(x, grad, origin, out, n, parameters, period, stream);
        case DType::float16:
            return linf_step_as<Half>(x, grad, origin, out, n, parameters, period, stream);
        case DType::bfloat16:
            return linf_step_as<BFloat16>(x, grad, origin, out, n, parameters, period, stream);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
