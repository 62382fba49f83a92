// l2_step with CUDA: the squares of the gradient, then the projection of the step.
#include "ball.hpp"
#include "frontiers/l2_step.hpp"

namespace frontiers::cuda {
namespace {

template <class T>
struct Squares {
    using Sums = double;
    BallElements<T> call;
    double* factors;

    FRONTIERS_DEVICE bool wants(i64) const { return true; }
    FRONTIERS_DEVICE double lane(i64 sample, i64 first) const {
        double sum = 0.0;
        for (i64 j = 0; j < chunk_elements / sum_lanes; ++j) {
            const i64 element = first + j * sum_lanes;
            if (element >= call.elements) break;
            const double slope = call.grad(sample * call.elements + element);
            sum += slope * slope;
        }
        return sum;
    }
    FRONTIERS_DEVICE void conclude(i64 sample, double squares) const {
        const double step = value_at(call.call.step, sample, 0);
        factors[sample] = l2_factor(step, squares, call.call.ascend);
    }
};

template <class T>
struct AlongStep {
    const double* factors;

    FRONTIERS_DEVICE double at(const BallElements<T>& call, i64 sample, i64, i64 place) const {
        const T v = moved_along(static_cast<const T*>(call.call.x)[place],
                                static_cast<const T*>(call.call.grad)[place], factors[sample]);
        call.out()[place] = v;
        return static_cast<double>(Scalar<T>::load(v));
    }
};

}  // namespace

void l2_step(const BallCall& of, Stream stream) {
    const i64 samples = of.layout.outer, elements = sample_elements(of);
    if (samples == 0 || elements == 0) return;
    WorkspacePieces pieces(of.workspace);
    const BallMemory memory = BallMemory::in(pieces, samples, elements);
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
