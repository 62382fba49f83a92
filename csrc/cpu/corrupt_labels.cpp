// corrupt_labels on the CPU: tasks of whole mask blocks.
#include "frontiers/corrupt_labels.hpp"

#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {

void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                    const Corruption& rule, int threads) {
    constexpr i64 blocks_per_task = 128, per_task = blocks_per_task * lanes_per_block;
    const Isa& table = isa();
    parallel_for((n + per_task - 1) / per_task, threads, [&](i64 task) {
        const i64 first = task * per_task;
        const i64 length = n - first < per_task ? n - first : per_task;
        table.corrupt_labels(static_cast<const u8*>(labels) + first * width,
                             static_cast<u8*>(out) + first * width, redrawn + first, width, length,
                             static_cast<u64>(task * blocks_per_task), rule);
    });
}

}  // namespace frontiers::cpu
