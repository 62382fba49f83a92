// The fast path of linf_step, l2_step, l1_step and project; see direct.hpp. Parameters that vary by
// sample or channel take the slow path.
#include "direct.hpp"
#include "frontiers/l1_step.hpp"
#include "frontiers/l2_step.hpp"
#include "frontiers/linf_step.hpp"
#include "frontiers/project.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

constexpr i64 most_selected_from = i64{1} << 33;

StepCall step_of(const Operand& x, const Operand& grad, const Operand& origin, const Operand& out,
                 double step, double epsilon, const Box& box, bool ascend) {
    return {.x = x.data,
            .grad = grad.data,
            .origin = origin.data,
            .out = out.data,
            .dtype = x.dtype,
            .layout = {x.samples(), 1, x.sample_size(), false},
            .step = same_everywhere(step),
            .epsilon = same_everywhere(epsilon),
            .low = same_everywhere(box.low),
            .high = same_everywhere(box.high),
            .ascend = ascend,
            .workspace = nullptr};
}

// Reads a step's arguments, and calls step(arguments, threads) if the call is an ordinary one.
// `searches`: the step looks for its projection, which is more work than moving bytes.
template <class Step>
py::object step_directly(DirectCall& call, py::handle x, py::handle grad, py::handle origin,
                         py::handle step_length, py::handle epsilon, py::handle bounds,
                         py::handle ascend, py::handle out, bool searches, const Step& step) {
    const Operand from = call.floating(x), slope = call.floating(grad),
                  centre = call.floating(origin);
    const double length = call.nonnegative(step_length), radius = call.nonnegative(epsilon);
    const Box box = call.box(bounds);
    const bool up = call.flag(ascend);
    call.require(slope.same_kind(from) && centre.same_kind(from));
    const Operand to = call.out_or_like(out, x, from);
    call.require((to.data == from.data || !to.overlaps(from)) && !to.overlaps(slope) &&
                 !to.overlaps(centre));
    return call.run(searches ? costly(from.bytes()) : from.bytes(), [&](int threads) {
        step(step_of(from, slope, centre, to, length, radius, box, up), threads);
    });
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
    const double part = call.fraction(share);
    return step_directly(
        call, x, grad, origin, step, epsilon, bounds, ascend, out, true,
        [&](const StepCall& work, int threads) { cpu::l1_step(work, part, threads); });
}

py::object project_directly(py::handle x, py::handle origin, py::handle norm, py::handle epsilon,
                            py::handle bounds) {
    DirectCall call;
    const Operand from = call.floating(x), centre = call.floating(origin);
    const int which = call.word(norm, {"l0", "l1", "l2", "linf"});
    const double radius = call.nonnegative(epsilon);
    const Box box = call.box(bounds);
    call.require(centre.same_kind(from) && from.sample_size() <= most_selected_from);
    const Operand to = call.empty_like(x, from);
    return call.run(costly(from.bytes()), [&](int threads) {
        // In the L-infinity norm, a projection is a step of length 0.
        const StepCall work = step_of(from, from, centre, to, 0.0, radius, box, true);
        if (which == 3) return cpu::linf_step(work, threads);
        cpu::project(work, static_cast<Norm>(which), threads);
    });
}

}  // namespace

void register_direct_steps(py::module_& module) {
    define_direct(module, "linf_step_directly", linf_step_directly, "x", "grad", "origin", "step",
                  "epsilon", "bounds", "ascend", "out");
    define_direct(module, "l2_step_directly", l2_step_directly, "x", "grad", "origin", "step",
                  "epsilon", "bounds", "ascend", "out");
    define_direct(module, "l1_step_directly", l1_step_directly, "x", "grad", "origin", "step",
                  "epsilon", "bounds", "ascend", "share", "out");
    define_direct(module, "project_directly", project_directly, "x", "origin", "norm", "epsilon",
                  "bounds");
}

}  // namespace frontiers::bindings
