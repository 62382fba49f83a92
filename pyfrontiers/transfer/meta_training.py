"""The outer loop: train weights from which a new task is learned quickly."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from pyfrontiers import training
from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.one_line import one_line
from pyfrontiers.training import Checkpoint, Stretch
from pyfrontiers.training.clock import Clock
from pyfrontiers.transfer.directions import Directions
from pyfrontiers.transfer.joint import with_new_head
from pyfrontiers.transfer.methods import Plan, learner_for, method_named, plan_for
from pyfrontiers.transfer.scratch import random_rows
from pyfrontiers.transfer.tasks import Family, Tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.training import Stateful
    from pyfrontiers.transfer.adaptation import Inner
    from pyfrontiers.transfer.learners import Learner
    from pyfrontiers.transfer.methods import Method

__all__ = ["Trained", "meta_train"]

_TASKS = 1  # stream of the seed; `scratch` uses 0, `rates` 2


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """Weights that a method has prepared, one row for each seed, and how they adapt.

    Attributes:
        method: a key of `METHODS`.
        learner: the network.
        rows: (R, D) weights.
        inner: the inner loop with which they adapt.
        seeds: of the runs.
        losses: mean loss of the outer loop in each hundredth of the training; () if there was none.
        seconds: duration of the training, also of parts before an interruption.
    """

    method: str
    learner: Learner
    rows: Tensor
    inner: Inner
    seeds: tuple[int, ...]
    losses: tuple[float, ...] = ()
    seconds: float = 0.0
    __repr__ = one_line

    def with_rate(self, rate: float) -> Trained:
        """Return the same weights with another step size of the inner loop."""
        return replace(self, inner=replace(self.inner, rate=rate))


@checked
def meta_train(
    method: str,
    family: Family,
    *,
    plan: Plan | None = None,
    seeds: Sequence[Seed] = (0,),
    block: Count | None = None,
    report: Callable[[float, str], None] | None = None,
    after: Callable[[Stretch], bool | None] | None = None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Train a network on many tasks of a family, once for each seed, side by side.

    Step s of a run takes the tasks s B to s B + B - 1 of its seed, averages the method's direction
    over them and makes a step of Adam.

    Args:
        method: a key of `METHODS`; "scratch" returns random weights.
        family: the distribution of tasks, such as `Sinusoids()` or `glyph_images()`.
        plan: the settings; None for those of the networks that ship.
        seeds: 64-bit seeds of initial weights and tasks. A run's weights do not depend on the other
            seeds.
        block: tasks computed at a time, to bound memory; None for all. The weights do not depend on
            it.
        report: called after every hundredth of the training with the fraction done and a message.
        after: called there with the stretch of steps; returns True to stop the training early.
        checkpoint: where to save the run, and to resume it from with the same bits.

    Returns:
        The weights.

    Raises:
        ValueError: an argument is out of range, the method cannot learn this kind of task, or the
            checkpoint is of another run.
        ArithmeticError: the loss is not finite; smaller rates help.
    """
    chosen = method_named(method, family.kind)
    if not seeds:
        raise ValueError("seeds must hold at least one seed, got none")
    settings = plan or plan_for(method, family.kind)
    wanted = learner_for(family, chosen, training=False)
    inner = replace(settings.inner, head_only=chosen.head_only)
    if chosen.direction is None:
        return Trained(method, wanted, random_rows(wanted, seeds), inner, tuple(seeds))
    learner = learner_for(family, chosen, training=True)
    model = _Rows(random_rows(learner, seeds))
    directions = Directions(chosen.direction, learner, settings.inner, block=block)

    def loss(step: int) -> Tensor:
        tasks = _tasks_of(family, chosen, settings, seeds, step)
        slope, value = directions(model.rows, tasks)
        # Its gradient is the direction, which need not be that of any scalar.
        return value.mean() + (slope * (model.rows - model.rows.detach())).sum()

    clock = Clock()
    parts: dict[str, Stateful] = {
        "clock": clock,
        "settings": _Settings(settings, method, family, seeds),
    }
    losses = _optimised(model, loss, settings, seeds[0], report, after, checkpoint, parts)
    rows = with_new_head(model.rows.detach(), learner, wanted)
    return Trained(method, wanted, rows, inner, tuple(seeds), losses, clock.seconds)


class _Rows(nn.Module):
    """The weights of all runs, for the training loop."""

    def __init__(self, rows: Tensor) -> None:
        super().__init__()
        self.rows = nn.Parameter(rows)


def _optimised(
    model: _Rows,
    loss: Callable[[int], Tensor],
    plan: Plan,
    seed: int,
    report: Callable[[float, str], None] | None,
    after: Callable[[Stretch], bool | None] | None,
    checkpoint: Checkpoint | None,
    parts: Mapping[str, Stateful],
) -> tuple[float, ...]:
    optimiser = torch.optim.Adam(model.parameters(), lr=plan.rate, fused=True)

    def finite(stretch: Stretch) -> bool:
        if not math.isfinite(stretch.loss):
            raise ArithmeticError(
                f"training diverged after {stretch.done} steps; plan needs a smaller rate, or a "
                "smaller rate of its inner loop"
            )
        return after is not None and bool(after(stretch))

    return training.train(
        model,
        loss,
        optimiser,
        steps=plan.steps,
        seed=seed,
        schedule=torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: 0.5 * (1 + math.cos(math.pi * step / plan.steps))
        ),
        after=finite,
        report=report,
        checkpoint=checkpoint,
        parts=parts,
    )


def _tasks_of(family: Family, method: Method, plan: Plan, seeds: Sequence[int], step: int) -> Tasks:
    """Return the tasks of a step, those of the first run first."""
    drawn = [
        family.draw(
            plan.batch,
            seed=fold_in(seed, _TASKS),
            first=step * plan.batch,
            shots=plan.shots,
            queries=plan.queries,
            named=method.named,
        )
        for seed in seeds
    ]
    return Tasks(*(torch.cat(parts) for parts in zip(*drawn, strict=True)))


class _Settings:
    """What a run depends on; a checkpoint of other settings is refused."""

    def __init__(self, plan: Plan, method: str, family: Family, seeds: Sequence[int]) -> None:
        self._values = {
            "method": method,
            "family": repr(family),
            "seeds": [str(seed) for seed in seeds],
            "plan": repr(asdict(plan)),
        }

    def state_dict(self) -> dict[str, Any]:
        """Return the settings."""
        return dict(self._values)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Raise unless the settings are the same."""
        for name, value in self._values.items():
            if state.get(name) != value:
                raise ValueError(f"{name} was {state.get(name)}, now it is {value}")
