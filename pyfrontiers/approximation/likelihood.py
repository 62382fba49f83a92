"""Maximum-likelihood fits with a Gaussian noise model, and their error and coverage.

A network with one hidden layer outputs the mean m(x) and, if the noise may depend on x, log s(x);
otherwise log s is a single parameter. Training minimises the negative log-likelihood

    mean over i of log s(x_i) + (y_i - m(x_i))^2 / (2 s(x_i)^2)

up to a constant.

Source: Nix and Weigend, Estimating the mean and variance of the target probability distribution,
1994.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import torch

from pyfrontiers.approximation.descent import OPTIMISERS, TRAINABLE, descend_together
from pyfrontiers.approximation.observations import Observations, noise, truth
from pyfrontiers.arguments import Range, Seed, checked

if TYPE_CHECKING:
    from torch import Tensor


__all__ = ["BAND", "Band", "GaussianFits", "Quality", "fit_likelihood"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Half-width of the 95 % band in standard deviations.
BAND = 1.959964
#: Lower bound on log s, far below the true noise: the likelihood is unbounded as s goes to 0.
_LEAST_LOG_SIGMA = -6.0
#: Points on each interval at which error and coverage are averaged.
_POINTS = 401
#: Standard deviation of the initial hidden weights; x is scaled to [-1, 1].
_WEIGHT_SCALE = {"relu": 1.0, "tanh": 2.0, "sine": 3.0}


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Predicted mean and standard deviation of each fit at P points, both (seeds, P)."""

    mean: Array
    sigma: Array


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """Error and coverage of each fit on part of the axis.

    Attributes:
        error: (seeds,) root mean square of predicted mean minus true curve.
        coverage: (seeds,) probability that the 95 % band contains a new observation, averaged over
            the interval; exact, because the true curve and noise are known.

    """

    error: Array
    coverage: Array


@dataclass(frozen=True, slots=True, eq=False)
class GaussianFits:
    """Gaussian fits from different initial weights.

    Attributes:
        rows: (seeds, parameters) weights of the networks.
        activation: Activation of the hidden units.
        varying: Whether the modelled noise depends on x.
        low: Lower end of the training range.
        high: Upper end of the training range.
        losses: (seeds, records) mean negative log-likelihood during training.
        seconds: Duration of the training.

    """

    rows: Tensor
    activation: str
    varying: bool
    low: float
    high: float
    losses: Array
    seconds: float

    def predict(self, x: Array) -> Band:
        """Predict mean and standard deviation at points x (P,) of the whole axis."""
        points = torch.as_tensor(_scaled(x, self.low, self.high), dtype=torch.float32, device="cpu")
        with torch.no_grad():
            heads = [_heads(row, points, self.activation, self.varying) for row in self.rows]
        mean = torch.stack([head[0] for head in heads]).double().numpy()
        log_sigma = torch.stack([head[1].expand(points.numel()) for head in heads])
        return Band(mean, log_sigma.double().exp().numpy())

    def quality(self, *parts: tuple[float, float]) -> Quality:
        """Measure error and coverage on the union of intervals (low, high)."""
        x = np.concatenate([np.linspace(low, high, _POINTS) for low, high in parts])
        band = self.predict(x)
        error = np.sqrt(np.mean((band.mean - truth(x)) ** 2, axis=1))
        upper = (band.mean + BAND * band.sigma - truth(x)) / noise(x)
        lower = (band.mean - BAND * band.sigma - truth(x)) / noise(x)
        return Quality(error, np.mean(_normal_cdf(upper) - _normal_cdf(lower), axis=1))


@checked
def fit_likelihood(
    observations: Observations | Sequence[Observations],
    *,
    low: float,
    high: float,
    varying: bool = True,
    activation: str = "tanh",
    width: Annotated[int, Range(1, 1024)] = 16,
    seeds: Annotated[int, Range(1, 100)] = 8,
    steps: Annotated[int, Range(1, 20_000)] = 1000,
    seed: Seed = 0,
    report: Callable[..., None] | None = None,
) -> GaussianFits:
    """Fit networks to observations by maximum likelihood, from different initial weights.

    Args:
        observations: One data set for all fits, or a sequence with one data set per fit, all of
            the same size.
        low: Lower end of the training range; x is scaled so that the range becomes [-1, 1].
        high: Upper end, above `low`.
        varying: Whether the noise may depend on x (heteroscedastic) or is one parameter.
        activation: ``"relu"``, ``"tanh"`` or ``"sine"``.
        width: Hidden units.
        seeds: Number of fits.
        steps: Steps of Adam.
        seed: 64-bit seed of the initial weights.
        report: Called with the fraction done and a message.

    Returns:
        The fits.

    Raises:
        ValueError: An argument is out of range.

    Source:
        Nix and Weigend, Estimating the mean and variance of the target probability distribution,
        1994.

    """
    if activation not in _WEIGHT_SCALE:
        raise ValueError(f"activation must be 'relu', 'tanh' or 'sine', got {activation!r}")
    if not low < high:
        raise ValueError(f"low must be less than high, got low={low!r} and high={high!r}")
    begin = time.perf_counter()
    x, y, own = _data(observations, seeds, low, high)

    def loss(row: Tensor, x: Tensor, y: Tensor) -> Tensor:
        mean, log_sigma = _heads(row, x, activation, varying)
        return (log_sigma + 0.5 * ((y - mean) * torch.exp(-log_sigma)) ** 2).mean()

    def tell(done: int, rows: Tensor, losses: Tensor) -> None:
        if report is not None:
            report(done / steps, f"step {done:,} of {steps:,}")

    start = _start(width, seeds, activation, varying, y, seed)
    adam = OPTIMISERS["adam"]
    rows, losses, _ = descend_together(
        loss, start, (x, y), steps=steps, make=adam.make, rate=adam.rate, own_data=own, tell=tell
    )
    seconds = time.perf_counter() - begin
    return GaussianFits(rows, activation, varying, low, high, losses, seconds)


def _data(
    observations: Observations | Sequence[Observations], seeds: int, low: float, high: float
) -> tuple[Tensor, Tensor, bool]:
    own = not hasattr(observations, "x")
    sets: Any = observations if own else [observations]
    if own and len(sets) != seeds:
        raise ValueError(
            f"observations must be one data set, or one for each of {seeds} fits, got {len(sets)}"
        )
    x = np.stack([_scaled(each.x, low, high) for each in sets]).astype(np.float32)
    y = np.stack([each.y for each in sets]).astype(np.float32)
    found = torch.from_numpy(x), torch.from_numpy(y)
    return (*found, True) if own else (found[0][0], found[1][0], False)


def _scaled(x: Array, low: float, high: float) -> Array:
    return np.asarray((2.0 * np.asarray(x) - low - high) / (high - low))


def _heads(row: Tensor, x: Tensor, activation: str, varying: bool) -> tuple[Tensor, Tensor]:
    """Compute the mean (P,) and log standard deviation, (P,) or (1,), of one network."""
    layers = 4 if varying else 3
    width = (row.numel() - 2) // layers
    parts = row[: layers * width].reshape(layers, width)
    hidden = TRAINABLE[activation](x[:, None] * parts[0] + parts[1])
    log_sigma = hidden @ parts[3] + row[-1] if varying else row[-1:]
    return hidden @ parts[2] + row[-2], log_sigma.clamp_min(_LEAST_LOG_SIGMA)


def _start(width: int, seeds: int, activation: str, varying: bool, y: Tensor, seed: int) -> Tensor:
    """Draw initial weights: units centred inside the range, mean 0, and s the spread of y."""
    generator = torch.Generator("cpu").manual_seed(seed)
    scale = _WEIGHT_SCALE[activation]
    plain: dict[str, Any] = {"dtype": torch.float32, "device": "cpu"}
    weight = scale * torch.randn(seeds, width, generator=generator, **plain)
    places = 2 * torch.rand(seeds, width, generator=generator, **plain) - 1
    out = torch.randn(seeds, width, generator=generator, **plain) / width**0.5 / scale
    ends = torch.tensor([0.0, float(y.std().log())], **plain).expand(seeds, 2)
    log_sigma = [torch.zeros(seeds, width, **plain)] if varying else []
    return torch.cat([weight, -weight * places, out, *log_sigma, ends], dim=1)


def _normal_cdf(z: Array) -> Array:
    return np.asarray(torch.special.ndtr(torch.from_numpy(z)).numpy())
