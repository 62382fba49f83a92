"""Gradients of passes that skip dropped channels, or of one stacked batch of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.replica import replicate
from pyfrontiers.uncertainty.dropout.chain import after_prefix
from pyfrontiers.uncertainty.dropout.gradient_replay import watch_parameters
from pyfrontiers.uncertainty.dropout.gradients import Gradients
from pyfrontiers.uncertainty.dropout.kept import KeptChannels, Multiply
from pyfrontiers.uncertainty.dropout.pooling import pooled_early
from pyfrontiers.uncertainty.passes import CHUNK_PASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.uncertainty.dropout.run import Run, Slopes

_STACKED_ELEMENTS = 1 << 17  # elements of the prefix's output, times the passes of a chunk


def chain_gradients(
    run: Run, x: Tensor, by_x: bool, by_parameters: Sequence[bool], slopes: Slopes
) -> Gradients:
    """Add up the gradients of all passes of a run whose model is a chain.

    Arguments and result are those of `replay_gradients`.
    """
    gradients = Gradients()
    if by_x:
        x = x.requires_grad_()
        gradients.watch("x", x)
    replica = replicate(run.snapshot).model
    watch_parameters(gradients, run.model, replica, by_parameters)
    with torch.enable_grad():
        planned = after_prefix(replica, x.clone(), run.p)
        assert planned is not None
        h, kept = gradients.cut(planned[0]), _with_leaves(planned[1], gradients)
        skips = run.prepared.skips_channels
        if skips:
            start, steps = kept.until_first_layer(h)
            start, steps = gradients.cut(start), pooled_early(steps)
    most = 1 if skips else min(max(_STACKED_ELEMENTS // h.numel(), 1), CHUNK_PASSES)
    for done in range(0, run.samples, most):
        first, count = run.first_sample + done, min(most, run.samples - done)
        with torch.enable_grad():
            if skips:
                outputs = kept.passes(start, steps, run.masks, first, count)
            else:
                outputs = kept.stacked(h, run.masks, first, count)
            contribution = slopes.contribution(outputs)
        gradients.add(contribution)
    gradients.finish()
    return gradients


def _with_leaves(kept: KeptChannels, gradients: Gradients) -> KeptChannels:
    """Cut off the scaled weights, which all passes share."""
    steps = tuple(
        replace(step, weight=gradients.cut(step.weight)) if isinstance(step, Multiply) else step
        for step in kept.steps
    )
    return replace(kept, steps=steps)
