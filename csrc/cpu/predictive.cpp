// CPU predictive: each task takes some positions with all their passes.
#include "frontiers/predictive.hpp"

#include "isa.hpp"
#include "predictive_workspace.hpp"
#include "threads.hpp"
#include "workspaces.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 state_bytes = 64 << 10;  // per task, which fits the L2 cache
constexpr i64 max_positions = 1024;

// Positions per task. Results do not depend on it, so it may depend on the number of threads.
i64 positions_at_once(i64 positions, i64 classes, int threads) {
    const i64 fit = state_bytes / (16 * classes);
    const i64 shared = (positions + 4 * threads - 1) / (4 * threads);
    i64 n = fit < max_positions ? fit : max_positions;
    n = n < shared ? n : shared;
    return n < 1 ? 1 : n;
}

// Calls work(first position, number of positions, memory) for all positions.
template <class Work>
void for_each_piece(i64 positions, i64 classes, DType dtype, bool with_state, int threads,
                    const Work& work) {
    if (positions == 0) return;
    const i64 step = positions_at_once(positions, classes, threads);
    const i64 tasks = (positions + step - 1) / step;
    const i64 bytes = dtype == DType::float64
                          ? predictive_workspace<double>(nullptr, step, classes, with_state).bytes
                          : predictive_workspace<float>(nullptr, step, classes, with_state).bytes;
    Workspaces workspaces(threads < tasks ? threads : tasks, bytes);
    parallel_for(tasks, threads, [&](i64 task) {
        const i64 first = task * step, left = positions - first;
        workspaces.with_one([&](void* memory) { work(first, left < step ? left : step, memory); });
    });
}

PredictiveState from(const PredictiveState& state, i64 first, i64 classes) {
    return {state.mean + first * classes, state.m2 + first * classes, state.entropy + first};
}

PredictiveResult from(const PredictiveResult& result, i64 first, i64 classes, DType dtype) {
    const i64 bytes = dtype == DType::float64 ? 8 : 4;
    const auto at = [bytes](void* start, i64 i) { return static_cast<u8*>(start) + i * bytes; };
    return {at(result.mean, first * classes), at(result.variance, first * classes),
            at(result.entropy, first), at(result.expected_entropy, first),
            at(result.mutual_information, first)};
}

// State in a task's workspace, before the first pass.
template <class C>
PredictiveState workspace_state(void* memory, i64 n, i64 classes) {
    const auto w = predictive_workspace<C>(memory, n, classes, true);
    for (i64 i = 0; i < n * classes; ++i) w.mean[i] = w.m2[i] = 0.0;
    for (i64 i = 0; i < n; ++i) w.entropy[i] = 0.0;
    return {w.mean, w.m2, w.entropy};
}

}  // namespace

void predictive(const PredictiveInput& input, const PredictiveResult& result, double*,
                int threads) {
    const Isa& table = isa();
    for_each_piece(position_count(input), input.classes, input.dtype, true, threads,
                   [&](i64 first, i64 n, void* memory) {
                       const PredictiveState state =
                           input.dtype == DType::float64
                               ? workspace_state<double>(memory, n, input.classes)
                               : workspace_state<float>(memory, n, input.classes);
                       table.update_predictive(input, first, n, 0, state, memory);
                       table.finish_predictive(state, n, input.classes, input.passes, input.dtype,
                                               from(result, first, input.classes, input.dtype));
                   });
}

void update_predictive(const PredictiveInput& input, i64 count, const PredictiveState& state,
                       int threads) {
    const Isa& table = isa();
    for_each_piece(position_count(input), input.classes, input.dtype, false, threads,
                   [&](i64 first, i64 n, void* memory) {
                       table.update_predictive(input, first, n, count,
                                               from(state, first, input.classes), memory);
                   });
}

void finish_predictive(const PredictiveState& state, i64 positions, i64 classes, i64 passes,
                       DType dtype, const PredictiveResult& result, int threads) {
    const Isa& table = isa();
    for_each_piece(positions, classes, dtype, false, threads, [&](i64 first, i64 n, void*) {
        table.finish_predictive(from(state, first, classes), n, classes, passes, dtype,
                                from(result, first, classes, dtype));
    });
}

}  // namespace frontiers::cpu
