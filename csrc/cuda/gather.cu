// CUDA gather: one thread per element of the result.
#include "frontiers/gather.hpp"
#include "launch.hpp"

namespace frontiers::cuda {
namespace {

template <class U>
struct GatherBody {
    GatherCall call;

    FRONTIERS_DEVICE void operator()(i64 element) const {
        const i64 columns = call.columns.count, inner = call.inner;
        const i64 row = element / (columns * inner), rest = element - row * columns * inner;
        const i64 line = call.to_columns_last ? columns : inner;
        const i64 slow = rest / line, fast = rest - slow * line;
        const i64 r = source_index(call.rows, row);
        const i64 c = source_index(call.columns, call.to_columns_last ? fast : slow);
        const i64 i = call.to_columns_last ? slow : fast;
        const bool inside = r >= 0 && r < call.rows.size && c >= 0 && c < call.columns.size;
        const U* from = static_cast<const U*>(call.from) + r * call.columns.size * inner +
                        c * column_stride(call) + i * inner_stride(call);
        static_cast<U*>(call.to)[element] = inside ? *from : U{};
    }
};

}  // namespace

void gather(const GatherCall& call, Stream stream) {
    const i64 n = call.rows.count * call.columns.count * call.inner;
    with_integer(call.width,
                 [&]<class U>(U) { for_each("gather", n, GatherBody<U>{call}, stream); });
}

}  // namespace frontiers::cuda
