"""Fit mean-field variational weights by maximising the evidence lower bound."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Optimizer

from pyfrontiers.arguments import Count, Seed, Values, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.one_line import one_line
from pyfrontiers.uncertainty.ensembles.fitting import MakeOptimiser
from pyfrontiers.uncertainty.fitting import fitting
from pyfrontiers.uncertainty.free_weights import check_finite, gaussian
from pyfrontiers.uncertainty.likelihood import Loss, check_no_batch_norm
from pyfrontiers.uncertainty.networks import Network, Weights
from pyfrontiers.uncertainty.variational.layers import VariationalLayer, convert, kl_divergence

ADAM: MakeOptimiser = functools.partial(torch.optim.Adam, lr=1e-2)


@dataclass(frozen=True, slots=True)
class Variational:
    """Independent normal distributions of the weights; a pass draws all of them.

    Attributes:
        means: mean of each weight by name.
        sigmas: standard deviations of those that are variational.
        losses: negative evidence lower bound per example, in nats, over the fit.
        network: the network.
    """

    means: Weights
    sigmas: Weights
    losses: tuple[float, ...]
    network: Network
    __repr__ = one_line

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield raw outputs in chunks (t, N, K, ...); see `Posterior.sample`.

        The whole batch shares the weights of a pass, so passes do not depend on the other inputs.
        """

        def draw(first: int, count: int) -> Weights:
            draws = [self.weights(seed, first + t) for t in range(count)]
            return {name: torch.stack([each[name] for each in draws]) for name in draws[0]}

        return self.network.stream(x, draw, samples, seed=seed, first_sample=first_sample)

    def weights(self, seed: int, number: int) -> Weights:
        """Return draw `number` of the weights by name."""
        seed = fold_in(seed, number)
        found = dict(self.means)
        for position, (name, sigma) in enumerate(self.sigmas.items()):
            found[name] = self.means[name] + sigma * gaussian(sigma, fold_in(seed, position))
        return found


class _Bound(nn.Module):
    """The parameters of a converted model, whose other layers stay in eval mode."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.values = nn.ParameterList([p for p in model.parameters() if p.requires_grad])


@checked
def fit_variational(
    model: nn.Module,
    x: Annotated[Tensor, Values("N>0", "...")],
    y: Annotated[Tensor, Values("N", "...")],
    *,
    steps: Count,
    prior_precision: float = 1.0,
    sigma: float = 0.05,
    loss: Loss = F.cross_entropy,
    optimiser: type[Optimizer] | MakeOptimiser = ADAM,
    batch_size: Count = 64,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
) -> Variational:
    """Fit independent normal distributions to the weights of linear layers and convolutions.

    Minimised is the negative evidence lower bound per example,

        E_q[loss(w)] + KL(q || N(0, 1 / prior_precision)) / N,

    with activations drawn instead of weights (`VariationalLayer`). Parameters of other layers are
    fitted without a distribution. Dropout is off, and batch normalisation keeps its statistics.

    Args:
        model: the network, whose weights are the first means; it is only read.
        x: (N, ...) inputs.
        y: (N, ...) targets.
        steps: steps of the fit.
        prior_precision: of the normal prior of every weight, above 0.
        sigma: initial standard deviation, above 0.
        loss: maps raw outputs and targets to the mean negative log-likelihood of an example.
        optimiser: makes the optimiser of the parameters it is given; Adam with rate 0.01 unless
            given.
        batch_size: examples of a step; with N or more, every step sees all of them.
        seed: 64-bit seed of batches and activations.
        report: called with the fraction done and a message.

    Returns:
        The distribution.

    Raises:
        ValueError: the model does not run on the inputs, has no layer to convert or batch
            normalisation in training mode, the loss is not a finite scalar, or the fit diverges.

    Source:
        Blundell et al., Weight Uncertainty in Neural Networks, ICML 2015; Kingma, Salimans and
        Welling, Variational Dropout and the Local Reparameterization Trick, NeurIPS 2015.
    """
    if prior_precision <= 0:
        raise ValueError(f"prior_precision must be above 0, got {prior_precision}")
    check_no_batch_norm(model, "fit_variational")
    with fitting(model, x, y, loss=loss, batch_size=batch_size, seed=seed) as fit:
        converted = convert(model, sigma=sigma)
        fit.examples.check(converted)
        layers = {n: m for n, m in converted.named_modules() if isinstance(m, VariationalLayer)}
        for layer in layers.values():
            layer.train()

        def bound(chosen: Tensor | None) -> Tensor:
            kl = kl_divergence(converted, prior_precision=prior_precision)
            return fit.examples.loss_of(converted, chosen) + kl / fit.count

        free = _Bound(converted)
        made = cast("MakeOptimiser", optimiser)(free.parameters())
        losses = fit.minimise(free, bound, made, steps=steps, report=report)
    means, sigmas = _by_name(converted, layers, fit.network)
    wanted = f"sigma={sigma:g} and the optimiser's rate must be so small that weights stay finite"
    check_finite(means | sigmas, wanted)
    return Variational(means, sigmas, losses, fit.network)


def _by_name(
    converted: nn.Module, layers: dict[str, VariationalLayer], network: Network
) -> tuple[Weights, Weights]:
    """Return means and standard deviations by their names in the model before the conversion."""
    own = {name: p.detach() for name, p in converted.named_parameters(remove_duplicate=False)}
    means, sigmas = Weights(), Weights()
    for name in network.weights:
        place, _, kind = name.rpartition(".")
        inner = layers.get(place)
        means[name] = own[name] if inner is None else own[f"{place}.layer.{kind}".lstrip(".")]
        if inner is not None:
            sigmas[name] = inner.sigmas()[kind].detach()
    return means, sigmas
