// CUDA predictive: sixteen threads per position, one for each lane of its sums; sixteen positions
// per block; one pass per round. For up to predictive_registers classes the state stays in
// registers.
#include <type_traits>

#include "frontiers/predictive.hpp"
#include "predictive_lanes.hpp"

namespace frontiers::cuda {
namespace {

// Folds the passes into the state. With `external_state` the state is the caller's and no results
// are written.
template <class T, class R, class State, bool external_state>
struct PredictiveBody {
    using C = ComputeOf<T>;
    static constexpr int threads = positions_per_tile * predictive_lanes, phases = 3;
    struct Shared {
        C max_logit[positions_per_tile][predictive_lanes];
        LaneSums sums;
    };
    struct Local {
        typename State::Local state;
        i64 offset;
        double entropy;
        C max_logit;
    };

    PredictiveInput input;
    i64 count;
    State state;
    double* entropy;  // with external_state: the caller's
    Finish<R, State> finish;

    FRONTIERS_DEVICE i64 rounds() const { return input.passes + (external_state ? 0 : 1); }

    FRONTIERS_DEVICE C logit(const Local& local, i64 pass, i64 c) const {
        return Scalar<T>::load(static_cast<const T*>(
            input.logits)[local.offset + pass * input.pass_stride + c * input.class_stride]);
    }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local& local) const {
        const LaneId lane_id(item);
        if (lane_id.position >= finish.positions) return;
        if (item.round < input.passes) {
            if constexpr (phase == 0) find_max(item, lane_id, shared, local);
            if constexpr (phase == 1) add(item, lane_id, shared, local);
            if constexpr (phase == 2) fold(item, lane_id, shared, local);
        } else {
            if constexpr (phase == 0) finish.lanes(state, local.state, lane_id, shared.sums);
            if constexpr (phase == 1) finish.total(local.entropy, lane_id, shared.sums);
        }
    }

    // Largest logit of the lane.
    FRONTIERS_DEVICE void find_max(const WorkItem& item, const LaneId& lane_id, Shared& shared,
                                   Local& local) const {
        if (item.round == 0) {
            local.offset = position_offset(input, lane_id.position);
            local.entropy = external_state ? entropy[lane_id.position] : 0.0;
            state.begin(local.state);
        }
        C max_logit = -static_cast<C>(__builtin_inf());
        for (i64 c = lane_id.lane; c < input.classes; c += predictive_lanes) {
            const C x = logit(local, item.round, c);
            max_logit = x > max_logit ? x : max_logit;
        }
        shared.max_logit[lane_id.slot][lane_id.lane] = max_logit;
    }

    // Sums of the lane.
    FRONTIERS_DEVICE void add(const WorkItem& item, const LaneId& lane_id, Shared& shared,
                              Local& local) const {
        local.max_logit = shared.max_logit[lane_id.slot][0];
        for (int j = 1; j < predictive_lanes; ++j) {
            const C other = shared.max_logit[lane_id.slot][j];
            local.max_logit = other > local.max_logit ? other : local.max_logit;
        }
        constexpr i64 run = predictive_run * predictive_lanes;
        double s = 0.0, a = 0.0;
        for (i64 first = lane_id.lane; first < input.classes; first += run) {
            C run_s = C(0), run_a = C(0);
            for (i64 c = first; c < first + run && c < input.classes; c += predictive_lanes) {
                const C d = clamp_exponent(logit(local, item.round, c) - local.max_logit);
                const C e = exponential(d);
                run_s += e;
                run_a += d * e;
            }
            s += static_cast<double>(run_s);
            a += static_cast<double>(run_a);
        }
        shared.sums.s[lane_id.slot][lane_id.lane] = s;
        shared.sums.a[lane_id.slot][lane_id.lane] = a;
    }

    // Folds the lane's probabilities into the state.
    FRONTIERS_DEVICE void fold(const WorkItem& item, const LaneId& lane_id, Shared& shared,
                               Local& local) const {
        const double s = slot_total(shared.sums.s, lane_id.slot);
        const C scale = static_cast<C>(1.0 / s);
        const double inverse = 1.0 / static_cast<double>(count + item.round + 1);
        state.for_each_class(
            local.state, lane_id, input.classes, [&](i64 c, double& class_mean, double& class_m2) {
                const C d = clamp_exponent(logit(local, item.round, c) - local.max_logit);
                const C p = exponential(d) * scale;
                welford(static_cast<double>(p), inverse, class_mean, class_m2);
            });
        if (lane_id.lane != 0) return;
        local.entropy += natural_log(s) - slot_total(shared.sums.a, lane_id.slot) / s;
        if (external_state && item.round + 1 == input.passes)
            entropy[lane_id.position] = local.entropy;
    }
};

template <class R>
struct FinishBody {
    static constexpr int threads = positions_per_tile * predictive_lanes, phases = 2;
    using Shared = LaneSums;
    using Local = InMemory::Local;
    InMemory state;
    const double* entropy;
    Finish<R, InMemory> finish;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local& local) const {
        const LaneId lane_id(item);
        if (lane_id.position >= finish.positions) return;
        if constexpr (phase == 0) finish.lanes(state, local, lane_id, shared);
        if constexpr (phase == 1) finish.total(entropy[lane_id.position], lane_id, shared);
    }
};

i64 tiles_of(i64 positions) { return (positions + positions_per_tile - 1) / positions_per_tile; }

template <class R, class State>
Finish<R, State> finish_of(const PredictiveResult& result, i64 positions, i64 classes, i64 passes) {
    return {positions,
            classes,
            passes,
            static_cast<R*>(result.mean),
            static_cast<R*>(result.variance),
            static_cast<R*>(result.entropy),
            static_cast<R*>(result.expected_entropy),
            static_cast<R*>(result.mutual_information)};
}

template <class T>
using ResultOf = std::conditional_t<sizeof(T) == 8, double, float>;

struct Clear {
    double* numbers;
    FRONTIERS_DEVICE void operator()(i64 i) const { numbers[i] = 0.0; }
};

}  // namespace

void predictive(const PredictiveInput& input, const PredictiveResult& result, double* state,
                Stream stream) {
    const i64 positions = position_count(input), tiles = tiles_of(positions);
    const bool in_memory = input.classes > predictive_registers;
    const i64 size = positions * input.classes;
    if (in_memory) for_each("predictive", 2 * size, Clear{state}, stream);
    with_scalar(input.dtype, [&]<class T>(T) {
        using R = ResultOf<T>;
        const auto launch = [&]<class State>(const State& kept) {
            const PredictiveBody<T, R, State, false> body{
                input, 0, kept, nullptr,
                finish_of<R, State>(result, positions, input.classes, input.passes)};
            for_each_tile("predictive", tiles, body, stream);
        };
        in_memory ? launch(InMemory{state, state + size}) : launch(InRegisters{});
    });
}

void update_predictive(const PredictiveInput& input, i64 count, const PredictiveState& state,
                       Stream stream) {
    const i64 positions = position_count(input);
    with_scalar(input.dtype, [&]<class T>(T) {
        const PredictiveBody<T, ResultOf<T>, InMemory, true> body{
            input, count, InMemory{state.mean, state.m2}, state.entropy,
            finish_of<ResultOf<T>, InMemory>({}, positions, input.classes, input.passes)};
        for_each_tile("predictive", tiles_of(positions), body, stream);
    });
}

void finish_predictive(const PredictiveState& state, i64 positions, i64 classes, i64 passes,
                       DType dtype, const PredictiveResult& result, Stream stream) {
    const auto launch = [&]<class R>(R) {
        const FinishBody<R> body{InMemory{state.mean, state.m2}, state.entropy,
                                 finish_of<R, InMemory>(result, positions, classes, passes)};
        for_each_tile("predictive", tiles_of(positions), body, stream);
    };
    dtype == DType::float64 ? launch(double{}) : launch(float{});
}

}  // namespace frontiers::cuda
