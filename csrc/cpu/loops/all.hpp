// All loops and the table that points to them, for one instruction set. Include after its simd
// headers.
#pragma once

#include "ball.hpp"
//
#include "ball_sums.hpp"
//
#include "l1_rounds.hpp"
//
#include "corrupt_labels.hpp"
#include "die.hpp"
#include "displace.hpp"
#include "dropout.hpp"
#include "dropout_mask.hpp"
#include "frontiers/gather.hpp"
#include "frontiers/mc_dropout_mean.hpp"
#include "frontiers/moments.hpp"
#include "gather.hpp"
#include "linf_step.hpp"
#include "mc_dropout_mean.hpp"
#include "moments.hpp"
#include "philox.hpp"
#include "predictive.hpp"
#include "render.hpp"
#include "select_few.hpp"
//
#include "steps.hpp"
#include "transform.hpp"
#include "transform_adjoint.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

constexpr Isa table(const char* name) {
    return {
        .name = name,
        .words = words,
        .uniform = uniform,
        .normal = normal,
        .integers = integers,
        .corrupt_labels = corrupt_labels,
        .keep_bits = keep_bits,
        .bits_to_bool = bits_to_bool,
        .apply_bits = apply_bits,
        .drop_elements = drop_elements,
        .add_masks = add_masks,
        .apply_counts = apply_counts,
        .gather = gather,
        .linf_step = linf_step,
        .displace = displace,
        .salt = salt,
        .segment_norm = segment_norm,
        .welford = welford,
        .update_predictive = update_predictive,
        .finish_predictive = finish_predictive,
        .ball_first_round = ball_first_round,
        .ball_later_round = ball_later_round,
        .l1_precompute = l1_precompute,
        .l1_later_round = l1_later_round,
        .ball_write = ball_write,
        .sum_squares = sum_squares,
        .move_along = move_along,
        .step_keys = step_keys,
        .gain_keys = gain_keys,
        .select_few = select_few,
        .move_sparsely = move_sparsely,
        .rasterize = rasterize_task,
        .render = render_task,
        .collect_samples = samples_task,
        .scatter = scatter_task,
        .transform = transform,
        .transform_adjoint = transform_adjoint,
    };
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
