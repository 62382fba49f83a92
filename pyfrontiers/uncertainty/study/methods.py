"""The approximations: each returns a posterior over the tiny network for some points.

All use the prior and the noise of the reference: weight decay is the gradient of the log prior.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from pyfrontiers.kernels import fold_in
from pyfrontiers.training import train
from pyfrontiers.uncertainty import (
    DropoutPosterior,
    fit_ensemble,
    fit_laplace,
    fit_sgld,
    fit_swag,
    fit_variational,
)
from pyfrontiers.uncertainty.study.data_sets import NOISE
from pyfrontiers.uncertainty.study.network import toy_network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyfrontiers.uncertainty import Posterior
    from pyfrontiers.uncertainty.study.data_sets import Points

__all__ = ["METHODS", "loss_of"]

_STEPS, _RATE = 1500, 0.02
_MEMBERS, _DROP = 20, 0.1
# SGLD, SWAG and the variational fit continue from the maximum of the posterior. The first two have
# a constant step size, about a third of the largest at which they stay stable; a regression's
# likelihood is the steeper one.
_CHAIN_STEPS, _CHAIN_SIZE = 4000, {"regression": 1e-3, "classification": 1e-2}
_SWAG_RATE, _SWAG_BATCH, _EVERY = {"regression": 3e-3, "classification": 0.3}, 4, 10
_VARIATIONAL_STEPS, _VARIATIONAL_RATE = 2000, 0.01
# Streams of the seed.
_START, _STEPS_SEED = range(2)


def loss_of(points: Points) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the mean negative log-likelihood of outputs (N, 1) and targets (N,)."""
    if points.task == "regression":

        def squared(outputs: Tensor, y: Tensor) -> Tensor:
            return 0.5 * (outputs.flatten() - y).square().mean() / NOISE**2

        return squared

    def cross_entropy(outputs: Tensor, y: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(outputs.flatten(), y)

    return cross_entropy


def _optimiser(points: Points) -> Callable[..., torch.optim.Optimizer]:
    """Return Adam with the decay that adds the gradient of -log p(w) / N, for p(w) = N(0, I)."""
    return partial(torch.optim.Adam, lr=_RATE, weight_decay=_decay(points))


def _decay(points: Points) -> float:
    return 1.0 / len(points.rows)


def _trained(points: Points, seed: int, *, dropout: float = 0.0) -> nn.Module:
    """Train one network to the maximum of the posterior."""
    with torch.random.fork_rng([]):
        torch.manual_seed(fold_in(seed, _START))
        model = toy_network(points.task, dropout=dropout)
    x, y, loss = points.x.float(), points.y.float(), loss_of(points)
    optimiser = _optimiser(points)(model.parameters())
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, _STEPS)
    train(
        model,
        lambda _: loss(model(x), y),
        optimiser,
        steps=_STEPS,
        seed=fold_in(seed, _STEPS_SEED),
        schedule=schedule,
    )
    return model


def _dropout(points: Points, seed: int) -> Posterior:
    return DropoutPosterior(_trained(points, seed, dropout=_DROP))


def _ensemble(points: Points, seed: int) -> Posterior:
    return fit_ensemble(
        partial(toy_network, points.task),
        points.x.float(),
        points.y.float(),
        steps=_STEPS,
        members=_MEMBERS,
        loss=loss_of(points),
        optimiser=_optimiser(points),
        batch_size=len(points.rows),
        seed=seed,
    )


def _laplace(
    points: Points, seed: int, *, structure: Literal["last_layer", "diagonal"]
) -> Posterior:
    model = _trained(points, seed)
    regression = points.task == "regression"
    return fit_laplace(
        model,
        points.x.float(),
        points.y.float() if regression else points.y.long(),
        likelihood=points.task,
        structure=structure,
        prior_precision=1.0,
        noise=NOISE if regression else None,
    )


def _variational(points: Points, seed: int) -> Posterior:
    return fit_variational(
        _trained(points, seed),
        points.x.float(),
        points.y.float(),
        steps=_VARIATIONAL_STEPS,
        loss=loss_of(points),
        optimiser=partial(torch.optim.Adam, lr=_VARIATIONAL_RATE),
        batch_size=len(points.rows),
        seed=seed,
    )


def _sgld(points: Points, seed: int) -> Posterior:
    return fit_sgld(
        _trained(points, seed),
        points.x.float(),
        points.y.float(),
        step_size=_CHAIN_SIZE[points.task],
        decay=0.0,
        steps=_CHAIN_STEPS,
        burn_in=_CHAIN_STEPS // 5,
        every=_EVERY,
        loss=loss_of(points),
        batch_size=len(points.rows),
        seed=seed,
    )


def _swag(points: Points, seed: int) -> Posterior:
    rate = _SWAG_RATE[points.task]
    return fit_swag(
        _trained(points, seed),
        points.x.float(),
        points.y.float(),
        steps=_STEPS,
        every=_EVERY,
        loss=loss_of(points),
        optimiser=partial(torch.optim.SGD, lr=rate, momentum=0.9, weight_decay=_decay(points)),
        batch_size=_SWAG_BATCH,
        seed=seed,
    )


#: Method in words -> its fit; takes points and a seed.
METHODS: Mapping[str, Callable[[Points, int], Posterior]] = MappingProxyType(
    {
        "Ensemble": _ensemble,
        "Last-layer Laplace": partial(_laplace, structure="last_layer"),
        "Diagonal Laplace": partial(_laplace, structure="diagonal"),
        "MC dropout": _dropout,
        "Variational": _variational,
        "SGLD": _sgld,
        "SWAG": _swag,
    }
)
