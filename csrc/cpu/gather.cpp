// CPU gather: tasks of several rows; small calls run on one thread.
#include "frontiers/gather.hpp"

#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

// A few microseconds of work: enough because torch's threads are still spinning from its previous
// operation.
constexpr i64 bytes_per_task = 1 << 16;

}  // namespace

void gather(const GatherCall& call, int threads) {
    const Isa& table = isa();
    const i64 row = call.columns.count * call.inner * call.width;
    if (row == 0) return;
    const i64 rows = row < bytes_per_task ? bytes_per_task / row : 1;
    parallel_for((call.rows.count + rows - 1) / rows, threads, [&](i64 task) {
        const i64 first = task * rows, left = call.rows.count - first;
        table.gather(call, first, first + (left < rows ? left : rows));
    });
}

}  // namespace frontiers::cpu
