// CUDA sample_transforms: one thread per row of the table.
#include "frontiers/sample_transforms.hpp"
#include "launch.hpp"

namespace frontiers::cuda {
namespace {

struct DrawRow {
    double* table;
    i64 channels;
    Ranges ranges;
    u64 seed;
    u32 first_sample;

    FRONTIERS_DEVICE void operator()(i64 i) const {
        const u32 sample = first_sample + static_cast<u32>(i);
        u32 words[4 * parameter_blocks];
        for (int block = 0; block < parameter_blocks; ++block) {
            const Block drawn =
                philox_block(static_cast<u64>(block), stream_of(parameter_stream, sample), seed);
            for (int j = 0; j < 4; ++j) words[4 * block + j] = drawn.word[j];
        }
        draw_transform({&ranges, seed, sample, words}, channels,
                       table + i * transform_row_length(channels));
    }
};

}  // namespace

void sample_transforms(double* table, i64 count, i64 channels, const Ranges& ranges, u64 seed,
                       u32 first_sample, Stream stream) {
    for_each("sample_transforms", count, DrawRow{table, channels, ranges, seed, first_sample},
             stream);
}

}  // namespace frontiers::cuda
