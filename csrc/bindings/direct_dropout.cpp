// The fast path of dropout, mc_dropout and mc_dropout_mean; see direct.hpp.
#include "direct.hpp"
#include "frontiers/mc_dropout.hpp"
#include "frontiers/mc_dropout_mean.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

Layout rows_of(const Operand& x, Granularity granularity) {
    if (granularity == Granularity::element || x.n == 0) return {1, 1, x.n, false};
    return {x.shape[0], x.shape[1], x.n / (x.shape[0] * x.shape[1]), false};
}

py::object dropout_directly(py::handle x, py::handle p, py::handle seed, py::handle sample,
                            py::handle first_element, py::handle granularity, py::handle out) {
    DirectCall call;
    const Operand from = call.floating(x);
    const KeepRule rule = call.keep_rule(p, seed, sample);
    const i64 first = call.first_element(first_element);
    const Granularity rows = call.granularity(granularity, from.ndim);
    const Operand to = call.out_or_like(out, x, from);
    call.require(to.data == from.data || !to.overlaps(from));
    return call.run(from.bytes(), [&](int threads) {
        cpu::dropout(from.data, to.data, from.dtype, rows_of(from, rows), rows, first, rule,
                     threads);
    });
}

py::object mc_dropout_directly(py::handle x, py::handle p, py::handle samples, py::handle seed,
                               py::handle first_sample, py::handle first_element,
                               py::handle granularity) {
    DirectCall call;
    const Operand from = call.floating(x);
    const KeepRule rule = call.keep_rule(p, seed, first_sample);
    const i64 passes = call.passes(samples, (u64{1} << 32) - rule.sample);
    const i64 first = call.first_element(first_element);
    const Granularity rows = call.granularity(granularity, from.ndim);
    Shape shape{passes};
    shape.insert(shape.end(), from.shape, from.shape + from.ndim);
    const Operand to = call.empty(shape, from.kind);
    return call.run(to.bytes(), [&](int threads) {
        cpu::mc_dropout(from.data, to.data, from.dtype, rows_of(from, rows), rows, passes, first,
                        rule, threads);
    });
}

// More passes than this are not a small call, and products of sizes cannot overflow below it.
constexpr u64 most_counted = u64{1} << 20;

py::object mc_dropout_mean_directly(py::handle x, py::handle p, py::handle samples, py::handle seed,
                                    py::handle first_sample, py::handle first_element,
                                    py::handle granularity, py::handle out) {
    DirectCall call;
    const Operand from = call.floating(x);
    const KeepRule rule = call.keep_rule(p, seed, first_sample);
    const i64 passes = call.passes(samples, most_counted);
    call.require(rule.sample + static_cast<u64>(passes) <= u64{1} << 32);
    const i64 first = call.first_element(first_element);
    const Granularity rows = call.granularity(granularity, from.ndim);
    const Operand to = call.out_or_like(out, x, from);
    call.require(to.data == from.data || !to.overlaps(from));
    // Drawing takes longer than moving x for more than a few passes.
    const i64 drawn = from.n / 8 * passes;
    return call.run(costly(drawn > from.bytes() ? drawn : from.bytes()), [&](int threads) {
        cpu::mc_dropout_mean(from.data, to.data, from.dtype, rows_of(from, rows), rows, passes,
                             first, rule, threads);
    });
}

}  // namespace

void register_direct_dropout(py::module_& module) {
    define_direct(module, "dropout_directly", dropout_directly, "x", "p", "seed", "sample",
                  "first_element", "granularity", "out");
    define_direct(module, "mc_dropout_directly", mc_dropout_directly, "x", "p", "samples", "seed",
                  "first_sample", "first_element", "granularity");
    define_direct(module, "mc_dropout_mean_directly", mc_dropout_mean_directly, "x", "p", "samples",
                  "seed", "first_sample", "first_element", "granularity", "out");
}

}  // namespace frontiers::bindings
