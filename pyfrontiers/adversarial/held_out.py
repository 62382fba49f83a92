"""How well adversarial samples survive views that the attack has not seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import torch
from torch import Tensor

from pyfrontiers.adversarial.expectation import most_frequent
from pyfrontiers.adversarial.lab import lab_distance
from pyfrontiers.adversarial.model_output import NO_CLASS, Model, Outputs, predicted, read_model
from pyfrontiers.adversarial.views import HELD_OUT, Draws, Views
from pyfrontiers.arguments import Count, Floats, Integers, Sample, Seed, checked
from pyfrontiers.one_line import one_line
from pyfrontiers.outputs import are_valid

__all__ = ["BLOCK", "HeldOut", "evaluate_views", "measure", "predict", "share_fooled"]

BLOCK = 50
"""Views that are drawn with one seed, and evaluated at once."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """N adversarial samples under V held-out views t each.

    Attributes:
        adversariality: (N,) share of the views in which t(x') is predicted as the target class or,
            untargeted, as another than the true class.
        accuracy: (N,) share of the views in which t(x') is predicted as the true class.
        accuracy_before: (N,) the same for t(x).
        l2: (N,) mean of ||t(x') - t(x)||_2.
        lab: (N,) mean of ||LAB(t(x')) - LAB(t(x))||_2; NaN unless the views are RGB images.
        truth: (N,) the true class.
        predictions: (N, V) predicted class of t(x'), -1 where the logits are NaN or infinite; such
            a view counts as neither adversarial nor correct.
        predictions_before: (N, W) predicted class of t(x), -1 likewise; W = V unless
            `evaluate_views` was given another number of them.
    """

    adversariality: Tensor
    accuracy: Tensor
    accuracy_before: Tensor
    l2: Tensor
    lab: Tensor
    truth: Tensor
    predictions: Tensor
    predictions_before: Tensor
    __repr__ = one_line


@checked
def evaluate_views(
    model: Callable[[Tensor], Any],
    x: Annotated[Tensor, Floats("N", "...")],
    adversarial: Annotated[Tensor, Floats("N", "...")],
    y: Annotated[Tensor, Integers("N")],
    views: Views,
    *,
    targeted: bool = False,
    truth: Annotated[Tensor, Integers("N")] | None = None,
    seed: Seed = 0,
    count: Count = 1000,
    first_sample: Sample = 0,
    outputs: Outputs = "logits",
    predictions_before: Annotated[Tensor, Integers("N", "W>0")] | None = None,
) -> HeldOut:
    """Evaluate adversarial samples under views that no attack has seen.

    The seed of a held-out view is derived as fold_in(fold_in(fold_in(seed, 2), n), block), that of
    a training view as fold_in(fold_in(fold_in(seed, 0), n), block), so they differ even if `attack`
    was called with the same seed.

    Args:
        model: as for `attack`.
        x: the original samples (N, ...).
        adversarial: the adversarial samples, shaped like x.
        y: (N,) the true classes, or the target classes if `targeted`.
        views: the distribution of the views.
        targeted: whether y are target classes.
        truth: (N,) the true classes. Default: y or, if targeted, the most frequent prediction for
            the views of x.
        seed: 64-bit seed.
        count: views of each sample. The first ones are the same for every count.
        first_sample: number of the first sample, for a batch that is part of a larger one.
        outputs: as for `attack`.
        predictions_before: (N, W) `HeldOut.predictions_before` of an earlier call for the same x,
            views and seed, with any count, which saves predicting them again.

    Raises:
        ValueError: a shape, class or number is out of range.
        TypeError: an argument or the result of `model` or `views` is of the wrong kind.

    Source: Athalye, Engstrom, Ilyas, Kwok, Synthesizing Robust Adversarial Examples, ICML 2018,
    section 3.
    """
    if adversarial.shape != x.shape:
        raise ValueError(
            f"adversarial must have the shape {tuple(x.shape)} of x, got {tuple(adversarial.shape)}"
        )
    with torch.inference_mode(False), torch.no_grad():
        draws = Draws(views, seed, HELD_OUT, first_sample)
        origin, classes = x.detach().clone(), y.detach().long().clone()
        read, _ = read_model(model, outputs, *draws.first(origin, classes))
        before = predictions_before
        if before is None:
            before = predict(read, origin, classes, draws, count)
        wanted = None if truth is None else truth.detach().long()
        return measure(
            *(read, origin, adversarial.detach(), classes, draws),
            before=before,
            targeted=targeted,
            truth=wanted,
            count=count,
        )


def measure(
    read: Model,
    origin: Tensor,
    adversarial: Tensor,
    classes: Tensor,
    draws: Draws,
    *,
    before: Tensor,
    targeted: bool,
    truth: Tensor | None = None,
    count: int | None = None,
) -> HeldOut:
    """Compute a `HeldOut` from the predictions (N, W) for views of the originals.

    `count` is the number of views of the adversarial samples; by default W.
    """
    count = before.shape[1] if count is None else count
    after = predict(read, adversarial, classes, draws, count)
    l2, lab = _distances(origin, adversarial, draws, count)
    if truth is None:
        truth = most_frequent(before) if targeted else classes
    known = truth[:, None] != NO_CLASS
    return HeldOut(
        adversariality=_share(_fooled(after, classes, targeted)),
        accuracy=_share((after == truth[:, None]) & known),
        accuracy_before=_share((before == truth[:, None]) & known),
        l2=l2,
        lab=lab,
        truth=truth,
        predictions=after,
        predictions_before=before,
    )


def predict(read: Model, x: Tensor, classes: Tensor, draws: Draws, count: int) -> Tensor:
    """Return the predicted class (N, count) of each view, `NO_CLASS` where it is invalid."""
    found = torch.full((len(x), count), NO_CLASS, dtype=torch.long, device=x.device)
    for row, sample in enumerate(x):
        for first in range(0, count, BLOCK):
            last = min(first + BLOCK, count)
            # Whole blocks, so that the first views are the same for every count.
            drawn = draws.block(row, first // BLOCK, BLOCK)
            seen = draws.see(sample, drawn, BLOCK)[: last - first]
            logits = read(seen, classes[row].expand(last - first))
            found[row, first:last] = predicted(logits, are_valid(logits))
    return found


def _distances(
    origin: Tensor, adversarial: Tensor, draws: Draws, count: int
) -> tuple[Tensor, Tensor]:
    """Return the mean distances (N,) after the view, Euclidean and in CIELAB."""
    shape = (2, len(origin))
    means = torch.full(shape, math.nan, dtype=torch.float64, device=origin.device)
    for row, pair in enumerate(zip(origin, adversarial, strict=True)):
        sums = torch.zeros(2, dtype=torch.float64, device=origin.device)
        for first in range(0, count, BLOCK):
            drawn = draws.block(row, first // BLOCK, BLOCK)
            kept = min(BLOCK, count - first)
            clean, moved = (draws.see(each, drawn, BLOCK)[:kept].float() for each in pair)
            change = torch.linalg.vector_norm((moved - clean).flatten(1), dim=1)
            sums += torch.stack((change.double().sum(), lab_distance(moved, clean).double().sum()))
        means[:, row] = sums / count
    return means[0], means[1]


def share_fooled(
    read: Model, x: Tensor, classes: Tensor, draws: Draws, count: int, targeted: bool
) -> Tensor:
    """Return the share (N,) of the views of x that are predicted as the attack wants."""
    return _share(_fooled(predict(read, x, classes, draws, count), classes, targeted))


def _fooled(predictions: Tensor, classes: Tensor, targeted: bool) -> Tensor:
    same = predictions == classes[:, None]
    return same if targeted else ~same & (predictions != NO_CLASS)


def _share(hits: Tensor) -> Tensor:
    return hits.double().mean(dim=1)
