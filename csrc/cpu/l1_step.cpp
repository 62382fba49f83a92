// CPU l1_step: writes the step to the output and projects it there.
#include "frontiers/l1_step.hpp"

#include "selection.hpp"

namespace frontiers::cpu {

void l1_step(const StepCall& call, double share, int threads) {
    const Isa& table = isa();
    for_each_sample(call, threads, [&](const BallSample& sample) {
        const auto keys = [&](i64 number, u64* tile_keys) {
            const BallTile tile = sample.tile(number, sample.x(), sample.grad());
            table.step_keys(tile, call.ascend, tile_keys);
            return tile.count;
        };
        const Selection selection =
            select_largest(sample, share_of(share, sample.elements()), value_levels, keys);
        if (selection.invalid) return sample.write(Norm::l1, sample.x(), invalid_search());
        const i64 moving = selected_above_zero(selection);
        const double length = moving == 0 ? 0.0 : sample.step() / static_cast<double>(moving);
        sample.project(Norm::l1, sample.out(), [&](i64 number) {
            u64 tile_keys[tile_elements];
            keys(number, tile_keys);
            table.move_sparsely(sample.tile(number, sample.x(), sample.grad()), call.ascend,
                                tile_keys, selection, length, sample.at(sample.out(), number));
        });
    });
}

}  // namespace frontiers::cpu
