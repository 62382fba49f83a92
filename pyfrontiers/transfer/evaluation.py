"""How well a method does on new tasks after 0, 1, 5 and 10 steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.func import vmap

from pyfrontiers.arguments import Count, Sample, Seed, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.one_line import one_line
from pyfrontiers.transfer.meta_training import Trained
from pyfrontiers.transfer.methods import METHODS
from pyfrontiers.transfer.tasks import Family, Kind, Tasks
from pyfrontiers.uncertainty.metrics import Estimate
from pyfrontiers.uncertainty.metrics.estimate import mean_estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["STEPS", "FewShotCurve", "after_steps", "best_rate", "evaluate"]

STEPS = (0, 1, 5, 10)
"""Numbers of steps after which methods are compared."""
RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_BLOCK = 100  # tasks computed at a time, to bound memory
_DRAWN, _RESAMPLED, _CHOOSING = 0, 1, 2  # streams of the seed


@dataclass(frozen=True, slots=True, eq=False)
class FewShotCurve:
    """The result of a method on new tasks.

    Attributes:
        method: a key of `METHODS`.
        measure: "mean squared error" or "accuracy".
        steps: numbers S of steps.
        estimates: mean over the tasks after each, with its 95 % interval.
        values: (S, T) the measure of each task; of all runs, a task is in each.
        runs: (S, R) means of each run.
    """

    method: str
    measure: str
    steps: tuple[int, ...]
    estimates: tuple[Estimate, ...]
    values: Tensor
    runs: Tensor
    __repr__ = one_line

    def at(self, steps: int) -> Estimate:
        """Return the estimate after a number of steps.

        Raises:
            ValueError: it was not measured.
        """
        if steps not in self.steps:
            raise ValueError(f"steps must be one of {self.steps}, got {steps}")
        return self.estimates[self.steps.index(steps)]


@checked
def evaluate(
    trained: Trained,
    family: Family,
    *,
    tasks: Count = 600,
    steps: Sequence[Sample] = STEPS,
    shots: Count = 5,
    queries: Count | None = None,
    resamples: Sample = 1000,
    seed: Seed = 0,
) -> FewShotCurve:
    """Adapt to new tasks and measure the squared error or the accuracy on their queries.

    Args:
        trained: weights from `meta_train` or `trained_networks`; each run is given every task.
        family: the distribution of tasks, which may be another than in training.
        tasks: number of tasks T.
        steps: numbers of steps, each at least 0.
        shots: examples to adapt to, in all or for each class.
        queries: examples to be judged by; None for 100 of a curve, 10 of each class of images.
        resamples: bootstrap resamples of the tasks for the intervals; 0 for none.
        seed: 64-bit seed of tasks and resamples.

    Returns:
        The measure after each number of steps. Tasks on which a method diverges count as infinite.

    Raises:
        ValueError: an argument is out of range, or the family has another kind of task or input
            than the training.
    """
    at = tuple(sorted(set(steps)))
    if not at:
        raise ValueError("steps must hold at least one number, got none")
    require_family(trained, family)
    asked = queries or (100 if family.kind == "regression" else 10)
    drawn = family.draw(tasks, seed=fold_in(seed, _DRAWN), shots=shots, queries=asked)
    scores = torch.stack(
        [_scores(family.kind, after_steps(trained, row, drawn, at), drawn) for row in trained.rows]
    )
    values = scores.mean(0)
    estimates = tuple(_estimate(each, resamples, fold_in(seed, _RESAMPLED)) for each in values)
    measure = "mean squared error" if family.kind == "regression" else "accuracy"
    return FewShotCurve(trained.method, measure, at, estimates, values, scores.mean(2).T)


def after_steps(trained: Trained, row: Tensor, tasks: Tasks, at: Sequence[int]) -> Tensor:
    """Return the outputs (T, S, Q, O) for the queries of tasks after numbers of steps."""
    method = METHODS[trained.method]

    def one(*task: Tensor) -> Tensor:
        return method.follow(trained.learner, row, Tasks(*task), trained.inner, at)

    blocks = zip(*(torch.split(part, _BLOCK) for part in tasks), strict=True)
    with torch.no_grad():
        return torch.cat([vmap(one)(*block) for block in blocks])


@checked
def best_rate(
    trained: Trained,
    family: Family,
    *,
    steps: Count = 10,
    tasks: Count = 600,
    shots: Count = 5,
    seed: Seed = 0,
    rates: Sequence[float] = RATES,
) -> float:
    """Return the step size of the inner loop with the least mean loss after some steps.

    Args:
        trained: the weights; the runs are averaged.
        family: the distribution of tasks.
        steps: number of steps.
        tasks: number of tasks; they are others than those of `evaluate`.
        shots: examples to adapt to, in all or for each class.
        seed: 64-bit seed of the tasks.
        rates: the step sizes to choose from, above 0.

    Raises:
        ValueError: a rate is out of range, or none of them leads to a finite loss.
    """
    require_family(trained, family)
    if not rates or min(rates) <= 0:
        raise ValueError(f"rates must be numbers above 0, got {tuple(rates)}")
    asked = 20 if family.kind == "regression" else 5
    drawn = family.draw(tasks, seed=fold_in(seed, _CHOOSING), shots=shots, queries=asked)
    found = {rate: _loss(trained.with_rate(rate), drawn, steps) for rate in rates}
    best = min(found, key=lambda rate: found[rate])
    if found[best] == float("inf"):
        raise ValueError(f"rates must hold one at which the loss is finite, got {tuple(rates)}")
    return best


def require_family(trained: Trained, family: Family) -> None:
    """Raise unless the network can be given a family's tasks."""
    learner = trained.learner
    if (learner.kind, learner.sizes[0]) != (family.kind, family.inputs):
        raise ValueError(
            f"family must have tasks of {learner.kind} with {learner.sizes[0]} inputs like the "
            f"network, got {family.kind} with {family.inputs}"
        )


def _loss(trained: Trained, tasks: Tasks, steps: int) -> float:
    total = 0.0
    for row in trained.rows:
        outputs = after_steps(trained, row, tasks, (steps,))[:, 0]
        if trained.learner.kind == "regression":
            total += float((outputs - tasks.query_y).double().square().mean())
        else:
            logs = outputs.double().log_softmax(-1).gather(-1, tasks.query_y[..., None])
            total -= float(logs.mean())
    return total if total == total else float("inf")


def _squared_error(outputs: Tensor, y: Tensor) -> Tensor:
    error = (outputs - y[:, None]).double().square().mean((2, 3))
    return error.where(error.isfinite(), torch.inf)


def _accuracy(outputs: Tensor, y: Tensor) -> Tensor:
    # Equal logits count as the share of classes that share the maximum, not as class 0.
    top = outputs == outputs.amax(-1, keepdim=True)
    shares = top.double() / top.sum(-1, keepdim=True).clamp_min(1)
    right = shares.gather(-1, y[:, None, :, None].expand(*shares.shape[:3], 1))
    return right.mean((2, 3))


_SCORES: Mapping[Kind, Callable[[Tensor, Tensor], Tensor]] = {
    "regression": _squared_error,
    "classification": _accuracy,
}


def _scores(kind: Kind, outputs: Tensor, tasks: Tasks) -> Tensor:
    """Return the measure (S, T) of each task."""
    return _SCORES[kind](outputs, tasks.query_y).T


def _estimate(values: Tensor, resamples: int, seed: int) -> Estimate:
    if not bool(torch.isfinite(values).all()):
        return Estimate(float("inf"))
    return mean_estimate(values, resamples, seed)
