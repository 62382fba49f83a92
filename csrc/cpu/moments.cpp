// CPU moments: each task takes adjacent columns with all their passes.
#include "frontiers/moments.hpp"

#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 columns_per_task = 4096;  // 64 KiB of state, which fits the L2 cache

struct Piece {
    i64 first;  // column index over (outer, inner)
    i64 count;
    const u8* samples;
};

// Calls work(piece) for pieces of columns that are adjacent in every pass.
template <class Work>
void for_each_piece(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, int threads,
                    const Work& work) {
    const i64 pieces = (inner + columns_per_task - 1) / columns_per_task;
    parallel_for(outer * pieces, threads, [&](i64 task) {
        const i64 row = task / pieces, begin = task % pieces * columns_per_task;
        const i64 count = inner - begin < columns_per_task ? inner - begin : columns_per_task;
        const i64 offset = (row * passes * inner + begin) * size_of(dtype);
        work(Piece{row * inner + begin, count, static_cast<const u8*>(samples) + offset});
    });
}

template <class T>
void round_to(void* out_void, i64 first, i64 count, const double* values, double divisor) {
    T* out = static_cast<T*>(out_void) + first;
    for (i64 i = 0; i < count; ++i) {
        out[i] = Scalar<T>::store(static_cast<ComputeOf<T>>(values[i] / divisor));
    }
}

void round_to(void* out, DType dtype, i64 first, i64 count, const double* values, double divisor) {
    switch (dtype) {
        case DType::float32:
            return round_to<float>(out, first, count, values, divisor);
        case DType::float64:
            return round_to<double>(out, first, count, values, divisor);
        case DType::float16:
            return round_to<Half>(out, first, count, values, divisor);
        case DType::bfloat16:
            return round_to<BFloat16>(out, first, count, values, divisor);
    }
}

}  // namespace

void update_moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 count,
                    double* mean, double* m2, int threads) {
    const Isa& table = isa();
    for_each_piece(samples, dtype, outer, passes, inner, threads, [&](const Piece& piece) {
        table.welford(piece.samples, dtype, passes, inner, piece.count, count, mean + piece.first,
                      m2 + piece.first);
    });
}

void moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 correction,
             void* mean, void* variance, int threads) {
    const Isa& table = isa();
    const double degrees_of_freedom = static_cast<double>(passes - correction);
    for_each_piece(samples, dtype, outer, passes, inner, threads, [&](const Piece& piece) {
        double running_mean[columns_per_task], running_m2[columns_per_task];
        for (i64 i = 0; i < piece.count; ++i) running_mean[i] = running_m2[i] = 0.0;
        table.welford(piece.samples, dtype, passes, inner, piece.count, 0, running_mean,
                      running_m2);
        round_to(mean, dtype, piece.first, piece.count, running_mean, 1.0);
        round_to(variance, dtype, piece.first, piece.count, running_m2, degrees_of_freedom);
    });
}

}  // namespace frontiers::cpu
