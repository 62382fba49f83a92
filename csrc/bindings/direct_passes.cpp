// The fast path of moments and predictive; see direct.hpp.
#include <algorithm>

#include "direct.hpp"
#include "frontiers/predictive.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// The sizes before, between and after two dimensions of a tensor, multiplied.
std::array<i64, 3> sizes_around(const Operand& x, int first, int second) {
    std::array<i64, 3> sizes{1, 1, 1};
    for (int i = 0; i < x.ndim; ++i) {
        if (i != first && i != second) sizes[i < first ? 0 : i < second ? 1 : 2] *= x.shape[i];
    }
    return sizes;
}

Shape without(const Operand& x, int dimension) {
    Shape shape(x.shape, x.shape + x.ndim);
    if (x.ndim > 0) shape.erase(shape.begin() + dimension);
    return shape;
}

// Passes in the last dimension take the slow path, which copies them.
py::object moments_directly(py::handle samples, py::handle dim, py::handle correction) {
    DirectCall call;
    const Operand from = call.floating(samples);
    const int axis = call.dimension(dim, from.ndim);
    const i64 lost = static_cast<i64>(call.unsigned_integer(correction, 1u << 31));
    call.require(axis < from.ndim - 1 && from.shape[axis] > lost);
    const Operand mean = call.empty(without(from, axis), from.kind);
    const Operand variance = call.empty_like_last();
    return call.run(from.bytes(), [&](int threads) {
        const auto [outer, inner, none] = sizes_around(from, axis, from.ndim);
        cpu::moments(from.data, from.dtype, outer, from.shape[axis], inner, lost, mean.data,
                     variance.data, threads);
    });
}

PredictiveInput input_of(const Operand& from, int axis, int class_axis) {
    const int first = std::min(axis, class_axis), second = std::max(axis, class_axis);
    const auto [outer, middle, inner] = sizes_around(from, first, second);
    const i64 first_stride = inner * from.shape[second] * middle;
    return {.logits = from.data,
            .dtype = from.dtype,
            .passes = from.shape[axis],
            .classes = from.shape[class_axis],
            .size = {outer, middle, inner},
            .stride = {first_stride * from.shape[first], inner * from.shape[second], 1},
            .pass_stride = axis == first ? first_stride : inner,
            .class_stride = axis == first ? inner : first_stride};
}

// Results have the classes last. Other results take the slow path, which permutes them.
py::object predictive_directly(py::handle logits, py::handle dim, py::handle class_dim) {
    DirectCall call;
    const Operand from = call.floating(logits);
    const int axis = call.dimension(dim, from.ndim);
    const int class_axis = call.dimension(class_dim, from.ndim);
    const int last = axis == from.ndim - 1 ? from.ndim - 2 : from.ndim - 1;
    call.require(from.ndim >= 2 && class_axis == last && from.shape[axis] >= 1 &&
                 from.shape[class_axis] >= 1);
    Shape shape = without(from, axis);
    const ElementKind kind{dlpack::floating, static_cast<u8>(from.kind.bits == 64 ? 64 : 32)};
    const Operand mean = call.empty(shape, kind), variance = call.empty_like_last();
    if (!shape.empty()) shape.pop_back();
    const Operand entropy = call.empty(shape, kind), expected = call.empty_like_last();
    const Operand information = call.empty_like_last();
    return call.run(costly(from.bytes()), [&](int threads) {
        cpu::predictive(input_of(from, axis, class_axis),
                        {mean.data, variance.data, entropy.data, expected.data, information.data},
                        nullptr, threads);
    });
}

}  // namespace

void register_direct_passes(py::module_& module) {
    define_direct(module, "moments_directly", moments_directly, "samples", "dim", "correction");
    define_direct(module, "predictive_directly", predictive_directly, "logits", "dim", "class_dim");
}

}  // namespace frontiers::bindings
