"""Fit SWAG to the trajectory of SGD."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from pyfrontiers.arguments import Count, Range, Seed, Values, checked
from pyfrontiers.uncertainty.ensembles.fitting import MakeOptimiser
from pyfrontiers.uncertainty.fitting import fitting
from pyfrontiers.uncertainty.free_weights import check_finite, trained_names
from pyfrontiers.uncertainty.likelihood import BATCH_NORMS, Loss
from pyfrontiers.uncertainty.networks import trainable_copy
from pyfrontiers.uncertainty.swag.posterior import SWAG
from pyfrontiers.uncertainty.swag.statistics import Statistics
from pyfrontiers.uncertainty.swag.trajectory import Trajectory

if TYPE_CHECKING:
    from pyfrontiers.training import Stretch

SGD: MakeOptimiser = functools.partial(torch.optim.SGD, lr=0.01, momentum=0.9)


@checked
def fit_swag(
    model: nn.Module,
    x: Annotated[Tensor, Values("N>0", "...")],
    y: Annotated[Tensor, Values("N", "...")],
    *,
    steps: Count,
    every: Count,
    rank: Count = 20,
    scale: Annotated[float, Range(0)] = 1.0,
    loss: Loss = F.cross_entropy,
    optimiser: type[Optimizer] | MakeOptimiser = SGD,
    batch_size: Count = 64,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
) -> SWAG:
    """Fit a normal distribution to the weights that SGD visits.

    SGD with a constant, rather high learning rate continues from the model's weights. Every
    `every` steps its weights are collected: their mean, their variances, and the last `rank`
    deviations from the running mean, which span the low-rank part of the covariance.

    For a model with batch normalisation, the statistics are computed again for each draw, with one
    pass over the training data. Dropout is active while SGD runs.

    Args:
        model: a trained network; it is only read.
        x: (N, ...) inputs.
        y: (N, ...) targets.
        steps: steps of SGD.
        every: steps from one collected vector of weights to the next, such as an epoch.
        rank: number of deviations K.
        scale: factor of the covariance, 0 or more.
        loss: maps raw outputs and targets to a scalar, the mean over the batch.
        optimiser: makes the optimiser of the parameters it is given; SGD with rate 0.01 and
            momentum 0.9 unless given.
        batch_size: examples of a step; with N or more, every step sees all of them.
        seed: 64-bit seed of the batches and of what layers draw.
        report: called with the fraction done and a message.

    Returns:
        The distribution.

    Raises:
        ValueError: the model does not run on the inputs, has no parameter to train or batch
            normalisation without running statistics, the loss is not a finite scalar, fewer than
            two vectors are collected, or SGD diverges.

    Source:
        Maddox et al., A Simple Baseline for Bayesian Uncertainty in Deep Learning, NeurIPS 2019,
        algorithm 1.
    """
    if steps < 2 * every:
        raise ValueError(
            f"steps must be at least 2 * every = {2 * every:,} for two vectors of weights, "
            f"got {steps:,}"
        )
    norms = _normalised(model)
    trajectory = Trajectory(rank)
    with fitting(model, x, y, loss=loss, batch_size=batch_size, seed=seed) as fit:
        names = trained_names(fit.network, model)
        fit.examples.check(fit.network.model)
        trained = trainable_copy(model)
        parameters = dict(trained.named_parameters())

        def collect(stretch: Stretch) -> None:
            if stretch.done % every == 0:
                parts = [parameters[name].detach().flatten() for name in names]
                trajectory.add(torch.cat(parts))

        made = cast("MakeOptimiser", optimiser)(parameters[name] for name in names)
        fit.minimise(
            trained, lambda chosen: fit.examples.loss_of(trained, chosen), made,
            steps=steps, every=every, after=collect, report=report,
        )  # fmt: skip
        mean, variance, deviations = trajectory.moments()
    check_finite({"mean": mean}, "optimiser must have a rate at which weights stay finite")
    statistics = Statistics(trained, fit.examples.x, batch_size) if norms else None
    return SWAG(mean, variance, deviations, scale, tuple(names), fit.network, statistics)


def _normalised(model: nn.Module) -> bool:
    """Return whether the model has batch normalisation.

    Raises:
        ValueError: one has no running statistics that could be computed again.
    """
    norms = {n: m for n, m in model.named_modules() if isinstance(m, BATCH_NORMS)}
    for name, norm in norms.items():
        if norm.running_mean is None:
            raise ValueError(
                "model must have batch normalisation with track_running_stats=True for fit_swag, "
                f"got {name or type(norm).__name__!r} without"
            )
    return bool(norms)
