// l1_step, l2_step and project on plain tensors; see direct.hpp.
#include "direct.hpp"
#include "frontiers/l1_step.hpp"
#include "frontiers/l2_step.hpp"
#include "frontiers/project.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// Samples of one channel: what varies by channel is left to Python.
Layout samples_of(const Operand& from) {
    if (from.ndim == 0) return {1, 1, 1, false};
    const i64 samples = from.shape[0];
    return {samples, 1, samples == 0 ? 0 : from.n / samples, false};
}

// What the three share. `result` is the output; nullptr where the call is none of ours.
struct BallArguments {
    DirectCall call;
    Operand from{}, slope{}, centre{}, to{};
    double length = 0.0, radius = 0.0;
    Box box{};
    py::object result;

    void tensors(py::handle x, py::handle origin) {
        from = call.floating(x);
        centre = call.floating(origin);
        call.require(centre.same_kind(from));
    }

    void step(py::handle grad, py::handle step_length) {
        slope = call.floating(grad);
        call.require(slope.same_kind(from));
        length = call.length(step_length);
    }

    bool output(py::handle x, py::handle out, bool has_grad) {
        result = call.out_or_like(out, x, from, to);
        call.require((to.data == from.data || !to.overlaps(from)) && !to.overlaps(centre) &&
                     !(has_grad && to.overlaps(slope)));
        return call.possible();
    }

    BallCall work(bool ascend) const {
        return {from.data,
                slope.data,
                centre.data,
                to.data,
                from.dtype,
                samples_of(from),
                {nullptr, 0, 0, length},
                {nullptr, 0, 0, radius},
                {nullptr, 0, 0, box.low},
                {nullptr, 0, 0, box.high},
                ascend,
                nullptr};
    }
};

py::object l2_step_directly(py::handle x, py::handle grad, py::handle origin, py::handle step,
                            py::handle epsilon, py::handle bounds, py::handle ascend,
                            py::handle out) {
    BallArguments given;
    given.tensors(x, origin);
    given.step(grad, step);
    given.radius = given.call.length(epsilon);
    given.box = given.call.box(bounds);
    const bool up = given.call.flag(ascend);
    if (!given.output(x, out, true)) return py::none();
    const int threads = given.call.threads(costly(given.from.bytes()));
    run(given.from.bytes(), [&] { cpu::l2_step(given.work(up), threads); });
    given.call.written(out);
    return given.result;
}

py::object l1_step_directly(py::handle x, py::handle grad, py::handle origin, py::handle step,
                            py::handle epsilon, py::handle bounds, py::handle ascend,
                            py::handle share, py::handle out) {
    BallArguments given;
    given.tensors(x, origin);
    given.step(grad, step);
    given.radius = given.call.length(epsilon);
    given.box = given.call.box(bounds);
    const bool up = given.call.flag(ascend);
    const double part = given.call.number(share);
    given.call.require(part >= 0.0 && part <= 1.0);
    if (!given.output(x, out, true)) return py::none();
    const int threads = given.call.threads(costly(given.from.bytes()));
    run(given.from.bytes(), [&] { cpu::l1_step(given.work(up), part, threads); });
    given.call.written(out);
    return given.result;
}

// "linf" is Python's affair.
py::object project_directly(py::handle x, py::handle origin, py::handle norm, py::handle epsilon,
                            py::handle bounds) {
    BallArguments given;
    given.tensors(x, origin);
    const Norm kind = static_cast<Norm>(given.call.choice(norm, {"l0", "l1", "l2"}));
    given.radius = given.call.length(epsilon);
    given.box = given.call.box(bounds);
    if (!given.output(x, py::none(), false)) return py::none();
    const int threads = given.call.threads(costly(given.from.bytes()));
    run(given.from.bytes(), [&] { cpu::project(given.work(true), kind, threads); });
    return given.result;
}

}  // namespace

void register_direct_ball(py::module_& module) {
    module.def("l1_step_directly", l1_step_directly, py::arg("x"), py::arg("grad"),
               py::arg("origin"), py::arg("step"), py::arg("epsilon"), py::arg("bounds"),
               py::arg("ascend"), py::arg("share"), py::arg("out"));
    module.def("l2_step_directly", l2_step_directly, py::arg("x"), py::arg("grad"),
               py::arg("origin"), py::arg("step"), py::arg("epsilon"), py::arg("bounds"),
               py::arg("ascend"), py::arg("out"));
    module.def("project_directly", project_directly, py::arg("x"), py::arg("origin"),
               py::arg("norm"), py::arg("epsilon"), py::arg("bounds"));
}

}  // namespace frontiers::bindings
