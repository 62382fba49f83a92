// Loop of linf_step: parameters of element i are those of entry i mod period.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

template <class T>
void linf_step_as(const void* x_void, const void* grad_void, const void* origin_void,
                  void* out_void, i64 n, const void* parameters_void, i64 period) {
    const T* x = static_cast<const T*>(x_void);
    const T* grad = static_cast<const T*>(grad_void);
    const T* origin = static_cast<const T*>(origin_void);
    T* out = static_cast<T*>(out_void);
    const auto* parameters = static_cast<const LinfParameters<ComputeOf<T>>*>(parameters_void);
    i64 phase = 0;
    for (i64 i = 0; i < n; ++i) {
        out[i] = linf_step_element(x[i], grad[i], origin[i], parameters[phase]);
        if (++phase == period) phase = 0;
    }
}

void linf_step(const void* x, const void* grad, const void* origin, void* out, DType dtype, i64 n,
               const void* parameters, i64 period, bool /*stream*/) {
    switch (dtype) {
        case DType::float32:
            return linf_step_as<float>(x, grad, origin, out, n, parameters, period);
        case DType::float64:
            return linf_step_as<double>(x, grad, origin, out, n, parameters, period);
        case DType::float16:
            return linf_step_as<Half>(x, grad, origin, out, n, parameters, period);
        case DType::bfloat16:
            return linf_step_as<BFloat16>(x, grad, origin, out, n, parameters, period);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
