// random_start and additive_noise on plain tensors; see direct.hpp.
#include <cmath>

#include "direct.hpp"
#include "frontiers/additive_noise.hpp"
#include "frontiers/random_start.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

py::object random_start_directly(py::handle origin, py::handle norm, py::handle epsilon,
                                 py::handle seed, py::handle first_sample, py::handle bounds) {
    DirectCall call;
    const Operand from = call.floating(origin);
    const auto ball = static_cast<BallNorm>(call.choice(norm, {"linf", "l2", "l1"}));
    const double radius = call.length(epsilon);
    const u64 key = call.whole(seed, ~u64{0}), first = call.whole(first_sample, 0xffffffffu);
    const Box box = call.box(bounds);
    if (!call.possible()) return py::none();
    const i64 samples = from.ndim > 0 ? from.shape[0] : 1;
    call.require(static_cast<u64>(samples) <= (u64{1} << 32) - first);
    Operand to{};
    py::object result = call.empty_like(origin, from, to);
    if (!call.possible()) return py::none();
    const RandomStart work{from.data,
                           to.data,
                           from.dtype,
                           samples,
                           1,
                           samples == 0 ? 0 : from.n / samples,
                           ball,
                           {nullptr, 0, 0, radius},
                           {nullptr, 0, 0, box.low},
                           {nullptr, 0, 0, box.high},
                           key,
                           static_cast<u32>(first)};
    const int threads = call.threads(costly(from.bytes()));
    run(from.bytes(), [&] { cpu::random_start(work, nullptr, threads); });
    return result;
}

py::object additive_noise_directly(py::handle x, py::handle amount, py::handle kind,
                                   py::handle seed, py::handle sample, py::handle first_element,
                                   py::handle bounds, py::handle out) {
    DirectCall call;
    const Operand from = call.floating(x);
    const double length = call.length(amount);
    const auto noise_kind =
        static_cast<NoiseKind>(call.choice(kind, {"gaussian", "uniform", "salt_and_pepper"}));
    const u64 key = call.whole(seed, ~u64{0}), pass = call.whole(sample, 0xffffffffu);
    const u64 first = call.whole(first_element, (u64{1} << 62) - 1);
    const Box box = call.box(bounds);
    call.require(noise_kind != NoiseKind::salt_and_pepper ||
                 (length <= 1.0 && std::isfinite(box.low) && std::isfinite(box.high)));
    Operand to{};
    py::object result = call.out_or_like(out, x, from, to);
    call.require(to.data == from.data || !to.overlaps(from));
    if (!call.possible()) return py::none();
    const AdditiveNoise work{from.data,
                             to.data,
                             from.dtype,
                             1,
                             1,
                             from.n,
                             noise_kind,
                             {nullptr, 0, 0, length},
                             {nullptr, 0, 0, box.low},
                             {nullptr, 0, 0, box.high},
                             key,
                             static_cast<u32>(pass),
                             static_cast<i64>(first)};
    const int threads = call.threads(costly(from.bytes()));
    run(from.bytes(), [&] { cpu::additive_noise(work, threads); });
    call.written(out);
    return result;
}

}  // namespace

void register_direct_noise(py::module_& module) {
    module.def("random_start_directly", random_start_directly, py::arg("origin"), py::arg("norm"),
               py::arg("epsilon"), py::arg("seed"), py::arg("first_sample"), py::arg("bounds"));
    module.def("additive_noise_directly", additive_noise_directly, py::arg("x"), py::arg("amount"),
               py::arg("kind"), py::arg("seed"), py::arg("sample"), py::arg("first_element"),
               py::arg("bounds"), py::arg("out"));
}

}  // namespace frontiers::bindings
