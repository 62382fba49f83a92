// The fast path of linf_step, l2_step and l1_step; see direct.hpp.
#include "direct.hpp"
#include "frontiers/l1_step.hpp"
#include "frontiers/l2_step.hpp"
#include "frontiers/linf_step.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// One channel per sample: parameters that vary by channel take the slow path.
Layout samples_of(const Operand& x) {
    if (x.ndim == 0) return {1, 1, 1, false};
    const i64 samples = x.shape[0];
    return {samples, 1, samples == 0 ? 0 : x.n / samples, false};
}

// Reads a step's arguments, and calls `step` with them and a number of threads if the call is an
// ordinary one. `searches`: the step looks for its projection, which is more work than moving
// bytes.
template <class Step>
py::object step_directly(DirectCall& call, py::handle x, py::handle grad, py::handle origin,
                         py::handle step_length, py::handle epsilon, py::handle bounds,
                         py::handle ascend, py::handle out, bool searches, const Step& step) {
    const Operand from = call.floating(x), slope = call.floating(grad),
                  centre = call.floating(origin);
    const double length = call.length(step_length), radius = call.length(epsilon);
    const Box box = call.box(bounds);
    const bool up = call.flag(ascend);
    call.require(slope.same_kind(from) && centre.same_kind(from));
    Operand to{};
    py::object result = call.out_or_like(out, x, from, to);
    call.require((to.data == from.data || !to.overlaps(from)) && !to.overlaps(slope) &&
                 !to.overlaps(centre));
    if (!call.possible()) return py::none();
    const StepCall work{.x = from.data,
                        .grad = slope.data,
                        .origin = centre.data,
                        .out = to.data,
                        .dtype = from.dtype,
                        .layout = samples_of(from),
                        .step = same_everywhere(length),
                        .epsilon = same_everywhere(radius),
                        .low = same_everywhere(box.low),
                        .high = same_everywhere(box.high),
                        .ascend = up,
                        .workspace = nullptr};
    const i64 bytes = from.bytes();
    const int threads = call.threads(searches ? costly(bytes) : bytes);
    run(bytes, [&] { step(work, threads); });
    call.written(out);
    return result;
}

py::object linf_step_directly(py::handle x, py::handle grad, py::handle origin, py::handle step,
                              py::handle epsilon, py::handle bounds, py::handle ascend,
                              py::handle out) {
    DirectCall call;
    return step_directly(call, x, grad, origin, step, epsilon, bounds, ascend, out, false,
                         cpu::linf_step);
}

py::object l2_step_directly(py::handle x, py::handle grad, py::handle origin, py::handle step,
                            py::handle epsilon, py::handle bounds, py::handle ascend,
                            py::handle out) {
    DirectCall call;
    return step_directly(call, x, grad, origin, step, epsilon, bounds, ascend, out, true,
                         cpu::l2_step);
}

py::object l1_step_directly(py::handle x, py::handle grad, py::handle origin, py::handle step,
                            py::handle epsilon, py::handle bounds, py::handle ascend,
                            py::handle share, py::handle out) {
    DirectCall call;
    const double part = call.number(share);
    call.require(part >= 0.0 && part <= 1.0);
    return step_directly(
        call, x, grad, origin, step, epsilon, bounds, ascend, out, true,
        [&](const StepCall& work, int threads) { cpu::l1_step(work, part, threads); });
}

}  // namespace

void register_direct_steps(py::module_& module) {
    module.def("linf_step_directly", linf_step_directly, py::arg("x"), py::arg("grad"),
               py::arg("origin"), py::arg("step"), py::arg("epsilon"), py::arg("bounds"),
               py::arg("ascend"), py::arg("out"));
    module.def("l2_step_directly", l2_step_directly, py::arg("x"), py::arg("grad"),
               py::arg("origin"), py::arg("step"), py::arg("epsilon"), py::arg("bounds"),
               py::arg("ascend"), py::arg("out"));
    module.def("l1_step_directly", l1_step_directly, py::arg("x"), py::arg("grad"),
               py::arg("origin"), py::arg("step"), py::arg("epsilon"), py::arg("bounds"),
               py::arg("ascend"), py::arg("share"), py::arg("out"));
}

}  // namespace frontiers::bindings
