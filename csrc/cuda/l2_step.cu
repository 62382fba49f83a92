// CUDA l2_step: sum the squares of the gradient, then project the step.
#include "ball.hpp"
#include "frontiers/l2_step.hpp"

namespace frontiers::cuda {
namespace {

template <class T>
struct Squares {
    using Sums = double;
    BallElements<T> call;
    double* factors;

    FRONTIERS_DEVICE bool participates(i64) const { return true; }
    FRONTIERS_DEVICE double lane(i64 sample, i64 first) const {
        double sum = 0.0;
        const i64 base = sample * call.elements;
        for_each_batch(first, sum_lanes, call.elements, [&]<int count>(const Batch<count>& batch) {
            double slope[count];
            FRONTIERS_UNROLL
            for (int j = 0; j < count; ++j) slope[j] = call.grad(base + batch.element(j));
            FRONTIERS_UNROLL
            for (int j = 0; j < count; ++j) sum += slope[j] * slope[j];
        });
        return sum;
    }
    FRONTIERS_DEVICE void finish_sample(i64 sample, double squares) const {
        const double step = value_at(call.call.step, sample, 0);
        factors[sample] = l2_factor(step, squares, call.call.ascend);
    }
};

template <class T>
struct AlongStep {
    static constexpr bool moves = true;
    const double* factors;

    FRONTIERS_DEVICE T at(const BallElements<T>& call, i64 sample, i64, i64 index) const {
        return moved_along(static_cast<const T*>(call.call.x)[index],
                           static_cast<const T*>(call.call.grad)[index], factors[sample]);
    }
};

}  // namespace

void l2_step(const StepCall& of, Stream stream) {
    const i64 samples = of.layout.outer, elements = sample_elements(of.layout);
    if (samples == 0 || elements == 0) return;
    WorkspacePieces pieces(of.workspace);
    const BallBuffers memory = BallBuffers::in(pieces, samples, elements);
    const i64 tiles = tiles_of(elements);
    for_each("l2_step", samples, ClearTickets{memory.tickets}, stream);
    with_scalar(of.dtype, [&]<class T>(T) {
        const BallElements<T> call(of);
        const TiledSum<Squares<T>> squares{
            {call, memory.factors}, tiles, reinterpret_cast<double*>(memory.parts), memory.tickets};
        for_each_tile("l2_step", samples * tiles, squares, stream);
        project_ball<T, Norm::l2>("l2_step", of, memory, AlongStep<T>{memory.factors}, of.out,
                                  stream);
    });
}

}  // namespace frontiers::cuda
