"""Attacks that follow the gradient: FGSM and PGD."""

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
    """What a name stands for: how many steps, how far each of them goes, and from where.

    Attributes:
        steps: steps when the caller names none.
        step_share: step size as a multiple of epsilon / steps.
        random_start: whether it starts at a random point of the ball.
        fixed: whether another number of steps would make it another method.
    """

    steps: int
    step_share: float
    random_start: bool
    fixed: bool = False


METHODS: Final[dict[str, Method]] = {
    # Goodfellow et al. 2015, section 4: one step that goes all the way.
    "fgsm": Method(steps=1, step_share=1.0, random_start=False, fixed=True),
    # Madry et al. 2018, section 2.1 and appendix: 2.5 epsilon / steps lets a sample reach any
    # corner of the ball from any start and still move along its surface.
    "pgd": Method(steps=40, step_share=2.5, random_start=True),
}
"""The methods by name."""


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
    """Look for samples near x that the model classifies otherwise, or as a class of one's choice.

    Training lowers the loss L over the weights with the input fixed. An attack solves, with the
    weights fixed, max L(x', y) or, targeted, min L(x', y) over ||x' - x|| <= epsilon and
    low <= x' <= high, by x' <- P(x' ± step · e), e the steepest direction of the norm (sign(grad L)
    for L-infinity, grad L / ||grad L|| for L2, the signs of the steepest hundredth for L1) and P
    the exact projection on ball and box. The box holds exactly in the dtype of x, and so does the
    ball, for L2 and L1 but for the rounding of a float64 sum.

    A module runs frozen and in eval mode, and is handed back as it was, also after an exception;
    no generator of torch is read or written. The result for a sample depends on it, on `seed` and
    on its number `first_sample` + position only, so a batch may be split.

    Args:
        model: from a batch (N, ...) to logits (N, K).
        x: samples (N, ...), floating point, within the bounds.
        y: classes (N,), integers in [0, K): the true ones, or the wanted ones when targeted.
        method: a key of `METHODS`: "pgd", or "fgsm", which is one step of it.
        threat: norm, epsilon and bounds; `ThreatModel()` when left out: L-infinity, 8/255, [0, 1].
        steps: gradient steps at most, >= 1; the method's own when left out (pgd 40, fgsm 1).
        targeted: whether y is where to go instead of what to leave.
        seed: 64-bit seed of the random start.
        step: step size, shaped like epsilon; 2.5 epsilon / steps (pgd) or epsilon (fgsm) when left
            out.
        loss: a key of `LOSSES`: "cross_entropy" or "margin".
        random_start: whether to start at a random point of the ball; the method's own when left
            out (pgd yes, fgsm no).
        keep_going: whether samples that are already fooled stay and are pushed further.
            Otherwise each leaves at the first point that fools the model, at once if x does.
        first_sample: number of the first sample, for a batch that is part of a larger one.
        callback: called with a `StepReport` at the start and after each step; an exception raised
            in it cancels the attack and reaches the caller.

    Returns:
        The adversarial samples with their histories.

    Raises:
        ValueError: an argument is out of its range or the shapes do not fit each other.
        TypeError: x is not floating point or y not integer.

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
    # Inference mode is left and x copied, because its tensors cannot take part in autograd.
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
        raise ValueError(f"{name}: got {value!r}, want one of {', '.join(map(repr, table))}")
    return table[value]


def _check_steps(method: str, plan: Method, steps: int | None) -> int:
    if steps is None:
        return plan.steps
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps: got {steps!r}, want a whole number of at least 1")
    if plan.fixed and steps != plan.steps:
        raise ValueError(f"steps: got {steps}, but {method} is {plan.steps} step; use method='pgd'")
    return steps


def _check_batch(x: Tensor, y: Tensor) -> None:
    if not isinstance(x, Tensor) or not x.is_floating_point():
        given = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"x: got {given}, want a floating-point tensor (N, ...)")
    if not isinstance(y, Tensor) or y.is_floating_point() or y.is_complex():
        given = y.dtype if isinstance(y, Tensor) else type(y).__name__
        raise TypeError(f"y: got {given}, want an integer tensor (N,)")
    if x.ndim < 2 or y.shape != x.shape[:1]:
        raise ValueError(
            f"y: got shape {tuple(y.shape)} beside x of shape {tuple(x.shape)}, "
            "want x (N, ...) with at least two axes and y (N,)"
        )
    if x.device != y.device:
        raise ValueError(f"y: is on {y.device} while x is on {x.device}, want one device")


def _check_bounds(x: Tensor, limits: Limits) -> None:
    # NaN fails both comparisons, so it is caught here too.
    if not ((x >= limits.low) & (x <= limits.high)).all():
        raise ValueError(
            f"x: its values run from {float(x.min()):.6g} to {float(x.max()):.6g} and leave the "
            "threat model's bounds; scale x into them, or give the bounds of its space"
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
