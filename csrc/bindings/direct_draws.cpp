// The fast path of bits, uniform, normal, randint, dropout_mask and corrupt_labels; see direct.hpp.
#include <atomic>

#include "../cpu/threads.hpp"
#include "direct.hpp"
#include "frontiers/corrupt_labels.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

constexpr ElementKind bool_kind{dlpack::boolean, 8}, uint8_kind{dlpack::unsigned_integer, 8},
    uint32_kind{dlpack::unsigned_integer, 32};

// Whether integers of a kind hold every number in [low, high).
bool holds(ElementKind kind, i64 low, i64 high) {
    if (kind.code == dlpack::unsigned_integer && low < 0) return false;
    const int digits = kind.code == dlpack::unsigned_integer ? kind.bits : kind.bits - 1;
    if (digits >= 63) return true;
    return low >= -(i64{1} << digits) && high <= i64{1} << digits;
}

py::object bits_directly(py::handle shape, py::handle seed, py::handle offset, py::handle dtype,
                         py::handle device) {
    DirectCall call;
    call.word(device, {"cpu"});
    const u64 key = call.unsigned_integer(seed), first = call.unsigned_integer(offset);
    const ElementKind kind = dtype.is_none() ? uint32_kind : call.kind(dtype);
    call.require(is_integer(kind) && kind.bits == 32);
    const Operand to = call.empty(call.shape(shape), kind);
    return call.run(to.bytes(), [&](int threads) {
        cpu::fill_bits(static_cast<u32*>(to.data), to.n, key, first, 0, threads);
    });
}

template <auto Fill>
py::object numbers_directly(py::handle shape, py::handle seed, py::handle offset, py::handle dtype,
                            py::handle device) {
    DirectCall call;
    call.word(device, {"cpu"});
    const u64 key = call.unsigned_integer(seed), first = call.unsigned_integer(offset);
    const ElementKind kind = call.kind(dtype);
    call.require(is_floating(kind));
    const Operand to = call.empty(call.shape(shape), kind);
    return call.run(costly(to.bytes()),
                    [&](int threads) { Fill(to.data, to.dtype, to.n, key, first, threads); });
}

py::object randint_directly(py::handle shape, py::handle low, py::handle high, py::handle seed,
                            py::handle offset, py::handle dtype, py::handle device) {
    DirectCall call;
    call.word(device, {"cpu"});
    const i64 least = call.integer(low), end = call.integer(high);
    const u64 key = call.unsigned_integer(seed), first = call.unsigned_integer(offset);
    call.require(!dtype.is_none());
    const ElementKind kind = call.kind(dtype);
    call.require(is_integer(kind) && least < end && holds(kind, least, end));
    const Operand to = call.empty(call.shape(shape), kind);
    return call.run(to.bytes(), [&](int threads) {
        const u64 start = static_cast<u64>(least);
        cpu::fill_integers(to.data, kind.bits / 8, to.n, start, static_cast<u64>(end) - start, key,
                           first, threads);
    });
}

// Whole channels take the slow path.
py::object dropout_mask_directly(py::handle shape, py::handle p, py::handle seed, py::handle sample,
                                 py::handle first_element, py::handle granularity,
                                 py::handle packed, py::handle device) {
    DirectCall call;
    call.word(device, {"cpu"});
    call.word(granularity, {"element"});
    const KeepRule rule = call.keep_rule(p, seed, sample);
    const i64 first = call.first_element(first_element);
    const bool is_packed = call.flag(packed);
    const Shape sizes = call.shape(shape);
    i64 n = 1;
    for (const i64 size : sizes) n *= size;
    const Operand to =
        is_packed ? call.empty({(n + 7) / 8}, uint8_kind) : call.empty(sizes, bool_kind);
    return call.run(4 * n, [&](int threads) {
        const auto fill = is_packed ? cpu::fill_mask_packed : cpu::fill_mask_bool;
        fill(static_cast<u8*>(to.data), n, first, rule, threads);
    });
}

// Whether all labels are below a number of classes; negative ones are large as unsigned integers.
template <class T>
bool are_below(const void* labels, i64 n, u64 classes, int threads) {
    constexpr i64 per_task = i64{1} << 16;
    const T* from = static_cast<const T*>(labels);
    const T last = static_cast<T>(classes - 1);
    std::atomic<bool> beyond{false};
    cpu::parallel_for((n + per_task - 1) / per_task, threads, [&](i64 task) {
        const i64 end = n < (task + 1) * per_task ? n : (task + 1) * per_task;
        bool found = false;
        for (i64 i = task * per_task; i < end; ++i) found |= from[i] > last;
        if (found) beyond.store(true, std::memory_order_relaxed);
    });
    return !beyond.load();
}

bool are_classes(const Operand& labels, u64 classes, int threads) {
    const auto check = labels.kind.bits == 8    ? are_below<u8>
                       : labels.kind.bits == 16 ? are_below<u16>
                       : labels.kind.bits == 32 ? are_below<u32>
                                                : are_below<u64>;
    return check(labels.data, labels.n, classes, threads);
}

// A label beyond the classes takes the slow path, which names it.
py::object corrupt_labels_directly(py::handle labels, py::handle share, py::handle num_classes,
                                   py::handle seed) {
    DirectCall call;
    const Operand from = call.tensor(labels);
    const double probability = call.fraction(share);
    const u64 classes = call.unsigned_integer(num_classes, 0xffffffffu),
              key = call.unsigned_integer(seed);
    call.require(is_integer(from.kind) && classes >= 1 &&
                 holds(from.kind, 0, static_cast<i64>(classes)));
    const Operand to = call.empty_like(labels, from);
    const Operand redrawn = call.empty({from.shape, from.shape + from.ndim}, bool_kind);
    bool valid = true;
    py::object done = call.run(from.bytes(), [&](int threads) {
        valid = are_classes(from, classes, threads);
        if (!valid) return;
        const u64 threshold = static_cast<u64>(__builtin_rint(probability * 4294967296.0));
        cpu::corrupt_labels(from.data, to.data, static_cast<u8*>(redrawn.data), from.kind.bits / 8,
                            from.n, corruption(threshold, classes, key), threads);
    });
    return valid ? done : py::none();
}

}  // namespace

void register_direct_draws(py::module_& module) {
    define_direct(module, "bits_directly", bits_directly, "shape", "seed", "offset", "dtype",
                  "device");
    define_direct(module, "uniform_directly", numbers_directly<cpu::fill_uniform>, "shape", "seed",
                  "offset", "dtype", "device");
    define_direct(module, "normal_directly", numbers_directly<cpu::fill_normal>, "shape", "seed",
                  "offset", "dtype", "device");
    define_direct(module, "randint_directly", randint_directly, "shape", "low", "high", "seed",
                  "offset", "dtype", "device");
    define_direct(module, "dropout_mask_directly", dropout_mask_directly, "shape", "p", "seed",
                  "sample", "first_element", "granularity", "packed", "device");
    define_direct(module, "corrupt_labels_directly", corrupt_labels_directly, "labels", "share",
                  "num_classes", "seed");
}

}  // namespace frontiers::bindings
