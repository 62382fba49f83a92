"""Gradient attacks: FGSM and PGD."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import torch
from torch import Tensor

from pyfrontiers.adversarial.frozen import frozen
from pyfrontiers.adversarial.loop import Callback, Search, Trace, class_logits, descend
from pyfrontiers.adversarial.losses import LOSSES
from pyfrontiers.adversarial.norms import NORMS
from pyfrontiers.adversarial.result import AttackResult
from pyfrontiers.adversarial.threat import Amount, Limits, ThreatModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["METHODS", "Method", "attack"]


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Method:
    """The defaults of an attack method.

    Attributes:
        steps: default number of steps.
        step_share: step size as a multiple of epsilon / steps.
        random_start: whether to start at a random point of the ball.
        fixed: whether the number of steps is part of the method's definition.
    """

    steps: int
    step_share: float
    random_start: bool
    fixed: bool = False


METHODS: Final[dict[str, Method]] = {
    # Goodfellow et al. 2015, section 4: a single step of size epsilon.
    "fgsm": Method(steps=1, step_share=1.0, random_start=False, fixed=True),
    # Madry et al. 2018, section 2.1 and appendix: with steps of 2.5 epsilon / steps, a sample can
    # reach any corner of the ball from any start and still move along the surface.
    "pgd": Method(steps=40, step_share=2.5, random_start=True),
}
"""Attack methods by name."""


def attack(
    model: Callable[[Tensor], Tensor],
    x: Tensor,
    y: Tensor,
    *,
    method: str = "pgd",
    threat: ThreatModel | None = None,
    steps: int | None = None,
    targeted: bool = False,
    seed: int = 0,
    step: Amount | None = None,
    loss: str = "cross_entropy",
    random_start: bool | None = None,
    keep_going: bool = False,
    first_sample: int = 0,
    callback: Callback | None = None,
) -> AttackResult:
    """Find samples near x that the model misclassifies, or classifies as a target class.

    Training minimises the loss L over the weights for a fixed input. An attack fixes the weights
    and solves max L(x', y) or, if targeted, min L(x', y) subject to ||x' - x|| <= epsilon and
    low <= x' <= high. It iterates x' <- P(x' ± step · e), where e is the direction of steepest
    change in the norm (sign(grad L) for L-infinity, grad L / ||grad L|| for L2, the signs of the
    largest 1 % of grad L for L1) and P is the exact projection onto the ball within the box. The
    bounds and an L-infinity ball hold exactly in the dtype of x; an L2 or L1 ball holds up to the
    rounding of a float64 sum.

    A module runs frozen and in eval mode. Its state is restored afterwards, including after an
    exception, and torch's generators are neither read nor advanced. The result for a sample depends
    only on the sample, on `seed` and on its number `first_sample` + position, so a batch may be
    split.

    Args:
        model: maps a batch (N, ...) to logits (N, K).
        x: samples (N, ...), floating point, within the bounds.
        y: classes (N,), integers in [0, K): the true classes, or the target classes if `targeted`.
        method: a key of `METHODS`: "pgd", or "fgsm", its single-step variant.
        threat: norm, epsilon and bounds. Default: `ThreatModel()`, that is L-infinity, 8/255 and
            [0, 1].
        steps: maximum number of gradient steps, at least 1. Default: 40 for "pgd", 1 for "fgsm".
        targeted: whether to move towards y instead of away from it.
        seed: 64-bit seed of the random start.
        step: step size, shaped like epsilon. Default: 2.5 epsilon / steps for "pgd", epsilon for
            "fgsm".
        loss: a key of `LOSSES`: "cross_entropy" or "margin".
        random_start: whether to start at a random point of the ball. Default: true for "pgd",
            false for "fgsm".
        keep_going: whether to keep attacking samples that already fool the model. If false, each
            sample stops at the first point that fools the model, which may be x itself.
        first_sample: number of the first sample, for a batch that is part of a larger one.
        callback: called with a `StepReport` at the start and after each step. An exception raised
            in it cancels the attack and propagates to the caller.

    Returns:
        The adversarial samples and the history of each.

    Raises:
        ValueError: an argument is out of range, or the shapes are inconsistent.
        TypeError: x is not a floating-point tensor, or y is not an integer tensor.

    Source: Goodfellow, Shlens, Szegedy, Explaining and Harnessing Adversarial Examples, ICLR 2015;
    Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018.
    """
    threat = ThreatModel() if threat is None else threat
    plan = _look_up("method", method, METHODS)
    norm = _look_up("norm", threat.norm, NORMS)
    objective = _look_up("loss", loss, LOSSES)
    count = _check_steps(method, plan, steps)
    _check_batch(x, y)
    size = threat.epsilon * (plan.step_share / count) if step is None else step
    # Tensors made in inference mode cannot take part in autograd: leave the mode and copy x.
    with torch.inference_mode(False), torch.no_grad(), frozen(model):
        origin, classes = x.detach().clone(), y.detach().long().clone()
        limits = Limits.of(threat, size, origin)
        _check_bounds(origin, limits)
        before = class_logits(model, origin, classes).argmax(dim=1)
        starts = plan.random_start if random_start is None else random_start
        first = origin
        if starts and len(origin):
            first = norm.start(origin, limits, seed=seed, first_sample=first_sample)
        rows = torch.arange(len(origin), device=origin.device)
        if not keep_going:
            rows = rows[(before == classes) != targeted]
        trace = Trace.of(origin, first, rows, count)
        search = Search(model, objective, norm, origin, classes, limits, targeted)
        descend(search, trace, rows, keep_going=keep_going, callback=callback)
        return _result(search, trace, before)


def _look_up(name: str, value: str, table: Mapping[str, T]) -> T:
    if value not in table:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, table))}, got {value!r}")
    return table[value]


def _check_steps(method: str, plan: Method, steps: int | None) -> int:
    if steps is None:
        return plan.steps
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps must be an integer of at least 1, got {steps!r}")
    if plan.fixed and steps != plan.steps:
        raise ValueError(
            f"steps must be {plan.steps} for method={method!r}, got {steps}; "
            "use method='pgd' for more steps"
        )
    return steps


def _check_batch(x: Tensor, y: Tensor) -> None:
    if not isinstance(x, Tensor) or not x.is_floating_point():
        given = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"x must be a floating-point tensor (N, ...), got {given}")
    if not isinstance(y, Tensor) or y.is_floating_point() or y.is_complex():
        given = y.dtype if isinstance(y, Tensor) else type(y).__name__
        raise TypeError(f"y must be an integer tensor (N,), got {given}")
    if x.ndim < 2 or y.shape != x.shape[:1]:
        raise ValueError(
            "x must have shape (N, ...) with at least two dimensions and y shape (N,), "
            f"got x of shape {tuple(x.shape)} and y of shape {tuple(y.shape)}"
        )
    if x.device != y.device:
        raise ValueError(f"x and y must be on one device, got {x.device} and {y.device}")


def _check_bounds(x: Tensor, limits: Limits) -> None:
    # NaN fails both comparisons, so this catches it too.
    if not ((x >= limits.low) & (x <= limits.high)).all():
        raise ValueError(
            "x must lie within the threat model's bounds, got values from "
            f"{float(x.min()):.6g} to {float(x.max()):.6g}; rescale x, or set the bounds of its "
            "input space"
        )


def _result(search: Search, trace: Trace, before: Tensor) -> AttackResult:
    change = (trace.iterate.double() - search.origin.double()).flatten(1)
    after = class_logits(search.model, trace.iterate, search.classes).argmax(dim=1)
    return AttackResult(
        adversarial=trace.iterate,
        success=(after == search.classes) == search.targeted,
        losses=trace.losses,
        probabilities=trace.probabilities,
        linf=torch.linalg.vector_norm(change, ord=torch.inf, dim=1),
        l2=torch.linalg.vector_norm(change, dim=1),
        l1=torch.linalg.vector_norm(change, ord=1, dim=1),
        steps=trace.taken,
        queries=trace.queries,
        predictions_before=before,
        predictions_after=after,
    )
