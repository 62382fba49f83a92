"""The Lagrangian form: the least visible change that still fools the model in most views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import torch
from torch import Tensor

from pyfrontiers.adversarial.gradient import attack
from pyfrontiers.adversarial.held_out import HeldOut, evaluate_views, share_fooled
from pyfrontiers.adversarial.model_output import Outputs, read_model
from pyfrontiers.adversarial.threat import ThreatModel
from pyfrontiers.adversarial.views import SELECTION, Draws, Views
from pyfrontiers.arguments import (
    Count,
    Floats,
    Integers,
    Sample,
    Seed,
    Share,
    as_number,
    checked,
)

__all__ = ["LeastDistance", "minimise_distance"]


@dataclass(frozen=True, eq=False)
class LeastDistance:
    """The result of `minimise_distance` for N samples.

    Attributes:
        adversarial: the adversarial samples, with the shape and dtype of x.
        weights: (N,) the largest weight λ found for which enough views fool the model, float64; 0
            if only λ = 0 does, NaN if not even that. The sample is then the one for λ = 0.
        kept: (N,) share of the selection views that fool the model.
        held_out: the samples under views that neither training nor selection has seen.
    """

    adversarial: Tensor
    weights: Tensor
    kept: Tensor
    held_out: HeldOut


@checked
def minimise_distance(
    model: Callable[[Tensor], Any],
    x: Annotated[Tensor, Floats("N", "C", "...")],
    y: Annotated[Tensor, Integers("N")],
    views: Views,
    *,
    threat: ThreatModel | None = None,
    share: Share = 0.9,
    weights: tuple[float, float] = (1e-5, 10.0),
    trials: Count = 8,
    selection: Count = 100,
    steps: Count = 100,
    targeted: bool = False,
    seed: Seed = 0,
    views_per_step: Count = 30,
    reuse: float = 0.0,
    held_out: Count = 1000,
    first_sample: Sample = 0,
    outputs: Outputs = "logits",
) -> LeastDistance:
    """Find adversarial samples that look as much like x as possible in most views.

    Solves argmax E[log P(y | t(x'))] - λ E||LAB(t(x')) - LAB(t(x))||_2 for each sample, with the
    largest λ, and so the smallest distance, with which at least `share` of the selection views fool
    the model. λ is found by bisection of its logarithm: an attack with λ = 0 first, then `trials`
    more. Selection views are neither training nor held-out views.

    Args:
        model: as for `attack`.
        x: samples (N, ...), as for `attack`.
        y: (N,) the true classes, or the target classes if `targeted`. In an untargeted attack, E[L]
            replaces E[log P].
        views: distribution of the views, which must show RGB images.
        threat: additional constraint, a ball and a box. Default: L-infinity, 32/255 and [0, 1].
        share: share of the selection views that must fool the model, in [0, 1].
        weights: 0 < smallest < largest weight λ to try.
        trials: bisections of log λ; each is one attack.
        selection: selection views of each sample.
        steps: steps of each attack.
        targeted: whether y are target classes.
        seed: 64-bit seed.
        views_per_step: as for `attack`.
        reuse: as for `attack`.
        held_out: held-out views of each sample.
        first_sample: number of the first sample.
        outputs: as for `attack`.

    Raises:
        ValueError: a shape, class or number is out of range.
        TypeError: an argument or the result of `model` or `views` is of the wrong kind.

    Source: Athalye, Engstrom, Ilyas, Kwok, Synthesizing Robust Adversarial Examples, ICML 2018.
    """
    smallest, largest = (as_number("weights", weight) for weight in weights)
    if not 0 < smallest < largest:
        raise ValueError(f"weights must be two numbers 0 < smallest < largest, got {weights}")
    threat = ThreatModel(epsilon=32 / 255) if threat is None else threat
    draws = Draws(views, seed, SELECTION, first_sample)
    common: dict[str, Any] = {
        "targeted": targeted,
        "seed": seed,
        "first_sample": first_sample,
        "outputs": outputs,
    }
    options: dict[str, Any] = {
        "views": views,
        "views_per_step": views_per_step,
        "reuse": reuse,
        "steps": steps,
        "threat": threat,
        "held_out": 1,
        "random_start": False,
    }

    def trial(weight: Tensor) -> tuple[Tensor, Tensor]:
        made = attack(model, x, y, distance_weight=weight, **options, **common).adversarial
        return made, _kept(model, outputs, made, y, draws, selection, targeted)

    zero = torch.zeros(len(x), dtype=torch.float64, device=x.device)
    best, kept = trial(0.0 * zero)
    found = torch.where(kept >= share, zero, torch.nan)
    low, high = zero + smallest, zero + largest
    for _ in range(trials):
        if found.isnan().all():
            break
        middle = (low * high).sqrt()
        made, share_kept = trial(middle)
        holds = (share_kept >= share) & ~found.isnan()
        best[holds], kept[holds], found[holds] = made[holds], share_kept[holds], middle[holds]
        low, high = torch.where(holds, middle, low), torch.where(holds, high, middle)
    judged = evaluate_views(model, x, best, y, views, count=held_out, **common)
    return LeastDistance(best, found, kept, judged)


def _kept(
    model: Callable[[Tensor], Any],
    outputs: Outputs,
    x: Tensor,
    y: Tensor,
    draws: Draws,
    count: int,
    targeted: bool,
) -> Tensor:
    """Return the share (N,) of the selection views of x that fool the model."""
    with torch.inference_mode(False), torch.no_grad():
        classes = y.detach().long()
        read, _ = read_model(model, outputs, *draws.first(x, classes))
        return share_fooled(read, x, classes, draws, count, targeted)
