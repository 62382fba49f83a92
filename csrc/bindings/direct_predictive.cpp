// predictive on plain tensors; see direct.hpp.
#include "direct.hpp"
#include "frontiers/predictive.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// A contiguous tensor with passes along `axis` and classes along `class_axis`.
PredictiveInput input_of(const Operand& from, i64 axis, i64 class_axis) {
    const i64 first = axis < class_axis ? axis : class_axis;
    const i64 second = axis < class_axis ? class_axis : axis;
    i64 size[3] = {1, 1, 1};
    for (i64 i = 0; i < from.ndim; ++i) {
        if (i != first && i != second) size[i < first ? 0 : i < second ? 1 : 2] *= from.shape[i];
    }
    const i64 of_second = size[2], of_middle = of_second * from.shape[second];
    const i64 of_first = of_middle * size[1], of_outer = of_first * from.shape[first];
    return {from.data,
            from.dtype,
            from.shape[axis],
            from.shape[class_axis],
            {size[0], size[1], size[2]},
            {of_outer, of_middle, 1},
            axis == first ? of_first : of_second,
            axis == first ? of_second : of_first};
}

i64 axis_from(DirectCall& call, py::handle value, int ndim) {
    i64 axis = call.signed_whole(value);
    if (axis < 0) axis += ndim;
    call.require(axis >= 0 && axis < ndim);
    return axis;
}

py::object predictive_directly(py::handle logits, py::handle dim, py::handle class_dim) {
    DirectCall call;
    const Operand from = call.floating(logits);
    const i64 axis = axis_from(call, dim, from.ndim);
    const i64 class_axis = axis_from(call, class_dim, from.ndim);
    // Rows of classes must be rows of the results; the others are Python's affair.
    const i64 last = axis == from.ndim - 1 ? from.ndim - 2 : from.ndim - 1;
    call.require(axis != class_axis && class_axis == last);
    if (!call.possible()) return py::none();
    const PredictiveInput input = input_of(from, axis, class_axis);
    call.require(input.passes >= 1 && input.classes >= 1);
    if (!call.possible()) return py::none();
    py::tuple of_pass(from.ndim - 1), rest(from.ndim - 2);
    for (int i = 0, place = 0; i < from.ndim; ++i) {
        if (i == axis) continue;
        const py::int_ size(from.shape[i]);
        of_pass[static_cast<py::size_t>(place)] = size;
        if (i != class_axis) rest[static_cast<py::size_t>(place)] = size;
        ++place;
    }
    Operand wide = from;
    wide.dtype = from.dtype == DType::float64 ? DType::float64 : DType::float32;
    const py::object dtype = call.dtype_of(wide);
    const i64 positions = position_count(input);
    py::tuple results(5);
    void* made[5];
    Operand to{};
    py::object one;
    for (int i = 0; i < 5; ++i) {
        // A result like the one before costs a third less to make.
        const Operand before = to;
        one = i == 0   ? call.empty(of_pass, dtype, positions * input.classes, to)
              : i == 2 ? call.empty(rest, dtype, positions, to)
                       : call.empty_like(one, before, to);
        call.require(to.floating && to.dtype == wide.dtype);
        results[static_cast<py::size_t>(i)] = one;
        made[i] = to.data;
    }
    if (!call.possible()) return py::none();
    const PredictiveResult result{made[0], made[1], made[2], made[3], made[4]};
    const int threads = call.threads(costly(from.bytes()));
    run(from.bytes(), [&] { cpu::predictive(input, result, nullptr, threads); });
    return results;
}

}  // namespace

void register_direct_predictive(py::module_& module) {
    module.def("predictive_directly", predictive_directly, py::arg("logits"), py::arg("dim"),
               py::arg("class_dim"));
}

}  // namespace frontiers::bindings
