// CUDA project: the search of ball.hpp for L1 and L2, the selection of select.hpp for L0.
#include "frontiers/project.hpp"
#include "selection.hpp"

namespace frontiers::cuda {
namespace {

template <class T>
struct GainKeys {
    BallElements<T> call;

    FRONTIERS_DEVICE i64 wanted(i64 sample) const {
        const double limit = static_cast<double>(call.elements), budget = call.epsilon(sample);
        return static_cast<i64>(budget < limit ? budget : limit);
    }
    FRONTIERS_DEVICE u64 operator()(i64 sample, i64 element) const {
        const i64 index = sample * call.elements + element;
        return bit_copy<u64>(
            gain_of(call.x(index), call.origin(index), call.bounds(sample, element)));
    }
};

template <class T>
struct KeepBody {
    GainKeys<T> keys;
    const Selection* selections;

    FRONTIERS_DEVICE void operator()(i64 index) const {
        const BallElements<T>& call = keys.call;
        const i64 sample = index / call.elements, element = index - sample * call.elements;
        const Selection& selection = selections[sample];
        const bool changes = is_selected(selection, keys(sample, element), tie_key(element));
        const double kept = changes ? call.x(index) : call.origin(index);
        call.out()[index] = selection.invalid ? not_a_number<T>()
                                              : clip_element<T>(kept, call.bounds(sample, element));
    }
};

template <class T>
void keep_largest(const StepCall& of, const BallBuffers& memory, const SelectionMemory& chosen,
                  Stream stream) {
    const i64 samples = of.layout.outer, elements = sample_elements(of.layout);
    const GainKeys<T> keys{BallElements<T>(of)};
    select_largest("project", keys, samples, elements, value_levels + tie_levels, chosen,
                   memory.tickets, stream);
    for_each("project", samples * elements, KeepBody<T>{keys, chosen.selections}, stream);
}

}  // namespace

void project(const StepCall& of, Norm norm, Stream stream) {
    const i64 samples = of.layout.outer, elements = sample_elements(of.layout);
    if (samples == 0 || elements == 0) return;
    WorkspacePieces pieces(of.workspace);
    const BallBuffers memory = BallBuffers::in(pieces, samples, elements);
    const SelectionMemory chosen = SelectionMemory::in(pieces, samples, elements);
    for_each("project", samples, ClearTickets{memory.tickets}, stream);
    with_scalar(of.dtype, [&]<class T>(T) {
        if (norm == Norm::l0) return keep_largest<T>(of, memory, chosen, stream);
        const NoStep<T> still;
        norm == Norm::l2 ? project_ball<T, Norm::l2>("project", of, memory, still, of.x, stream)
                         : project_ball<T, Norm::l1>("project", of, memory, still, of.x, stream);
    });
}

i64 ball_workspace(i64 samples, i64 elements) {
    WorkspacePieces pieces(nullptr);
    BallBuffers::in(pieces, samples, elements);
    SelectionMemory::in(pieces, samples, elements);
    return pieces.bytes();
}

}  // namespace frontiers::cuda
