// predictive with CUDA: sixteen threads a position, one for each lane of its sums, sixteen
// positions a block, a pass a round. The state of up to predictive_registers classes stays in
// registers.
#include <type_traits>

#include "frontiers/predictive.hpp"
#include "predictive_lanes.hpp"

namespace frontiers::cuda {
namespace {

// The passes; `keeps`: the state is the caller's and is not finished.
template <class T, class R, class State, bool keeps>
struct PredictiveBody {
    using C = ComputeOf<T>;
    static constexpr int threads = positions_per_tile * predictive_lanes, phases = 3;
    struct Shared {
        C most[positions_per_tile][predictive_lanes];
        LaneSums sums;
    };
    struct Own {
        typename State::Own state;
        i64 place;
        double entropy;
        C most;
    };

    PredictiveInput input;
    i64 count;
    State state;
    double* entropy;  // of the caller's state
    Finish<R, State> finish;

    FRONTIERS_DEVICE i64 rounds() const { return input.passes + (keeps ? 0 : 1); }

    FRONTIERS_DEVICE C logit(const Own& own, i64 pass, i64 c) const {
        return Scalar<T>::load(static_cast<const T*>(
            input.logits)[own.place + pass * input.pass_stride + c * input.class_stride]);
    }

    template <int phase>
    FRONTIERS_DEVICE void run(const Place& place, Shared& shared, Own& own) const {
        const Seat seat(place);
        if (seat.position >= finish.positions) return;
        if (place.round < input.passes) {
            if constexpr (phase == 0) look(place, seat, shared, own);
            if constexpr (phase == 1) add(place, seat, shared, own);
            if constexpr (phase == 2) fold(place, seat, shared, own);
        } else {
            if constexpr (phase == 0) finish.lanes(state, own.state, seat, shared.sums);
            if constexpr (phase == 1) finish.total(own.entropy, seat, shared.sums);
        }
    }

    // The largest logit of the lane.
    FRONTIERS_DEVICE void look(const Place& place, const Seat& seat, Shared& shared,
                               Own& own) const {
        if (place.round == 0) {
            own.place = place_of_position(input, seat.position);
            own.entropy = keeps ? entropy[seat.position] : 0.0;
            state.begin(own.state);
        }
        C most = -static_cast<C>(__builtin_inf());
        for (i64 c = seat.lane; c < input.classes; c += predictive_lanes) {
            const C x = logit(own, place.round, c);
            most = x > most ? x : most;
        }
        shared.most[seat.own][seat.lane] = most;
    }

    // The lane's sums.
    FRONTIERS_DEVICE void add(const Place& place, const Seat& seat, Shared& shared,
                              Own& own) const {
        own.most = shared.most[seat.own][0];
        for (int j = 1; j < predictive_lanes; ++j) {
            const C other = shared.most[seat.own][j];
            own.most = other > own.most ? other : own.most;
        }
        constexpr i64 run = predictive_run * predictive_lanes;
        double s = 0.0, a = 0.0;
        for (i64 first = seat.lane; first < input.classes; first += run) {
            C run_s = C(0), run_a = C(0);
            for (i64 c = first; c < first + run && c < input.classes; c += predictive_lanes) {
                const C d = from_smallest(logit(own, place.round, c) - own.most);
                const C e = exponential(d);
                run_s += e;
                run_a += d * e;
            }
            s += static_cast<double>(run_s);
            a += static_cast<double>(run_a);
        }
        shared.sums.s[seat.own][seat.lane] = s;
        shared.sums.a[seat.own][seat.lane] = a;
    }

    // The lane's probabilities, into the state.
    FRONTIERS_DEVICE void fold(const Place& place, const Seat& seat, Shared& shared,
                               Own& own) const {
        const double s = seat_total(shared.sums.s, seat.own);
        const C scale = static_cast<C>(1.0 / s);
        const double inverse = 1.0 / static_cast<double>(count + place.round + 1);
        state.for_each_class(own.state, seat, input.classes,
                             [&](i64 c, double& own_mean, double& own_m2) {
                                 const C d = from_smallest(logit(own, place.round, c) - own.most);
                                 const C p = exponential(d) * scale;
                                 welford(static_cast<double>(p), inverse, own_mean, own_m2);
                             });
        if (seat.lane != 0) return;
        own.entropy += natural_log(s) - seat_total(shared.sums.a, seat.own) / s;
        if (keeps && place.round + 1 == input.passes) entropy[seat.position] = own.entropy;
    }
};

template <class R>
struct FinishBody {
    static constexpr int threads = positions_per_tile * predictive_lanes, phases = 2;
    using Shared = LaneSums;
    using Own = InMemory::Own;
    InMemory state;
    const double* entropy;
    Finish<R, InMemory> finish;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const Place& place, Shared& shared, Own& own) const {
        const Seat seat(place);
        if (seat.position >= finish.positions) return;
        if constexpr (phase == 0) finish.lanes(state, own, seat, shared);
        if constexpr (phase == 1) finish.total(entropy[seat.position], seat, shared);
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
