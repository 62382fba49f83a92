// CUDA l1_step: select the largest gradient components digit by digit, then project the step.
#include "frontiers/l1_step.hpp"
#include "selection.hpp"

namespace frontiers::cuda {
namespace {

template <class T>
struct StepKeys {
    BallElements<T> call;
    i64 count;

    FRONTIERS_DEVICE i64 wanted(i64) const { return count; }
    FRONTIERS_DEVICE u64 operator()(i64 sample, i64 element) const {
        const i64 index = sample * call.elements + element;
        return bit_copy<u64>(
            step_key(call.x(index), call.slope(index), call.bounds(sample, element)));
    }
};

template <class T>
struct SparseStep {
    static constexpr bool moves = true;
    StepKeys<T> keys;
    const Selection* selections;

    FRONTIERS_DEVICE T at(const BallElements<T>& call, i64 sample, i64 element, i64 index) const {
        const Selection& selection = selections[sample];
        const i64 moving = selected_above_zero(selection);
        const double length =
            moving == 0 ? 0.0 : value_at(call.call.step, sample, 0) / static_cast<double>(moving);
        const u64 key = keys(sample, element);
        const T v = moved_sparsely<T>(call.x(index), call.slope(index),
                                      key != 0 && key >= selection.value, length);
        return selection.invalid ? not_a_number<T>() : v;
    }
};

}  // namespace

void l1_step(const StepCall& of, double share, Stream stream) {
    const i64 samples = of.layout.outer, elements = sample_elements(of.layout);
    if (samples == 0 || elements == 0) return;
    WorkspacePieces pieces(of.workspace);
    const BallBuffers memory = BallBuffers::in(pieces, samples, elements);
    const SelectionMemory chosen = SelectionMemory::in(pieces, samples, elements);
    for_each("l1_step", samples, ClearTickets{memory.tickets}, stream);
    with_scalar(of.dtype, [&]<class T>(T) {
        const StepKeys<T> keys{BallElements<T>(of), share_of(share, elements)};
        select_largest("l1_step", keys, samples, elements, value_levels, chosen, memory.tickets,
                       stream);
        project_ball<T, Norm::l1>("l1_step", of, memory, SparseStep<T>{keys, chosen.selections},
                                  of.out, stream);
    });
}

}  // namespace frontiers::cuda
