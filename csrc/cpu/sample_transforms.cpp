// CPU sample_transforms: draws the random words with vector lanes, then computes row by row.
#include "frontiers/sample_transforms.hpp"

#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 rows_per_task = 64;

}  // namespace

void sample_transforms(double* table, i64 count, i64 channels, const Ranges& ranges, u64 seed,
                       u32 first_sample, int threads) {
    const Isa& instructions = isa();
    parallel_for((count + rows_per_task - 1) / rows_per_task, threads, [&](i64 task) {
        const i64 begin = task * rows_per_task;
        const i64 end = begin + rows_per_task < count ? begin + rows_per_task : count;
        for (i64 i = begin; i < end; ++i) {
            const u32 sample = first_sample + static_cast<u32>(i);
            u32 words[4 * parameter_blocks];
            instructions.words(words, parameter_blocks, 0, stream_of(parameter_stream, sample),
                               seed);
            draw_transform({&ranges, seed, sample, words}, channels,
                           table + i * transform_row_length(channels));
        }
    });
}

}  // namespace frontiers::cpu
