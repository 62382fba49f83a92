// The fast path of random_start and additive_noise; see direct.hpp. Parameters that vary by sample
// or channel take the slow path.
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
    const auto ball = static_cast<BallNorm>(call.word(norm, {"linf", "l2", "l1"}));
    const double radius = call.nonnegative(epsilon);
    const u64 key = call.unsigned_integer(seed),
              first = call.unsigned_integer(first_sample, 0xffffffffu);
    const Box box = call.box(bounds);
    call.require(static_cast<u64>(from.samples()) <= (u64{1} << 32) - first);
    const Operand to = call.empty_like(origin, from);
    return call.run(costly(from.bytes()), [&](int threads) {
        cpu::random_start({.origin = from.data,
                           .out = to.data,
                           .dtype = from.dtype,
                           .samples = from.samples(),
                           .channels = 1,
                           .inner = from.sample_size(),
                           .norm = ball,
                           .epsilon = same_everywhere(radius),
                           .low = same_everywhere(box.low),
                           .high = same_everywhere(box.high),
                           .seed = key,
                           .first_sample = static_cast<u32>(first)},
                          nullptr, threads);
    });
}

py::object additive_noise_directly(py::handle x, py::handle amount, py::handle kind,
                                   py::handle seed, py::handle sample, py::handle first_element,
                                   py::handle bounds, py::handle out) {
    DirectCall call;
    const Operand from = call.floating(x);
    const double size = call.nonnegative(amount);
    const auto noise =
        static_cast<NoiseKind>(call.word(kind, {"gaussian", "uniform", "salt_and_pepper"}));
    const u64 key = call.unsigned_integer(seed), pass = call.unsigned_integer(sample, 0xffffffffu);
    const i64 first = call.first_element(first_element);
    const Box box = call.box(bounds);
    call.require(noise != NoiseKind::salt_and_pepper ||
                 (size <= 1.0 && std::isfinite(box.low) && std::isfinite(box.high)));
    const Operand to = call.out_or_like(out, x, from);
    call.require(to.data == from.data || !to.overlaps(from));
    return call.run(costly(from.bytes()), [&](int threads) {
        cpu::additive_noise({.x = from.data,
                             .out = to.data,
                             .dtype = from.dtype,
                             .samples = 1,
                             .channels = 1,
                             .inner = from.n,
                             .kind = noise,
                             .amount = same_everywhere(size),
                             .low = same_everywhere(box.low),
                             .high = same_everywhere(box.high),
                             .seed = key,
                             .sample = static_cast<u32>(pass),
                             .first_element = first},
                            threads);
    });
}

}  // namespace

void register_direct_noise(py::module_& module) {
    define_direct(module, "random_start_directly", random_start_directly, "origin", "norm",
                  "epsilon", "seed", "first_sample", "bounds");
    define_direct(module, "additive_noise_directly", additive_noise_directly, "x", "amount", "kind",
                  "seed", "sample", "first_element", "bounds", "out");
}

}  // namespace frontiers::bindings
