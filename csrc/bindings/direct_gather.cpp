// The fast path of gather; see direct.hpp.
#include "direct.hpp"
#include "frontiers/gather.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

GatherIndex index_of(DirectCall& call, py::handle indices, i64 size) {
    if (indices.is_none()) return {nullptr, size, size};
    const Operand read = call.tensor(indices);
    call.require(read.ndim == 1 && read.kind == ElementKind{dlpack::signed_integer, 64});
    if (!call.possible()) return {nullptr, 0, 0};
    const GatherIndex index{static_cast<const i64*>(read.data), read.n, size};
    call.require(first_invalid(index) < 0);
    return index;
}

// `from` and the result are described in memory order: columns second, or last.
py::object gather_directly(py::handle from, py::handle rows, py::handle columns,
                           py::handle from_columns_last, py::handle to_columns_last) {
    DirectCall call;
    const Operand read = call.floating(from);
    const bool from_last = call.flag(from_columns_last), to_last = call.flag(to_columns_last);
    call.require(read.ndim >= 1 && read.n > 0);
    if (!call.possible()) return py::none();
    const bool flat = read.ndim == 1;
    const i64 all_columns = flat ? 1 : read.shape[from_last ? read.ndim - 1 : 1];
    const GatherIndex row_index = index_of(call, rows, read.shape[0]);
    const GatherIndex column_index = index_of(call, columns, all_columns);
    call.require(!flat || columns.is_none());
    if (!call.possible()) return py::none();
    const i64 inner = read.n / (read.shape[0] * all_columns);
    const int rank = read.ndim;
    Shape shape{row_index.count};
    for (int i = 1, rest = from_last ? 1 : 2; i < rank; ++i) {
        const bool column = i == (to_last ? rank - 1 : 1);
        shape.push_back(column ? column_index.count : read.shape[rest++]);
    }
    const Operand to = call.empty(shape, read.kind);
    return call.run(costly(to.bytes()), [&](int threads) {
        cpu::gather({read.data, to.data, read.kind.bits / 8, row_index, column_index, inner,
                     from_last, to_last},
                    threads);
    });
}

}  // namespace

void register_direct_gather(py::module_& module) {
    define_direct(module, "gather_directly", gather_directly, "from_", "rows", "columns",
                  "from_columns_last", "to_columns_last");
}

}  // namespace frontiers::bindings
