// The fast path of dropout and mc_dropout; see direct.hpp.
#include "direct.hpp"
#include "frontiers/mc_dropout.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

constexpr u64 most_first_element = (u64{1} << 62) - 1;

Layout rows_of(const Operand& x, Granularity granularity) {
    if (granularity == Granularity::element || x.n == 0) return {1, 1, x.n, false};
    return {x.shape[0], x.shape[1], x.n / (x.shape[0] * x.shape[1]), false};
}

py::object dropout_directly(py::handle x, py::handle p, py::handle seed, py::handle sample,
                            py::handle first_element, py::handle granularity, py::handle out) {
    DirectCall call;
    const Operand from = call.floating(x);
    const KeepRule rule = call.keep_rule(p, seed, sample);
    const auto first = static_cast<i64>(call.whole(first_element, most_first_element));
    const Granularity rows = call.granularity(granularity, from.ndim);
    Operand to{};
    py::object result = call.out_or_like(out, x, from, to);
    call.require(to.data == from.data || !to.overlaps(from));
    if (!call.possible()) return py::none();
    const Layout layout = rows_of(from, rows);
    const int threads = call.threads(from.bytes());
    run(from.bytes(),
        [&] { cpu::dropout(from.data, to.data, from.dtype, layout, rows, first, rule, threads); });
    call.written(out);
    return result;
}

py::object mc_dropout_directly(py::handle x, py::handle p, py::handle samples, py::handle seed,
                               py::handle first_sample, py::handle first_element,
                               py::handle granularity) {
    DirectCall call;
    const Operand from = call.floating(x);
    const KeepRule rule = call.keep_rule(p, seed, first_sample);
    const auto passes = static_cast<i64>(call.whole(samples, (u64{1} << 32) - rule.sample));
    const auto first = static_cast<i64>(call.whole(first_element, most_first_element));
    const Granularity rows = call.granularity(granularity, from.ndim);
    i64 n = 0;
    call.require(passes >= 1 && !__builtin_mul_overflow(passes, from.n, &n));
    if (!call.possible()) return py::none();
    std::vector<i64> shape{passes};
    shape.insert(shape.end(), from.shape, from.shape + from.ndim);
    Operand to{};
    py::object result = call.empty(shape, from, to);
    call.require(to.code == from.code && to.bits == from.bits);
    if (!call.possible()) return py::none();
    const Layout layout = rows_of(from, rows);
    const int threads = call.threads(to.bytes());
    run(to.bytes(), [&] {
        cpu::mc_dropout(from.data, to.data, from.dtype, layout, rows, passes, first, rule, threads);
    });
    return result;
}

}  // namespace

void register_direct_dropout(py::module_& module) {
    module.def("dropout_directly", dropout_directly, py::arg("x"), py::arg("p"), py::arg("seed"),
               py::arg("sample"), py::arg("first_element"), py::arg("granularity"), py::arg("out"));
    module.def("mc_dropout_directly", mc_dropout_directly, py::arg("x"), py::arg("p"),
               py::arg("samples"), py::arg("seed"), py::arg("first_sample"),
               py::arg("first_element"), py::arg("granularity"));
}

}  // namespace frontiers::bindings
