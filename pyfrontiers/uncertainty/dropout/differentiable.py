"""Gradients of the predictive distribution, with the masks drawn again in the backward pass.

Mean, variance and entropies are means over the passes, so their gradient is a sum over the passes
of what each contributes. The forward pass keeps only the figures. The backward pass computes each
pass again with the same masks, adds its gradient and frees its graph. What the passes share, the
prefix, is followed once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from pyfrontiers.uncertainty.dropout.chain_gradients import chain_gradients
from pyfrontiers.uncertainty.dropout.gradient_replay import replay_gradients
from pyfrontiers.uncertainty.dropout.run import Run, Slopes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyfrontiers.uncertainty.prediction import Prediction

_FIGURES = ("mean", "variance", "entropy", "expected_entropy", "mutual_information")


def with_gradients(prediction: Prediction, x: Tensor, run: Run) -> Prediction:
    """Return a prediction whose figures have gradients for the inputs and the parameters.

    Args:
        prediction: the prediction, without gradients.
        x: (N, ...) inputs of the run.
        run: the run.
    """
    given = {name: getattr(prediction, name) for name in _FIGURES}
    present = [name for name, figure in given.items() if figure is not None]
    parameters = [each for each in run.model.parameters() if each.requires_grad]
    attached = _Attached.apply(  # type: ignore[no-untyped-call]  # untyped in torch
        run, len(present), *(given[name] for name in present), x, *parameters
    )
    return replace(prediction, **dict(zip(present, attached, strict=True)))


class _Attached(torch.autograd.Function):
    """The identity on the figures; its backward pass repeats the run."""

    @staticmethod
    def forward(ctx: Any, run: Run, figures: int, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.run, ctx.figures = run, figures
        ctx.set_materialize_grads(False)
        # The mean, the inputs and the parameters; a change of one of them in place raises.
        ctx.save_for_backward(tensors[0], *tensors[figures:])
        return tuple(figure.clone() for figure in tensors[:figures])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        run, figures = ctx.run, ctx.figures
        mean, x, *_ = ctx.saved_tensors
        by_x, *by_parameters = needed = _needed(ctx)[figures:]
        slopes = Slopes.of(run.outputs, run.samples, mean, gradients)
        compute = chain_gradients if run.prepared.chain else replay_gradients
        device, dtype, enabled = run.autocast
        with torch.inference_mode(False), torch.autocast(device, dtype=dtype, enabled=enabled):
            found = compute(run, x.detach(), by_x, by_parameters, slopes)
        keys = ("x", *range(len(by_parameters)))
        sums = [found.of(key) if need else None for key, need in zip(keys, needed, strict=True)]
        return (None, None, *[None] * figures, *sums)


def _needed(ctx: Any) -> Sequence[bool]:
    """Return for each tensor argument whether this backward pass computes its gradient."""
    tensors = ctx.needs_input_grad[2:]
    pairs = zip(tensors, ctx.next_functions, strict=True)
    return [need and _runs(node) for need, (node, _) in pairs]


def _runs(node: Any) -> bool:
    try:
        return bool(torch._C._will_engine_execute_node(node))
    except RuntimeError:  # a leaf whose gradient `torch.autograd.grad` returns
        return True
