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
from pyfrontiers.uncertainty import DropoutPosterior, fit_ensemble, fit_laplace
from pyfrontiers.uncertainty.study.data_sets import NOISE
from pyfrontiers.uncertainty.study.network import toy_network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pyfrontiers.uncertainty import Posterior
    from pyfrontiers.uncertainty.study.data_sets import Points

__all__ = ["METHODS", "loss_of"]

_STEPS, _RATE = 1500, 0.02
_MEMBERS, _DROP = 20, 0.1
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
    return partial(torch.optim.Adam, lr=_RATE, weight_decay=1.0 / len(points.rows))


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


#: Method in words -> its fit; takes points and a seed.
METHODS: Mapping[str, Callable[[Points, int], Posterior]] = MappingProxyType(
    {
        "Ensemble": _ensemble,
        "Last-layer Laplace": partial(_laplace, structure="last_layer"),
        "Diagonal Laplace": partial(_laplace, structure="diagonal"),
        "MC dropout": _dropout,
    }
)
