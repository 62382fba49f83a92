"""The result of an attack, and warnings if it is less conclusive than it seems."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import torch

from pyfrontiers.adversarial.expectation import most_frequent
from pyfrontiers.adversarial.model_output import NO_CLASS, predicted
from pyfrontiers.adversarial.result import AttackResult

if TYPE_CHECKING:
    from torch import Tensor

    from pyfrontiers.adversarial.held_out import HeldOut
    from pyfrontiers.adversarial.loop import Search
    from pyfrontiers.adversarial.trace import Trace
from pyfrontiers.outputs import are_valid

__all__ = ["summarise"]


def summarise(
    search: Search, trace: Trace, before: Tensor, loss: str, held_out: HeldOut | None = None
) -> AttackResult:
    """Evaluate the final points, measure the perturbations and warn if necessary.

    Args:
        search: the attack problem.
        trace: the finished trace.
        before: (N,) predicted class of x.
        loss: name of the loss, for the remedy in a warning.
        held_out: the final points under held-out views, which then judge the attack.
    """
    change = (trace.iterate.double() - search.origin.double()).flatten(1)
    if held_out is None:
        logits = search.model(trace.iterate, search.classes)
        after = predicted(logits, are_valid(logits))
        fooled = (after == search.classes) == search.targeted
    else:
        after = most_frequent(held_out.predictions)
        fooled = held_out.adversariality > 0.5
    invalid = trace.invalid | (after == NO_CLASS)
    success = ~invalid & fooled
    _warn(invalid, trace.vanished.bool() & ~success & ~invalid, loss)
    return AttackResult(
        adversarial=trace.iterate,
        success=success,
        losses=trace.losses,
        probabilities=trace.probabilities,
        linf=torch.linalg.vector_norm(change, ord=torch.inf, dim=1),
        l2=torch.linalg.vector_norm(change, dim=1),
        l1=torch.linalg.vector_norm(change, ord=1, dim=1),
        steps=trace.taken,
        queries=trace.queries,
        predictions_before=before,
        predictions_after=after,
        vanished=trace.vanished,
        invalid=invalid,
        held_out=held_out,
    )


def _warn(invalid: Tensor, stuck: Tensor, loss: str) -> None:
    if invalid.any():
        warnings.warn(
            f"the model returned NaN or infinite logits for {int(invalid.sum())} of "
            f"{len(invalid)} samples; they count as failures, and result.invalid marks them",
            RuntimeWarning,
            stacklevel=5,
        )
    if stuck.any():
        remedy = "loss='margin' does not saturate; " if loss != "margin" else ""
        warnings.warn(
            f"the gradient was exactly zero for {int(stuck.sum())} of {len(stuck)} samples that "
            "the attack did not fool, so their failure does not show robustness; "
            f"{remedy}check that the model returns logits and does not round its input; "
            "result.vanished counts these gradients",
            RuntimeWarning,
            stacklevel=5,
        )
