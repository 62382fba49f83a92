// moments on the CPU: columns cut into tasks, each with its whole column of passes.
#include "frontiers/moments.hpp"

#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 columns_per_task = 4096;  // 64 KiB of state: it stays in the second-level cache

}  // namespace

void update_moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 count,
                    double* mean, double* m2, int threads) {
    const Isa& table = isa();
    const i64 pieces = (inner + columns_per_task - 1) / columns_per_task;
    parallel_for(outer * pieces, threads, [&](i64 task) {
        const i64 row = task / pieces, begin = task % pieces * columns_per_task;
        const i64 n = inner - begin < columns_per_task ? inner - begin : columns_per_task;
        const u8* first =
            static_cast<const u8*>(samples) + (row * passes * inner + begin) * size_of(dtype);
        table.welford(first, dtype, passes, inner, n, count, mean + row * inner + begin,
                      m2 + row * inner + begin);
    });
}

}  // namespace frontiers::cpu
