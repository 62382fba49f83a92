// CPU linf_step: splits the tensor into runs of memory whose parameters repeat with a short period.
#include "frontiers/linf_step.hpp"

#include <vector>

#include "isa.hpp"
#include "streaming_stores.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 elements_per_task = 1 << 15;

template <class C>
using Table = std::vector<LinfParameters<C>>;

// Runs of `length` elements; run r repeats the parameters table[r * period ..] with `period`.
struct Runs {
    i64 count;
    i64 length;
    i64 period;
};

Runs runs_of(const StepCall& call) {
    const Layout& layout = call.layout;
    bool by_outer = false, by_channel = false;
    for (const auto* array : {&call.step, &call.epsilon, &call.low, &call.high}) {
        by_outer |= array->outer_stride != 0;
        by_channel |= array->channel_stride != 0;
    }
    const i64 sample = layout.channels * layout.inner;
    if (!by_channel) {
        return by_outer ? Runs{layout.outer, sample, 1} : Runs{1, layout.outer * sample, 1};
    }
    if (!layout.pixel_major) return {layout.outer * layout.channels, layout.inner, 1};
    return {layout.outer, sample, layout.channels};
}

template <class T>
void linf_step_as(const StepCall& call, int threads) {
    using C = ComputeOf<T>;
    const Isa& table = isa();
    const Runs runs = runs_of(call);
    const i64 total = element_count(call.layout);
    if (total == 0) return;
    Table<C> parameters;
    const i64 per_outer =
        runs.count /
        (call.layout.outer != 0 && runs.count >= call.layout.outer ? call.layout.outer : 1);
    for (i64 run = 0; run < runs.count; ++run) {
        for (i64 phase = 0; phase < runs.period; ++phase) {
            const i64 outer = run / per_outer;
            const i64 channel = runs.period > 1 ? phase : run % per_outer;
            parameters.push_back(parameters_at<T>(call, outer, channel));
        }
    }
    const bool large = bypasses_caches(call.x, call.out, total * static_cast<i64>(sizeof(T)));
    const i64 step = runs.period * ((elements_per_task + runs.period - 1) / runs.period);
    const i64 pieces = (runs.length + step - 1) / step;
    parallel_for(runs.count * pieces, threads, [&](i64 task) {
        const i64 run = task / pieces, begin = task % pieces * step;
        const i64 length = runs.length - begin < step ? runs.length - begin : step;
        const i64 first = run * runs.length + begin;
        table.linf_step(
            static_cast<const T*>(call.x) + first, static_cast<const T*>(call.grad) + first,
            static_cast<const T*>(call.origin) + first, static_cast<T*>(call.out) + first,
            call.dtype, length, parameters.data() + run * runs.period, runs.period,
            large && aligned(static_cast<T*>(call.out) + first));
    });
}

}  // namespace

void linf_step(const StepCall& call, int threads) {
    switch (call.dtype) {
        case DType::float32:
            return linf_step_as<float>(call, threads);
        case DType::float64:
            return linf_step_as<double>(call, threads);
        case DType::float16:
            return linf_step_as<Half>(call, threads);
        case DType::bfloat16:
            return linf_step_as<BFloat16>(call, threads);
    }
}

}  // namespace frontiers::cpu
