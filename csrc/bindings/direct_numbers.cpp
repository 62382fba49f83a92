// bits, uniform, normal, randint and corrupt_labels on plain tensors; see direct.hpp.
#include "direct.hpp"
#include "frontiers/corrupt_labels.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// An operand that could not be read has no bits, and the code of signed integers.
bool is_integer(const Operand& operand) {
    return operand.bits != 0 &&
           (operand.code == dlpack::signed_integer || operand.code == dlpack::unsigned_integer);
}

py::object bits_directly(py::handle shape, py::handle seed, py::handle offset, py::handle dtype) {
    DirectCall call;
    const i64 n = call.elements(shape);
    const u64 key = call.whole(seed, ~u64{0}), first = call.whole(offset, ~u64{0});
    Operand to{};
    py::object out = call.empty(shape, dtype, n, to);
    call.require(is_integer(to) && to.bits == 32);
    if (!call.possible()) return py::none();
    const int threads = call.threads(to.bytes());
    run(to.bytes(), [&] { cpu::fill_bits(static_cast<u32*>(to.data), n, key, first, 0, threads); });
    return out;
}

template <void (*Fill)(void*, DType, i64, u64, u64, int)>
py::object numbers_directly(py::handle shape, py::handle seed, py::handle offset,
                            py::handle dtype) {
    DirectCall call;
    const i64 n = call.elements(shape);
    const u64 key = call.whole(seed, ~u64{0}), first = call.whole(offset, ~u64{0});
    Operand to{};
    py::object out = call.empty(shape, dtype, n, to);
    call.require(to.floating);
    if (!call.possible()) return py::none();
    const int threads = call.threads(costly(to.bytes()));
    run(to.bytes(), [&] { Fill(to.data, to.dtype, n, key, first, threads); });
    return out;
}

// Whether integers of this kind hold every number in [low, high).
bool holds(const Operand& kind, i64 low, i64 high) {
    if (kind.code == dlpack::unsigned_integer && low < 0) return false;
    const int digits = kind.code == dlpack::unsigned_integer ? kind.bits : kind.bits - 1;
    if (digits >= 63) return true;
    return low >= -(i64{1} << digits) && high <= i64{1} << digits;
}

py::object randint_directly(py::handle shape, py::handle low, py::handle high, py::handle seed,
                            py::handle offset, py::handle dtype) {
    DirectCall call;
    const i64 n = call.elements(shape);
    const i64 least = call.signed_whole(low), end = call.signed_whole(high);
    const u64 key = call.whole(seed, ~u64{0}), first = call.whole(offset, ~u64{0});
    call.require(least < end);
    Operand to{};
    py::object out = call.empty(shape, dtype, n, to);
    call.require(is_integer(to) && holds(to, least, end));
    if (!call.possible()) return py::none();
    const u64 faces = static_cast<u64>(end) - static_cast<u64>(least);
    const int threads = call.threads(to.bytes());
    run(to.bytes(), [&] {
        cpu::fill_integers(to.data, to.bits / 8, n, static_cast<u64>(least), faces, key, first,
                           threads);
    });
    return out;
}

py::object corrupt_labels_directly(py::handle labels, py::handle share, py::handle num_classes,
                                   py::handle seed, py::handle boolean) {
    DirectCall call;
    const Operand from = call.tensor(labels);
    call.require(is_integer(from));
    const double part = call.number(share);
    call.require(part >= 0.0 && part <= 1.0);
    const auto classes = static_cast<i64>(call.whole(num_classes, 0xffffffffu));
    const u64 key = call.whole(seed, ~u64{0});
    call.require(classes >= 1 && holds(from, 0, classes));
    if (!call.possible()) return py::none();
    py::tuple shape(from.ndim);
    for (int i = 0; i < from.ndim; ++i) shape[static_cast<py::size_t>(i)] = py::int_(from.shape[i]);
    Operand to{}, chosen{};
    py::object corrupted = call.empty_like(labels, from, to);
    py::object redrawn = call.empty(shape, boolean, from.n, chosen);
    call.require(to.same_kind(from) && chosen.bits == 8);
    if (!call.possible()) return py::none();
    const u64 threshold = static_cast<u64>(__builtin_rint(part * 4294967296.0));
    const Corruption rule = corruption(threshold, static_cast<u64>(classes), key);
    const int threads = call.threads(from.bytes());
    run(from.bytes(), [&] {
        cpu::corrupt_labels(from.data, to.data, static_cast<u8*>(chosen.data), from.bits / 8,
                            from.n, rule, threads);
    });
    return py::make_tuple(corrupted, redrawn);
}

}  // namespace

void register_direct_numbers(py::module_& module) {
    module.def("bits_directly", bits_directly, py::arg("shape"), py::arg("seed"), py::arg("offset"),
               py::arg("dtype"));
    module.def("uniform_directly", numbers_directly<cpu::fill_uniform>, py::arg("shape"),
               py::arg("seed"), py::arg("offset"), py::arg("dtype"));
    module.def("normal_directly", numbers_directly<cpu::fill_normal>, py::arg("shape"),
               py::arg("seed"), py::arg("offset"), py::arg("dtype"));
    module.def("randint_directly", randint_directly, py::arg("shape"), py::arg("low"),
               py::arg("high"), py::arg("seed"), py::arg("offset"), py::arg("dtype"));
    module.def("corrupt_labels_directly", corrupt_labels_directly, py::arg("labels"),
               py::arg("share"), py::arg("num_classes"), py::arg("seed"), py::arg("boolean"));
}

}  // namespace frontiers::bindings
