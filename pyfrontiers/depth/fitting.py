"""Train the depth network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor

from pyfrontiers import training
from pyfrontiers.arguments import Count, Seed, Share, checked
from pyfrontiers.depth.data import AS_TRAINED, DepthData, load
from pyfrontiers.depth.likelihood import Likelihood, negative_log_likelihood
from pyfrontiers.depth.network import DepthNet
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.reports import part_of
from pyfrontiers.scenes import StreetScenes
from pyfrontiers.training import Checkpoint, Shuffled
from pyfrontiers.training.clock import Clock

__all__ = ["Training", "fit_depth", "train_depth"]

_BATCH = 16
_SHUFFLES, _FLIPS, _SETTLING = 64, 65, 66  # streams of the seed; the network uses those below
_PEAK_RATE, _SETTLING_RATE, _WEIGHT_DECAY, _NORM = 4e-3, 2e-3, 1e-4, 5.0
_MAIN_PART = 0.95
"""Share of the time that the steps with dropout take."""


@dataclass(frozen=True, slots=True)
class Training:
    """The result of a training run.

    Attributes:
        model: the network, frozen and in eval mode.
        losses: mean loss of each hundredth of the run, in nats a pixel.
        scenes: number of scenes that it was trained on.
        seconds: how long it took, with the parts of the run before interruptions.
    """

    model: DepthNet
    losses: tuple[float, ...]
    scenes: int
    seconds: float


@checked
def fit_depth(
    data: DepthData,
    *,
    steps: Count = 1200,
    seed: Seed = 0,
    p: Share = 0.08,
    likelihood: Likelihood = "laplace",
    beta: Share = 0.5,
    checkpoint: Checkpoint | None = None,
    device: torch.device | str = "cpu",
    report: Callable[[float, str], None] | None = None,
) -> Training:
    """Train a `DepthNet` with AdamW, a one-cycle learning rate and batches of 16.

    Half of the pictures of a batch are mirrored, drawn anew each time. A tenth as many steps follow
    without dropout, in the layers behind the last one: errors under dropout contain the
    disagreement of the passes, so a sigma learned there would count it twice.

    Args:
        data: the scenes.
        steps: batches, at least 1.
        seed: 64-bit seed of weights, masks, order and mirroring. Equal seeds give equal bits on one
            machine with one number of threads.
        p: probability of dropping a channel.
        likelihood: the distribution of the noise.
        beta: as for `negative_log_likelihood`: weight of the pixels where sigma is large.
        checkpoint: where to save the run and to resume it after an interruption.
        device: where to train, such as "cuda".
        report: called with the fraction done and a message.

    Raises:
        ValueError: an argument is out of range, one scene that is too small, or the checkpoint is
            of another run.
    """
    high, wide = data.images.shape[2:]
    if len(data) == 1 and max(high, wide) <= 32:
        raise ValueError(
            f"data must hold at least 2 scenes of {high} x {wide} pixels, got 1: its deepest layer "
            "would have one value to normalise"
        )
    clock = Clock()
    # Training takes a quarter less time in this layout.
    model = _laid_out(DepthNet(p=p, seed=seed).to(device), torch.channels_last)
    kept = data.to(device)
    size = min(_BATCH, len(data))
    batches = Shuffled(len(data), size, seed=fold_in(seed, _SHUFFLES), keep_last=False)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=_WEIGHT_DECAY)

    def loss(step: int) -> Tensor:
        images, target = kept.at(batches.at(step).to(device))
        draws = uniform((size,), dtype=torch.float32, seed=fold_in(fold_in(seed, _FLIPS), step))
        flipped = (draws < 0.5).to(device)
        images = torch.where(flipped[:, None, None, None], images.flip(3), images)
        target = torch.where(flipped[:, None, None], target.flip(2), target)
        outputs = model(images.contiguous(memory_format=torch.channels_last))
        return negative_log_likelihood(outputs, target, likelihood=likelihood, beta=beta)

    def clip(*_: object) -> None:
        torch.nn.utils.clip_grad_norm_(model.parameters(), _NORM)

    optimiser.register_step_pre_hook(clip)
    losses = training.train(
        model,
        loss,
        optimiser,
        steps=steps,
        seed=seed,
        schedule=torch.optim.lr_scheduler.OneCycleLR(optimiser, _PEAK_RATE, steps),
        report=part_of(report, 0.0, _MAIN_PART),
        checkpoint=checkpoint,
        parts={"clock": clock},
    )
    settle_sigma(model, loss, steps=max(steps // 10, 1), seed=fold_in(seed, _SETTLING))
    if report is not None:
        report(1.0, "sigma without dropout")
    trained = _laid_out(model.cpu(), torch.contiguous_format).requires_grad_(False)
    return Training(trained, losses, len(data), clock.seconds)


def settle_sigma(model: DepthNet, loss: Callable[[int], Tensor], *, steps: int, seed: int) -> None:
    """Train the layers behind the last dropout as predictions use them.

    There are no masks, and the normalisation's statistics stay. It starts from weights in half
    precision, in which they are saved.
    """
    for value in model.parameters():
        value.data = value.data.half().float()
        value.requires_grad_(False)
    last = [*model.fine.parameters(), *model.head.parameters()]
    for value in last:
        value.requires_grad_(True)
    optimiser = torch.optim.AdamW(last, weight_decay=_WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _SETTLING_RATE, steps)

    def as_used(step: int) -> Tensor:
        model.eval()
        return loss(step)

    training.train(model, as_used, optimiser, steps=steps, seed=seed, schedule=schedule)


def _laid_out(model: DepthNet, layout: torch.memory_format) -> DepthNet:
    for value in model.parameters():
        if value.ndim == 4:
            value.data = value.data.contiguous(memory_format=layout)
    return model


@checked
def train_depth(
    *,
    count: Count = 1500,
    steps: Count = 1200,
    seed: Seed = 0,
    p: Share = 0.08,
    likelihood: Likelihood = "laplace",
    beta: Share = 0.5,
    height: Count = 64,
    width: Count = 128,
    folder: Path | None = None,
    device: str = "cpu",
    report: Callable[[float, str], None] | None = None,
) -> Training:
    """Make street scenes and train a network on them.

    All show clear days, seen by a camera at 1.5 m; the lecture's camera was fixed to a car too.
    Other weather and other heights are outside the training data.

    Args:
        count: scenes, numbers 0 to count - 1 of the seed.
        steps: as for `fit_depth`.
        seed: 64-bit seed of the scenes and of the training.
        p: as for `fit_depth`.
        likelihood: as for `fit_depth`.
        beta: as for `fit_depth`.
        height: rows of a scene.
        width: columns of a scene.
        folder: where to save the run, so that it resumes after an interruption.
        device: as for `fit_depth`.
        report: called with the fraction done and a message.
    """
    begin = perf_counter()
    source = StreetScenes(seed, count, height=height, width=width, **AS_TRAINED)
    data = load(source, report=part_of(report, 0.0, 0.05))
    drawing = perf_counter() - begin
    found = fit_depth(
        data,
        steps=steps,
        seed=seed,
        p=p,
        likelihood=likelihood,
        beta=beta,
        checkpoint=None if folder is None else Checkpoint(folder / "depth.pt"),
        device=device,
        report=part_of(report, 0.05, 1.0),
    )
    return replace(found, seconds=drawing + found.seconds)
