// CPU philox: tasks of whole blocks.
#include "frontiers/philox.hpp"

#include "frontiers/die.hpp"
#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 elements_per_task = 1 << 16;  // a multiple of every block length

i64 tasks_for(i64 n) { return (n + elements_per_task - 1) / elements_per_task; }

i64 length_of(i64 task, i64 n) {
    const i64 left = n - task * elements_per_task;
    return left < elements_per_task ? left : elements_per_task;
}

u64 counter_of(i64 task, i64 elements_per_block, u64 offset) {
    return offset + static_cast<u64>(task * (elements_per_task / elements_per_block));
}

}  // namespace

void fill_bits(u32* out, i64 n, u64 seed, u64 offset, u64 subsequence, int threads) {
    const Isa& table = isa();
    parallel_for(tasks_for(n), threads, [&](i64 task) {
        u32* first = out + task * elements_per_task;
        const i64 length = length_of(task, n);
        const u64 counter = counter_of(task, 4, offset);
        table.words(first, length / 4, counter, subsequence, seed);
        if (length % 4 != 0) {
            const Block last =
                philox_block(counter + static_cast<u64>(length / 4), subsequence, seed);
            for (i64 j = 0; j < length % 4; ++j) first[length - length % 4 + j] = last.word[j];
        }
    });
}

void fill_uniform(void* out, DType dtype, i64 n, u64 seed, u64 offset, int threads) {
    const Isa& table = isa();
    const i64 per_block = dtype == DType::float64 ? 2 : 4;
    parallel_for(tasks_for(n), threads, [&](i64 task) {
        table.uniform(static_cast<u8*>(out) + task * elements_per_task * size_of(dtype), dtype,
                      length_of(task, n), counter_of(task, per_block, offset), seed);
    });
}

void fill_normal(void* out, DType dtype, i64 n, u64 seed, u64 offset, int threads) {
    const Isa& table = isa();
    const i64 per_block = dtype == DType::float64 ? 2 : 4;
    parallel_for(tasks_for(n), threads, [&](i64 task) {
        table.normal(static_cast<u8*>(out) + task * elements_per_task * size_of(dtype), dtype,
                     length_of(task, n), counter_of(task, per_block, offset), seed);
    });
}

void fill_integers(void* out, i64 width, i64 n, u64 low, u64 faces, u64 seed, u64 offset,
                   int threads) {
    const Isa& table = isa();
    const Die die = make_die(faces);
    parallel_for(tasks_for(n), threads, [&](i64 task) {
        table.integers(static_cast<u8*>(out) + task * elements_per_task * width, width,
                       length_of(task, n), low, die, counter_of(task, die.wide ? 2 : 4, offset),
                       seed);
    });
}

}  // namespace frontiers::cpu
