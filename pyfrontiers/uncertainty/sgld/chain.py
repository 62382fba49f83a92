"""Draw weights with stochastic-gradient Langevin dynamics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from pyfrontiers.arguments import Count, Range, Seed, Values, checked
from pyfrontiers.kernels import fold_in
from pyfrontiers.one_line import one_line
from pyfrontiers.uncertainty.draws import stream_draws
from pyfrontiers.uncertainty.fitting import FURTHER, fitting
from pyfrontiers.uncertainty.free_weights import FreeWeights, check_finite, trained_names
from pyfrontiers.uncertainty.likelihood import Loss, check_no_batch_norm
from pyfrontiers.uncertainty.sgld.langevin import Langevin

if TYPE_CHECKING:
    from pyfrontiers.training import Stretch
    from pyfrontiers.uncertainty.networks import Network, Weights


@dataclass(frozen=True, slots=True)
class SGLD:
    """Weights that a Langevin chain has visited. Pass s has draw s modulo T, whatever the seed.

    Attributes:
        weights: draws (T, ...) of each parameter by name.
        losses: mean of U / N over the steps before each draw, burn-in included.
        network: the network that they belong to.
    """

    weights: Weights
    losses: tuple[float, ...]
    network: Network
    __repr__ = one_line

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield raw outputs in chunks (t, N, K, ...); see `Posterior.sample`."""
        return stream_draws(
            self.network, self.weights, x, samples, seed=seed, first_sample=first_sample
        )


@checked
def fit_sgld(
    model: nn.Module,
    x: Annotated[Tensor, Values("N>0", "...")],
    y: Annotated[Tensor, Values("N", "...")],
    *,
    step_size: float,
    steps: Count,
    burn_in: Annotated[int, Range(0)] = 0,
    every: Count = 10,
    decay: Annotated[float, Range(0, 1)] = 0.55,
    offset: Count = 1000,
    preconditioned: bool = False,
    prior_precision: float = 1.0,
    loss: Loss = F.cross_entropy,
    batch_size: Count = 64,
    seed: Seed = 0,
    report: Callable[[float, str], None] | None = None,
) -> SGLD:
    """Draw weights from the posterior with stochastic-gradient Langevin dynamics.

    With U(w) = N loss(w) + (prior_precision / 2) |w|^2, the negative log of the posterior up to a
    constant, and its gradient estimated from a batch, step t is

        w <- w - (e_t / 2) grad U(w) + N(0, e_t),   e_t = step_size (1 + t / offset)^-decay.

    The chain starts at the model's weights and keeps every `every`-th of them after the burn-in.
    The network runs in eval mode: no dropout, and batch normalisation with its statistics.

    A constant step size (`decay=0`) has a bias: along an eigenvector of the posterior's precision
    with eigenvalue l, full batches give the variance 1 / (l (1 - e l / 4)).

    Args:
        model: the network, trained or not; it is only read.
        x: (N, ...) inputs.
        y: (N, ...) targets.
        step_size: e_0, above 0. A stable chain needs e < 4 / l for the largest eigenvalue l.
        steps: steps of the chain.
        burn_in: steps before the first draw is kept, below `steps`.
        every: steps from one draw to the next (thinning).
        decay: power of the decay in [0, 1]; above 0.5 the bias vanishes with t.
        offset: steps until the decay sets in.
        preconditioned: divide the gradient and the noise's variance by the running root mean square
            of the gradients.
        prior_precision: of the normal prior of every weight, 0 or more.
        loss: maps raw outputs and targets to the mean negative log-likelihood of an example.
        batch_size: examples of a step; with N or more, every step sees all of them.
        seed: 64-bit seed of batches and noise.
        report: called with the fraction done and a message.

    Returns:
        The draws.

    Raises:
        ValueError: the model does not run on the inputs, has no parameter to train or batch
            normalisation in training mode, the loss is not a finite scalar, no draw is kept, or the
            chain diverges.

    Source:
        Welling and Teh, Bayesian Learning via Stochastic Gradient Langevin Dynamics, ICML 2011.
    """
    if step_size <= 0:
        raise ValueError(f"step_size must be above 0, got {step_size}")
    if prior_precision < 0:
        raise ValueError(f"prior_precision must be at least 0, got {prior_precision}")
    if burn_in + every > steps:
        raise ValueError(
            f"steps must be at least burn_in + every = {burn_in + every:,} for one draw, "
            f"got {steps:,}"
        )
    check_no_batch_norm(model, "fit_sgld")
    draws: list[Weights] = []
    with fitting(model, x, y, loss=loss, batch_size=batch_size, seed=seed) as fit:
        network = fit.network
        free = FreeWeights(network, trained_names(network, model))
        fit.examples.check(network.model)

        def keep(stretch: Stretch) -> None:
            if stretch.done >= burn_in + every and stretch.done % every == 0:
                draws.append(free.copied())

        langevin = Langevin(
            free.parameters(),
            step_size,
            seed=fold_in(seed, FURTHER),
            examples=len(x),
            preconditioned=preconditioned,
        )

        def energy(chosen: Tensor | None) -> Tensor:
            """Return the estimate of U in a step."""
            prior = 0.5 * prior_precision * free.square_norm()
            return fit.count * free.loss(fit.examples, chosen) + prior

        schedule = LambdaLR(langevin, lambda t: (1 + t / offset) ** -decay)
        losses = fit.minimise(
            free, energy, langevin, steps=steps, every=every, schedule=schedule, after=keep,
            report=report,
        )  # fmt: skip
    weights = {name: torch.stack([draw[name] for draw in draws]) for name in free.names}
    wanted = f"step_size must be small enough for prior_precision={prior_precision:g} and the data"
    check_finite(weights, f"{wanted} that weights stay finite")
    return SGLD(weights, tuple(loss / len(x) for loss in losses), network)
