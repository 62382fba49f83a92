// CUDA linf_step: elementwise, 16 bytes per thread.
#include "frontiers/linf_step.hpp"
#include "launch.hpp"
#include "position.hpp"

namespace frontiers::cuda {
namespace {

// One set of parameters for the whole tensor.
template <class T>
struct CommonParameters {
    LinfParameters<ComputeOf<T>> value;

    struct Walk {
        const LinfParameters<ComputeOf<T>>& value;
        FRONTIERS_DEVICE const LinfParameters<ComputeOf<T>>& here() const { return value; }
        FRONTIERS_DEVICE void next() {}
    };
    FRONTIERS_DEVICE Walk walk_from(i64) const { return {value}; }
};

// Parameters that vary by sample or channel; reloaded where either changes.
template <class T>
struct VaryingParameters {
    StepCall call;

    struct Walk {
        const StepCall& call;
        Position position;
        LinfParameters<ComputeOf<T>> value;
        FRONTIERS_DEVICE const LinfParameters<ComputeOf<T>>& here() const { return value; }
        FRONTIERS_DEVICE void next() {
            if (position.next())
                value = parameters_at<T>(call, position.outer(), position.channel());
        }
    };
    FRONTIERS_DEVICE Walk walk_from(i64 element) const {
        const Position position(call.layout, element);
        return {call, position, parameters_at<T>(call, position.outer(), position.channel())};
    }
};

template <class T, class Parameters>
struct LinfStepBody {
    static constexpr int width = pack_width<T>;
    const T* x;
    const T* grad;
    const T* origin;
    T* out;
    Parameters parameters;

    template <int count>
    FRONTIERS_DEVICE void run(i64 first) const {
        const auto from = load<count>(x + first), slope = load<count>(grad + first),
                   centre = load<count>(origin + first);
        Pack<T, count> moved;
        auto walk = parameters.walk_from(first);
        FRONTIERS_UNROLL
        for (int j = 0; j < count; ++j) {
            moved.lane[j] =
                linf_step_element(from.lane[j], slope.lane[j], centre.lane[j], walk.here());
            if (j + 1 < count) walk.next();
        }
        store(out + first, moved);
    }
};

template <class T, class Parameters>
void launch(const StepCall& call, const Parameters& parameters, Stream stream) {
    const LinfStepBody<T, Parameters> body{
        static_cast<const T*>(call.x), static_cast<const T*>(call.grad),
        static_cast<const T*>(call.origin), static_cast<T*>(call.out), parameters};
    for_each_run("linf_step", element_count(call.layout), body,
                 aligned(call.x, call.grad, call.origin, call.out), stream);
}

}  // namespace

void linf_step(const StepCall& call, Stream stream) {
    const bool varying =
        call.step.varies() || call.epsilon.varies() || call.low.varies() || call.high.varies();
    with_scalar(call.dtype, [&]<class T>(T) {
        if (varying) return launch<T>(call, VaryingParameters<T>{call}, stream);
        launch<T>(call, CommonParameters<T>{parameters_at<T>(call, 0, 0)}, stream);
    });
}

}  // namespace frontiers::cuda
