// CPU l2_step: writes the step to the output and projects it there.
#include "frontiers/l2_step.hpp"

#include "ball_samples.hpp"

namespace frontiers::cpu {

void l2_step(const StepCall& call, int threads) {
    const Isa& table = isa();
    for_each_sample(call, threads, [&](const BallSample& sample) {
        TileSums<double> squares(sample.tiles());
        sample.for_each_tile([&](i64 number) {
            const BallTile tile = sample.tile(number, sample.x(), sample.grad());
            squares[number] = table.sum_squares(tile.origin, call.dtype, tile.count);
        });
        const double total = squares.total([](double& to, double from) { to += from; });
        const double factor = l2_factor(sample.step(), total, call.ascend);
        sample.project(Norm::l2, sample.out(), [&](i64 number) {
            const BallTile tile = sample.tile(number, sample.x(), sample.grad());
            table.move_along(tile.x, tile.origin, sample.at(sample.out(), number), call.dtype,
                             tile.count, factor);
        });
    });
}

}  // namespace frontiers::cpu
