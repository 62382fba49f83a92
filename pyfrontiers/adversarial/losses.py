"""Loss functions: an untargeted attack maximises one, a targeted attack minimises it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.arguments import Floats, Integers, checked

__all__ = ["LOSSES", "Loss", "cross_entropy", "margin", "unsaturated", "unsaturated_mean"]

Loss = Callable[[Tensor, Tensor], Tensor]
"""Maps logits (N, K) and classes (N,) to a loss (N,) that is low where the class is predicted."""


Logits = Annotated[Tensor, Floats("N", "K>0")]
Classes = Annotated[Tensor, Integers("N")]


@checked
def cross_entropy(logits: Logits, classes: Classes) -> Tensor:
    """Return the training loss -log softmax(z)_y of each sample, shape (N,).

    Args:
        logits: z, (N, K).
        classes: y, (N,) integers in [0, K).
    """
    _check_classes(logits, classes)
    return _cross_entropy(logits, classes)


def _cross_entropy(logits: Tensor, classes: Tensor) -> Tensor:
    return F.cross_entropy(logits, classes.long(), reduction="none")


@checked
def margin(logits: Logits, classes: Classes) -> Tensor:
    """Return max_{j != y} z_j - z_y of each sample, shape (N,): negative where y is predicted.

    Unlike cross-entropy, it does not saturate where the model is certain.

    Args:
        logits: z, (N, K).
        classes: y, (N,) integers in [0, K).

    Source: Carlini and Wagner, Towards Evaluating the Robustness of Neural Networks, IEEE S&P
    2017, section V, objective f6 without the clamp at -kappa.
    """
    _check_classes(logits, classes)
    return _margin(logits, classes.long())


def _margin(logits: Tensor, classes: Tensor) -> Tensor:
    own = logits.gather(1, classes[:, None]).squeeze(1)
    others = logits.scatter(1, classes[:, None], -torch.inf)
    return others.amax(dim=1) - own


def _check_classes(logits: Tensor, classes: Tensor) -> None:
    last = logits.shape[1] - 1
    if len(classes) and not 0 <= int(classes.min()) <= int(classes.max()) <= last:
        raise ValueError(
            f"classes must lie in [0, {last}], got {int(classes.min())} to {int(classes.max())}"
        )


_SATURATED = 1e-4
"""Below this cross-entropy, 1 - softmax(z)_y has lost digits in float32."""


def unsaturated(objective: Loss, losses: Tensor, logits: Tensor, classes: Tensor) -> Tensor:
    """Return losses whose gradients point the same way and do not vanish by rounding.

    The cross-entropy is log(1 + exp m) with m = log sum_{j != y} exp z_j - z_y. Where it rounds to
    0, so does its gradient, although that of m points the same way. Attacks use directions alone,
    so m replaces the smallest losses.

    Args:
        objective: the loss function.
        losses: its values (N,).
        logits: z, (N, K).
        classes: y, (N,).
    """
    if objective is not _cross_entropy:
        return losses
    small = losses.detach() < _SATURATED
    if not small.any():
        return losses
    # Where every other class has the logit -inf, m is -inf and has no gradient.
    others = logits.detach().scatter(1, classes[:, None], -torch.inf)
    rows = small & (others.amax(dim=1) > -torch.inf)
    kept = losses.clone()
    kept[rows] = _log_odds(logits[rows], classes[rows])
    return kept


def unsaturated_mean(objective: Loss, losses: Tensor, logits: Tensor, classes: Tensor) -> Tensor:
    """Return a scalar whose gradient points as that of the mean loss and does not vanish.

    Where all cross-entropies log(1 + exp m_v) are small, they equal exp m_v, and log sum_v exp m_v
    has the direction of their mean. Views keep their weights, so a view that is nearly lost leads.

    Args:
        objective: the loss function.
        losses: its values (V,) for the views of one sample.
        logits: z, (V, K).
        classes: y, (V,).
    """
    if objective is not _cross_entropy or bool((losses >= _SATURATED).any()):
        return losses.mean()
    return _log_odds(logits, classes).logsumexp(dim=0)


def _log_odds(logits: Tensor, classes: Tensor) -> Tensor:
    """Return m = log sum_{j != y} exp z_j - z_y."""
    own = logits.gather(1, classes[:, None]).squeeze(1)
    return logits.scatter(1, classes[:, None], -torch.inf).logsumexp(dim=1) - own


LOSSES: Final[dict[str, Loss]] = {"cross_entropy": _cross_entropy, "margin": _margin}
"""Losses by the name that `attack` takes."""
