// CPU random_start: tasks of segments, first for the norms, then for the points. Numbers are drawn
// twice, which is cheaper than storing them; a 16-bit result could not hold them anyway.
#include "frontiers/random_start.hpp"

#include <vector>

#include "isa.hpp"
#include "streaming_stores.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 segments_per_task = 8;

// Adds segments in 256 lanes, then halves, as the contract fixes.
double sum_of_segments(const double* partial, i64 segments) {
    double lane[segment_blocks] = {};
    for (i64 i = 0; i < segments; ++i) lane[i % segment_blocks] += partial[i];
    for (int half = segment_blocks / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) lane[i] += lane[i + half];
    }
    return lane[0];
}

// Scale of every sample.
template <Distribution distribution>
std::vector<double> scales_of(const RandomStart& call, int threads) {
    const Isa& table = isa();
    const i64 size = call.channels * call.inner, segments = segments_of(call);
    std::vector<double> partial(static_cast<std::size_t>(call.samples * segments));
    std::vector<double> scale(static_cast<std::size_t>(call.samples));
    const i64 tasks = (call.samples * segments + segments_per_task - 1) / segments_per_task;
    parallel_for(tasks, threads, [&](i64 task) {
        const i64 first = task * segments_per_task, all = call.samples * segments;
        const i64 end = first + segments_per_task < all ? first + segments_per_task : all;
        for (i64 i = first; i < end; ++i) {
            const i64 segment = i % segments, left = size - segment * segment_elements;
            const u32 sample = call.first_sample + static_cast<u32>(i / segments);
            partial[static_cast<std::size_t>(i)] = table.segment_norm(
                distribution, segment, left < segment_elements ? left : segment_elements,
                stream_of(start_stream, sample), call.seed);
        }
    });
    for (i64 n = 0; n < call.samples; ++n) {
        scale[static_cast<std::size_t>(n)] = scale_of_ball<distribution>(
            sum_of_segments(partial.data() + n * segments, segments), value_at(call.epsilon, n, 0),
            call.first_sample + static_cast<u32>(n), call.seed);
    }
    return scale;
}

template <class T>
void random_start_as(const RandomStart& call, Distribution distribution,
                     const std::vector<double>& scale, int threads) {
    using C = ComputeOf<T>;
    const Isa& table = isa();
    const i64 size = call.channels * call.inner;
    const bool by_channel = call.epsilon.channel_stride != 0 || call.low.channel_stride != 0 ||
                            call.high.channel_stride != 0;
    const i64 rows = by_channel ? call.channels : 1, run = by_channel ? call.inner : size;
    std::vector<Displacement<C>> parameters;
    parameters.reserve(static_cast<std::size_t>(call.samples * rows));
    for (i64 n = 0; n < call.samples; ++n) {
        for (i64 c = 0; c < rows; ++c) {
            const double epsilon = value_at(call.epsilon, n, c);
            parameters.push_back(
                displacement<T>(scale.empty() ? epsilon : scale[static_cast<std::size_t>(n)],
                                epsilon, value_at(call.low, n, c), value_at(call.high, n, c)));
        }
    }
    constexpr i64 step = segments_per_task * segment_elements;
    const i64 pieces = (size + step - 1) / step;
    const bool stream =
        bypasses_caches(call.origin, call.out, call.samples * size * static_cast<i64>(sizeof(T)));
    parallel_for(call.samples * pieces, threads, [&](i64 task) {
        const i64 n = task / pieces, first = task % pieces * step, at = n * size + first;
        const u32 sample = call.first_sample + static_cast<u32>(n);
        const ElementRange range{size - first < step ? size - first : step,
                                 first,
                                 stream_of(start_stream, sample),
                                 call.seed,
                                 n * rows * run + first,
                                 run,
                                 stream};
        table.displace(static_cast<const T*>(call.origin) + at, static_cast<T*>(call.out) + at,
                       call.dtype, range, distribution, parameters.data());
    });
}

}  // namespace

void random_start(const RandomStart& call, double*, int threads) {
    if (call.samples * call.channels * call.inner == 0) return;
    Distribution distribution = Distribution::uniform;
    std::vector<double> scale;
    if (call.norm == BallNorm::l2) {
        distribution = Distribution::normal;
        scale = scales_of<Distribution::normal>(call, threads);
    } else if (call.norm == BallNorm::l1) {
        distribution = Distribution::exponential;
        scale = scales_of<Distribution::exponential>(call, threads);
    }
    with_scalar(call.dtype,
                [&]<class T>(T) { random_start_as<T>(call, distribution, scale, threads); });
}

}  // namespace frontiers::cpu
