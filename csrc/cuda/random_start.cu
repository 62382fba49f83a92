// CUDA random_start. For L2 and L1 one launch sums segments, one segment per block, and a second
// one the segments of each sample; the last launch draws the same numbers again and moves the
// points.
#include "displace.hpp"
#include "frontiers/random_start.hpp"

namespace frontiers::cuda {
namespace {

// Halves 256 sums in phases 1 to 8; the first entry then holds the total.
template <int phase>
FRONTIERS_DEVICE void halve(double (&sum)[segment_blocks], int thread) {
    constexpr int half = segment_blocks >> phase;
    if (thread < half) sum[thread] += sum[thread + half];
}

inline constexpr int halvings = 8;
static_assert(1 << halvings == segment_blocks);

struct Sums {
    double sum[segment_blocks];
};

struct Nothing {};

template <Distribution distribution>
struct SegmentBody {
    static constexpr int threads = segment_blocks, phases = halvings + 1;
    using Shared = Sums;
    using Local = Nothing;
    i64 size, segments;
    u64 seed;
    u32 first_sample;
    double* partial;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        if constexpr (phase == 0) {
            const i64 sample = item.tile / segments, segment = item.tile - sample * segments;
            const i64 block = segment * segment_blocks + item.thread;
            const auto v = block_numbers<distribution>(
                block, stream_of(start_stream, first_sample + static_cast<u32>(sample)), seed);
            double share[4];
            FRONTIERS_UNROLL
            for (int j = 0; j < 4; ++j) {
                share[j] = 4 * block + j < size ? norm_term<distribution>(v.value[j]) : 0.0;
            }
            shared.sum[item.thread] = (share[0] + share[1]) + (share[2] + share[3]);
        } else {
            halve<phase>(shared.sum, item.thread);
            if constexpr (phase == halvings) {
                if (item.thread == 0) partial[item.tile] = shared.sum[0];
            }
        }
    }
};

template <Distribution distribution>
struct SampleBody {
    static constexpr int threads = segment_blocks, phases = halvings + 1;
    using Shared = Sums;
    using Local = Nothing;
    i64 segments;
    u64 seed;
    u32 first_sample;
    ParameterArray epsilon;
    const double* partial;
    double* scale;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        if constexpr (phase == 0) {
            double sum = 0.0;
            for (i64 i = item.thread; i < segments; i += threads) {
                sum += partial[item.tile * segments + i];
            }
            shared.sum[item.thread] = sum;
        } else {
            halve<phase>(shared.sum, item.thread);
            if constexpr (phase == halvings) {
                if (item.thread != 0) return;
                scale[item.tile] =
                    scale_of_ball<distribution>(shared.sum[0], value_at(epsilon, item.tile, 0),
                                                first_sample + static_cast<u32>(item.tile), seed);
            }
        }
    }
};

template <class T, Distribution distribution>
struct StartRule {
    RandomStart call;
    const double* scale;
    bool by_channel;

    FRONTIERS_DEVICE BlockNumbers numbers(i64 sample, i64 block) const {
        const u32 number = call.first_sample + static_cast<u32>(sample);
        return block_numbers<distribution>(block, stream_of(start_stream, number), call.seed);
    }

    FRONTIERS_DEVICE T changed(T x, float v, i64 sample, i64 element) const {
        const i64 channel = by_channel ? element / call.inner : 0;
        const double epsilon = value_at(call.epsilon, sample, channel);
        return displaced(
            x, v,
            displacement<T>(distribution == Distribution::uniform ? epsilon : scale[sample],
                            epsilon, value_at(call.low, sample, channel),
                            value_at(call.high, sample, channel)));
    }
};

template <Distribution distribution>
void start(const RandomStart& call, double* scratch, Stream stream) {
    const i64 size = call.channels * call.inner, segments = segments_of(call);
    double* const scale =
        distribution == Distribution::uniform ? nullptr : scratch + call.samples * segments;
    if constexpr (distribution != Distribution::uniform) {
        const SegmentBody<distribution> add{size, segments, call.seed, call.first_sample, scratch};
        for_each_tile("random_start", call.samples * segments, add, stream);
        const SampleBody<distribution> finish{segments,     call.seed, call.first_sample,
                                              call.epsilon, scratch,   scale};
        for_each_tile("random_start", call.samples, finish, stream);
    }
    const bool by_channel = call.epsilon.channel_stride != 0 || call.low.channel_stride != 0 ||
                            call.high.channel_stride != 0;
    with_scalar(call.dtype, [&]<class T>(T) {
        apply_by_block<T>("random_start", call.origin, call.out, call.samples, size, 0,
                          StartRule<T, distribution>{call, scale, by_channel}, stream);
    });
}

}  // namespace

void random_start(const RandomStart& call, double* scratch, Stream stream) {
    if (call.samples * call.channels * call.inner == 0) return;
    switch (call.norm) {
        case BallNorm::linf:
            return start<Distribution::uniform>(call, scratch, stream);
        case BallNorm::l2:
            return start<Distribution::normal>(call, scratch, stream);
        case BallNorm::l1:
            return start<Distribution::exponential>(call, scratch, stream);
    }
}

}  // namespace frontiers::cuda
