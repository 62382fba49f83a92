"""Train the network on one or more tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from pyfrontiers import training
from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.depth import AS_TRAINED
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.multitask.balancing import Step, Way, balance_for
from pyfrontiers.multitask.course import History, TaskCurves
from pyfrontiers.multitask.data import TaskData, load_tasks
from pyfrontiers.multitask.losses import task_losses
from pyfrontiers.multitask.network import TaskNet, check_tasks
from pyfrontiers.multitask.tasks import TASKS, Task
from pyfrontiers.reports import part_of
from pyfrontiers.scenes import StreetScenes
from pyfrontiers.training import Checkpoint, Shuffled, Stretch

__all__ = ["BATCH", "POINTS", "TaskTraining", "fit_tasks", "train_tasks"]

BATCH = 8
"""Pictures of a step."""
POINTS = 50
"""Points of a trajectory."""
_SHUFFLES, _FLIPS = 64, 65  # streams of the seed; the network uses those below
_MAKING = 0.1  # share of the time of `train_tasks` that its scenes take
_PEAK_RATE, _BALANCE_RATE, _WEIGHT_DECAY = 4e-3, 0.02, 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTraining(TaskCurves):
    """The result of a training run, with its whole course.

    Attributes:
        model: the network, frozen and in eval mode.
        scenes: number of scenes that it was trained on.
    """

    model: TaskNet
    scenes: int


@checked
def fit_tasks(
    data: TaskData,
    *,
    tasks: Sequence[Task] = TASKS,
    way: Way = "learned",
    weights: Sequence[float] | None = None,
    steps: Count = 400,
    seed: Seed = 0,
    checkpoint: Checkpoint | None = None,
    device: torch.device | str = "cpu",
    report: Callable[[float, str], None] | None = None,
    follow: Callable[[Stretch, TaskCurves], object] | None = None,
) -> TaskTraining:
    """Train a `TaskNet` with AdamW, a one-cycle learning rate and batches of 8.

    Half of the pictures of a batch are mirrored, drawn anew each time. Runs with one seed start at
    the same weights and see the same batches, whatever the tasks and the way.

    Args:
        data: the scenes.
        tasks: which tasks to train, one or more of `TASKS`.
        way: how their losses are balanced: by "fixed" weights; by "learned" variances as published,
            or "learned exact" by maximum likelihood; by "gradnorm", "pcgrad", "imtl-g" or
            "dwa", which need several tasks.
        weights: factors of the losses for "fixed"; None for equal ones.
        steps: batches, at least 1.
        seed: 64-bit seed of weights, order and mirroring. Equal seeds give equal bits on one
            machine with one number of threads.
        checkpoint: where to save the run and to resume it after an interruption.
        device: where to train, such as "cuda".
        report: called with the fraction done and a message.
        follow: called after each part of the training with the part and the course so far.

    Raises:
        ValueError: an argument is out of range, no pixel has a label of a task, the scenes are too
            few or too small, or the checkpoint is of another run.
    """
    kept = check_tasks(tasks)
    _require_labels(data, kept)
    network = TaskNet(kept, seed=seed).to(device)
    moved = data.to(device)
    batches = Shuffled(
        len(data), min(BATCH, len(data)), seed=fold_in(seed, _SHUFFLES), keep_last=False
    )
    balance = balance_for(way, kept, weights=weights, epoch=batches.per_epoch).to(device)
    history = History(balance)

    def loss(step: int) -> Tensor:
        chosen = batches.at(step)
        stream = fold_in(fold_in(seed, _FLIPS), step)
        flipped = uniform((len(chosen),), dtype=torch.float32, seed=stream) < 0.5
        images, targets = moved.at(chosen.to(device), flipped)
        outputs = network(images.contiguous(memory_format=torch.channels_last))
        losses = task_losses(outputs, targets, kept)
        history.add(losses)
        total: Tensor = balance(Step(network, outputs, targets, losses))
        return total

    def close(part: Stretch) -> None:
        history.close()
        if follow is not None:
            follow(part, TaskCurves(**history.rows))

    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # untyped
    optimiser = torch.optim.AdamW(
        [{"params": list(network.parameters())}]
        + [{"params": list(balance.parameters()), "weight_decay": 0.0}] * history.learns,
        weight_decay=_WEIGHT_DECAY,
    )
    rates = [_PEAK_RATE, _BALANCE_RATE][: len(optimiser.param_groups)]
    training.train(
        network,
        loss,
        optimiser,
        steps=steps,
        seed=seed,
        every=max(steps // POINTS, 1),
        schedule=torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, steps),
        after=close,
        report=report,
        checkpoint=checkpoint,
        parts={"balance": balance, "history": history},
    )
    network.cpu().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return TaskTraining(model=network.requires_grad_(False), scenes=len(data), **history.rows)


@checked
def train_tasks(
    *,
    count: Count = 800,
    tasks: Sequence[Task] = TASKS,
    way: Way = "learned",
    weights: Sequence[float] | None = None,
    steps: Count = 400,
    seed: Seed = 0,
    height: Count = 48,
    width: Count = 96,
    folder: Path | None = None,
    device: torch.device | str = "cpu",
    report: Callable[..., None] | None = None,
) -> TaskTraining:
    """Make street scenes on clear days and train a network on them.

    Args:
        count: scenes, numbers 0 to count - 1 of the seed.
        tasks: as for `fit_tasks`.
        way: as for `fit_tasks`.
        weights: as for `fit_tasks`.
        steps: as for `fit_tasks`.
        seed: 64-bit seed of the scenes and of the training.
        height: rows of a scene.
        width: columns of a scene.
        folder: where to save the run, so that it resumes after an interruption.
        device: as for `fit_tasks`.
        report: called with the fraction done, a message and, during the training, the
            `TaskCurves` so far.
    """

    def trained(part: Stretch, curves: TaskCurves) -> None:
        if report is not None:
            text = f"step {part.done:,} of {part.steps:,}"
            report(_MAKING + (1 - _MAKING) * part.fraction, text, curves)

    source = StreetScenes(seed, count, height=height, width=width, **AS_TRAINED)
    return fit_tasks(
        load_tasks(source, report=part_of(report, 0.0, _MAKING)),
        tasks=tasks,
        way=way,
        weights=weights,
        steps=steps,
        seed=seed,
        checkpoint=None if folder is None else Checkpoint(folder / "tasks.pt"),
        device=device,
        follow=trained,
    )


def _require_labels(data: TaskData, tasks: tuple[Task, ...]) -> None:
    for task in tasks:
        if task not in data.tasks:
            raise ValueError(
                "tasks must be among those that pixels of the data have labels for "
                f"({', '.join(data.tasks) or 'none'}), got {task!r}"
            )
    high, wide = data.images.shape[2:]
    if high % 2 or wide % 2 or min(high, wide) < 16:
        raise ValueError(
            f"data must hold scenes with even sides of at least 16, got {high} x {wide}"
        )
    if len(data) < 2:
        raise ValueError(
            "data must hold at least 2 scenes, got 1: normalisation needs more than one"
        )
