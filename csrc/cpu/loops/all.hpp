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

#define FRONTIERS_FILL_TABLE(name)                                                                 \
    Isa {                                                                                          \
        name, FRONTIERS_ISA::words, FRONTIERS_ISA::uniform, FRONTIERS_ISA::normal,                 \
            FRONTIERS_ISA::integers, FRONTIERS_ISA::corrupt_labels, FRONTIERS_ISA::keep_bits,      \
            FRONTIERS_ISA::bits_to_bool, FRONTIERS_ISA::apply_bits, FRONTIERS_ISA::drop_elements,  \
            FRONTIERS_ISA::add_masks, FRONTIERS_ISA::apply_counts, FRONTIERS_ISA::gather,          \
            FRONTIERS_ISA::linf_step, FRONTIERS_ISA::displace, FRONTIERS_ISA::salt,                \
            FRONTIERS_ISA::segment_norm, FRONTIERS_ISA::welford, FRONTIERS_ISA::update_predictive, \
            FRONTIERS_ISA::finish_predictive, FRONTIERS_ISA::ball_first_round,                     \
            FRONTIERS_ISA::ball_later_round, FRONTIERS_ISA::l1_precompute,                         \
            FRONTIERS_ISA::l1_later_round, FRONTIERS_ISA::ball_write, FRONTIERS_ISA::sum_squares,  \
            FRONTIERS_ISA::move_along, FRONTIERS_ISA::step_keys, FRONTIERS_ISA::gain_keys,         \
            FRONTIERS_ISA::select_few, FRONTIERS_ISA::move_sparsely,                               \
            FRONTIERS_ISA::rasterize_task, FRONTIERS_ISA::render_task,                             \
            FRONTIERS_ISA::samples_task, FRONTIERS_ISA::scatter_task, FRONTIERS_ISA::transform,    \
            FRONTIERS_ISA::transform_adjoint                                                       \
    }
