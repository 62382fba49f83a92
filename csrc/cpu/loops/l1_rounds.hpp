// Later rounds of an L1 search on precomputed |d| and limits, which do not change with theta. Needs
// ball_sums.hpp.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// If the bounds cross when rounded to the element type, the limit is 0.
template <bool varies, class T>
void precompute_l1(const BallTile& tile, double* distances, double* limits) {
    const auto zero = Sums::set(0.0);
    for_each_chunk<varies, T>(tile, [&](const T* v, const T* origin, i64 count,
                                        const ChunkBox<varies>& box, i64 begin) {
        double *distance = distances + begin, *limit = limits + begin;
        i64 i = 0;
        for (; i + Sums::width <= count; i += Sums::width) {
            const auto centre = Sums::load(origin + i), d = Sums::load(v + i) - centre;
            const auto below = centre - box.low_at(i), above = box.high_at(i) - centre;
            const auto side = Sums::where_above(d, zero, above) + Sums::where_above(zero, d, below);
            Sums::store(distance + i, Sums::magnitude(d));
            Sums::store(limit + i, Sums::at_least(side, zero));
        }
        for (; i < count; ++i) {
            const double centre = to_double(origin[i]), d = to_double(v[i]) - centre;
            const Bounds bounds = box.at(i);
            const double side = d > 0.0 ? bounds.high - centre : centre - bounds.low;
            distance[i] = __builtin_fabs(d);
            limit[i] = side < 0.0 ? 0.0 : side;
        }
    });
    for (i64 i = tile.count; i % sum_lanes != 0; ++i) distances[i] = limits[i] = 0.0;
}

void l1_precompute(const BallTile& tile, double* distance, double* limit) {
    with_scalar(tile.dtype, [&]<class T>(T) {
        tile.box->by_channel != nullptr ? precompute_l1<true, T>(tile, distance, limit)
                                        : precompute_l1<false, T>(tile, distance, limit);
    });
}

// Adds the upper half of the lanes to the lower half until one is left, in registers.
inline double sum_in_halves(double (&lane)[sum_lanes]) {
#pragma GCC unroll 4
    for (int half = sum_lanes / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
        for (int i = 0; i < half; ++i) lane[i] += lane[i + half];
    }
    return lane[0];
}

// later_tile for L1 from the arrays that l1_precompute wrote. Adds the same numbers in the same
// order; `free` is counted as an integer, which is exact too.
BallSums l1_later_round(const double* distance, const double* limit, i64 elements, double theta) {
    BallSums chunks[tile_elements / chunk_elements] = {};
    const auto zero = Sums::set(0.0), at = Sums::set(theta);
    for (i64 begin = 0; begin < elements; begin += chunk_elements) {
        const i64 left = elements - begin,
                  end = begin + (left < chunk_elements ? left : chunk_elements);
        Sums::Reg running[sum_parts];
        for (auto& each : running) each = zero;
        i64 free = 0;
        for (i64 i = begin; i < end; i += sum_lanes) {
#pragma GCC unroll 16  // keeps the running sums in registers
            for (i64 part = 0; part < sum_parts; ++part) {
                const i64 from = i + part * Sums::width;
                const auto u = Sums::at_least(Sums::load(distance + from) - at, zero);
                const auto bound = Sums::load(limit + from);
                running[part] = running[part] + Sums::at_most(u, bound);
                free += Sums::count_between(u, zero, bound);
            }
        }
        double size[sum_lanes];
        for (i64 part = 0; part < sum_parts; ++part) {
            Sums::store(size + part * Sums::width, running[part]);
        }
        chunks[begin / chunk_elements] = {sum_in_halves(size), static_cast<double>(free), 0.0, 0.0,
                                          0.0};
    }
    return add_in_halves(chunks, chunks_of(elements), add_ball_sums);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
