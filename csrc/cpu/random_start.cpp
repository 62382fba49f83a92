// random_start on the CPU: segments of samples are the tasks, once for the norms, once for the
// points. Numbers are drawn twice instead of kept: that is cheaper than memory, and a 16-bit type
// could not hold them.
#include "frontiers/random_start.hpp"

#include <vector>

#include "isa.hpp"
#include "past_caches.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 segments_per_task = 8;

// Sums of all segments in 256 lanes, halved; the order of the contract.
double sum_of_segments(const double* partial, i64 segments) {
    double lane[segment_blocks] = {};
    for (i64 i = 0; i < segments; ++i) lane[i % segment_blocks] += partial[i];
    for (int half = segment_blocks / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; ++i) lane[i] += lane[i + half];
    }
    return lane[0];
}

// The scale of every sample.
template <Law law>
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
            partial[static_cast<std::size_t>(i)] =
                table.segment_norm(law, segment, left < segment_elements ? left : segment_elements,
                                   stream_of(start_stream, sample), call.seed);
        }
    });
    for (i64 n = 0; n < call.samples; ++n) {
        scale[static_cast<std::size_t>(n)] = scale_of_ball<law>(
            sum_of_segments(partial.data() + n * segments, segments), value_at(call.epsilon, n, 0),
            call.first_sample + static_cast<u32>(n), call.seed);
    }
    return scale;
}

template <class T>
void random_start_as(const RandomStart& call, Law law, const std::vector<double>& scale,
                     int threads) {
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
        past_caches(call.origin, call.out, call.samples * size * static_cast<i64>(sizeof(T)));
    parallel_for(call.samples * pieces, threads, [&](i64 task) {
        const i64 n = task / pieces, first = task % pieces * step, at = n * size + first;
        const u32 sample = call.first_sample + static_cast<u32>(n);
        const Stretch stretch{size - first < step ? size - first : step,
                              first,
                              stream_of(start_stream, sample),
                              call.seed,
                              n * rows * run + first,
                              run,
                              stream};
        table.displace(static_cast<const T*>(call.origin) + at, static_cast<T*>(call.out) + at,
                       call.dtype, stretch, law, parameters.data());
    });
}

}  // namespace

void random_start(const RandomStart& call, double*, int threads) {
    if (call.samples * call.channels * call.inner == 0) return;
    Law law = Law::uniform;
    std::vector<double> scale;
    if (call.norm == BallNorm::l2) {
        law = Law::normal;
        scale = scales_of<Law::normal>(call, threads);
    } else if (call.norm == BallNorm::l1) {
        law = Law::exponential;
        scale = scales_of<Law::exponential>(call, threads);
    }
    with_scalar(call.dtype, [&]<class T>(T) { random_start_as<T>(call, law, scale, threads); });
}

}  // namespace frontiers::cpu
