// linf_step and moments on plain tensors; see direct.hpp.
#include "direct.hpp"
#include "frontiers/linf_step.hpp"
#include "frontiers/moments.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

py::object linf_step_directly(py::handle x, py::handle grad, py::handle origin, py::handle step,
                              py::handle epsilon, py::handle bounds, py::handle ascend,
                              py::handle out) {
    DirectCall call;
    const Operand from = call.floating(x), slope = call.floating(grad),
                  centre = call.floating(origin);
    const double length = call.length(step), radius = call.length(epsilon);
    const Box box = call.box(bounds);
    const bool up = call.flag(ascend);
    call.require(slope.same_kind(from) && centre.same_kind(from));
    Operand to{};
    py::object result = call.out_or_like(out, x, from, to);
    call.require((to.data == from.data || !to.overlaps(from)) && !to.overlaps(slope) &&
                 !to.overlaps(centre));
    if (!call.possible()) return py::none();
    const LinfStep work{from.data,
                        slope.data,
                        centre.data,
                        to.data,
                        from.dtype,
                        {1, 1, from.n, false},
                        {&length, 0, 0},
                        {&radius, 0, 0},
                        {&box.low, 0, 0},
                        {&box.high, 0, 0},
                        up};
    const int threads = call.threads(from.bytes());
    run(from.bytes(), [&] { cpu::linf_step(work, threads); });
    call.written(out);
    return result;
}

py::object moments_directly(py::handle samples, py::handle dim, py::handle correction) {
    DirectCall call;
    const Operand from = call.floating(samples);
    i64 axis = call.signed_whole(dim);
    if (axis < 0) axis += from.ndim;
    const auto freedom = static_cast<i64>(call.whole(correction, 1u << 31));
    // Passes innermost are copied first, which is Python's affair.
    call.require(axis >= 0 && axis < from.ndim - 1 && from.shape != nullptr);
    if (!call.possible()) return py::none();
    const i64 passes = from.shape[axis];
    i64 outer = 1, inner = 1;
    py::tuple rest(from.ndim - 1);
    for (int i = 0, place = 0; i < from.ndim; ++i) {
        if (i == axis) continue;
        (i < axis ? outer : inner) *= from.shape[i];
        rest[static_cast<py::size_t>(place++)] = py::int_(from.shape[i]);
    }
    call.require(passes > freedom);
    Operand mean{}, variance{};
    py::object mean_out = call.empty(rest, call.dtype_of(from), outer * inner, mean);
    py::object variance_out = call.empty_like(mean_out, mean, variance);
    call.require(mean.floating && mean.dtype == from.dtype && variance.same_kind(mean));
    if (!call.possible()) return py::none();
    const int threads = call.threads(from.bytes());
    run(from.bytes(), [&] {
        cpu::moments(from.data, from.dtype, outer, passes, inner, freedom, mean.data, variance.data,
                     threads);
    });
    return py::make_tuple(mean_out, variance_out);
}

}  // namespace

void register_direct_steps(py::module_& module) {
    module.def("linf_step_directly", linf_step_directly, py::arg("x"), py::arg("grad"),
               py::arg("origin"), py::arg("step"), py::arg("epsilon"), py::arg("bounds"),
               py::arg("ascend"), py::arg("out"));
    module.def("moments_directly", moments_directly, py::arg("samples"), py::arg("dim"),
               py::arg("correction"));
}

}  // namespace frontiers::bindings
