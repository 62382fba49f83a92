// CPU additive_noise: each task is a range of elements.
#include "frontiers/additive_noise.hpp"

#include <type_traits>
#include <vector>

#include "isa.hpp"
#include "streaming_stores.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 elements_per_task = 1 << 13;

// Number of parameter sets by sample and channel, and of consecutive elements that share one.
struct ParameterRows {
    i64 samples, channels, run;
};

ParameterRows rows_of(const AdditiveNoise& call) {
    bool by_sample = false, by_channel = false;
    for (const auto* array : {&call.amount, &call.low, &call.high}) {
        by_sample |= array->outer_stride != 0;
        by_channel |= array->channel_stride != 0;
    }
    if (by_channel) return {call.samples, call.channels, call.inner};
    const i64 size = call.channels * call.inner;
    return by_sample ? ParameterRows{call.samples, 1, size}
                     : ParameterRows{1, 1, call.samples * size};
}

template <class T, class Parameters>
Parameters parameters_of(const AdditiveNoise& call, i64 n, i64 c) {
    const double amount = value_at(call.amount, n, c), low = value_at(call.low, n, c),
                 high = value_at(call.high, n, c);
    if constexpr (std::is_same_v<Parameters, Salt<ComputeOf<T>>>) {
        return salt_parameters<T>(amount, low, high);
    } else {
        const bool bounded = call.kind == NoiseKind::uniform;
        return displacement<T>(amount, bounded ? amount : __builtin_inf(), low, high);
    }
}

template <class T, class Parameters>
void additive_noise_as(const AdditiveNoise& call, int threads) {
    const Isa& table = isa();
    const ParameterRows rows = rows_of(call);
    std::vector<Parameters> parameters;
    parameters.reserve(static_cast<std::size_t>(rows.samples * rows.channels));
    for (i64 n = 0; n < rows.samples; ++n) {
        for (i64 c = 0; c < rows.channels; ++c) {
            parameters.push_back(parameters_of<T, Parameters>(call, n, c));
        }
    }
    const i64 all = call.samples * call.channels * call.inner;
    const bool stream = bypasses_caches(call.x, call.out, all * static_cast<i64>(sizeof(T)));
    const Distribution distribution =
        call.kind == NoiseKind::gaussian ? Distribution::normal : Distribution::uniform;
    parallel_for((all + elements_per_task - 1) / elements_per_task, threads, [&](i64 task) {
        const i64 first = task * elements_per_task, left = all - first;
        const ElementRange range{left < elements_per_task ? left : elements_per_task,
                                 call.first_element + first,
                                 stream_of(call),
                                 call.seed,
                                 first,
                                 rows.run,
                                 stream};
        const T* x = static_cast<const T*>(call.x) + first;
        T* out = static_cast<T*>(call.out) + first;
        if (call.kind == NoiseKind::salt_and_pepper) {
            table.salt(x, out, call.dtype, range, parameters.data());
        } else {
            table.displace(x, out, call.dtype, range, distribution, parameters.data());
        }
    });
}

}  // namespace

void additive_noise(const AdditiveNoise& call, int threads) {
    with_scalar(call.dtype, [&]<class T>(T) {
        using C = ComputeOf<T>;
        if (call.kind == NoiseKind::salt_and_pepper) {
            return additive_noise_as<T, Salt<C>>(call, threads);
        }
        additive_noise_as<T, Displacement<C>>(call, threads);
    });
}

}  // namespace frontiers::cpu
