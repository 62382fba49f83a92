// dropout_mask, dropout and mc_dropout on plain tensors; see direct.hpp.
#include "direct.hpp"
#include "frontiers/mc_dropout.hpp"
#include "frontiers/mc_dropout_mean.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

constexpr u64 most_first_element = (u64{1} << 62) - 1;

Layout rows_of(const Operand& x, Granularity granularity) {
    if (granularity == Granularity::element || x.n == 0) return {1, 1, x.n, false};
    return {x.shape[0], x.shape[1], x.n / (x.shape[0] * x.shape[1]), false};
}

py::object mask_directly(py::handle shape, py::handle p, py::handle seed, py::handle sample,
                         py::handle first_element, py::handle granularity, py::handle packed,
                         py::handle dtype) {
    DirectCall call;
    const i64 n = call.elements(shape);
    const KeepRule rule = call.keep_rule(p, seed, sample);
    const auto first = static_cast<i64>(call.whole(first_element, most_first_element));
    call.require(call.granularity(granularity, 1) == Granularity::element);
    const bool bits = call.flag(packed);
    if (!call.possible()) return py::none();
    Operand to{};
    py::object out = bits ? call.empty(py::int_((n + 7) / 8), dtype, (n + 7) / 8, to)
                          : call.empty(shape, dtype, n, to);
    call.require(to.bits == 8);
    if (!call.possible()) return py::none();
    u8* const first_byte = static_cast<u8*>(to.data);
    const int threads = call.threads(4 * n);
    if (bits) {
        run(n, [&] { cpu::fill_mask_packed(first_byte, n, first, rule, threads); });
    } else {
        run(n, [&] { cpu::fill_mask_bool(first_byte, n, first, rule, threads); });
    }
    return out;
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
    py::tuple shape(from.ndim + 1);
    shape[0] = py::reinterpret_borrow<py::object>(samples);
    for (int i = 0; i < from.ndim; ++i)
        shape[static_cast<py::size_t>(i) + 1] = py::int_(from.shape[i]);
    Operand to{};
    py::object result = call.empty(shape, call.dtype_of(from), n, to);
    call.require(to.code == from.code && to.bits == from.bits);
    if (!call.possible()) return py::none();
    const Layout layout = rows_of(from, rows);
    const int threads = call.threads(to.bytes());
    run(to.bytes(), [&] {
        cpu::mc_dropout(from.data, to.data, from.dtype, layout, rows, passes, first, rule, threads);
    });
    return result;
}

// Longer counts than this are no small call: Python's checks cost nothing beside them.
constexpr u64 most_counted = u64{1} << 20;

py::object mc_dropout_mean_directly(py::handle x, py::handle p, py::handle samples, py::handle seed,
                                    py::handle first_sample, py::handle first_element,
                                    py::handle granularity, py::handle out) {
    DirectCall call;
    const Operand from = call.floating(x);
    const KeepRule rule = call.keep_rule(p, seed, first_sample);
    const u64 left = (u64{1} << 32) - rule.sample;
    const auto passes =
        static_cast<i64>(call.whole(samples, left < most_counted ? left : most_counted));
    const auto first = static_cast<i64>(call.whole(first_element, most_first_element));
    const Granularity rows = call.granularity(granularity, from.ndim);
    call.require(passes >= 1);
    Operand to{};
    py::object result = call.out_or_like(out, x, from, to);
    call.require(to.data == from.data || !to.overlaps(from));
    if (!call.possible()) return py::none();
    const Layout layout = rows_of(from, rows);
    // Drawing is the work, so it is that which decides whether a thread is worth waking.
    const i64 work = from.bytes() > small_bytes ? from.bytes() : from.n * passes / 8;
    const int threads = call.threads(costly(work));
    run(work, [&] {
        cpu::mc_dropout_mean(from.data, to.data, from.dtype, layout, rows, passes, first, rule,
                             threads);
    });
    call.written(out);
    return result;
}

}  // namespace

void register_direct_dropout(py::module_& module) {
    module.def("dropout_mask_directly", mask_directly, py::arg("shape"), py::arg("p"),
               py::arg("seed"), py::arg("sample"), py::arg("first_element"), py::arg("granularity"),
               py::arg("packed"), py::arg("dtype"));
    module.def("dropout_directly", dropout_directly, py::arg("x"), py::arg("p"), py::arg("seed"),
               py::arg("sample"), py::arg("first_element"), py::arg("granularity"), py::arg("out"));
    module.def("mc_dropout_directly", mc_dropout_directly, py::arg("x"), py::arg("p"),
               py::arg("samples"), py::arg("seed"), py::arg("first_sample"),
               py::arg("first_element"), py::arg("granularity"));
    module.def("mc_dropout_mean_directly", mc_dropout_mean_directly, py::arg("x"), py::arg("p"),
               py::arg("samples"), py::arg("seed"), py::arg("first_sample"),
               py::arg("first_element"), py::arg("granularity"), py::arg("out"));
}

}  // namespace frontiers::bindings
