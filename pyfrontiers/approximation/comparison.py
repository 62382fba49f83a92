"""Compare trained networks with the constructed network of the same width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from pyfrontiers.approximation.construction import relu_knots, sigmoid_bumps
from pyfrontiers.approximation.json_record import JsonRecord
from pyfrontiers.approximation.networks import worst_error
from pyfrontiers.approximation.rates import Median, median_of
from pyfrontiers.approximation.targets import Target
from pyfrontiers.approximation.training import train
from pyfrontiers.arguments import Range, Seed, checked

if TYPE_CHECKING:
    from pyfrontiers.approximation.networks import Network

__all__ = ["Comparison", "compare", "construct"]

#: Points at which curves are stored, and points outside the interval at which errors are measured.
_CURVE_POINTS = np.linspace(-1.0, 2.0, 181)
_OUTSIDE = np.linspace(1.0, 2.0, 2001)
#: Quantiles, by error, of the trained networks whose curves are stored.
_RANKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Comparison(JsonRecord):
    """Errors of trained networks and of the constructed network of the same width.

    Attributes:
        target: Name of the target.
        width: Hidden units of each network.
        optimiser: Optimiser that trained the networks, a key of `OPTIMISERS`.
        activation: Activation of the hidden units, a key of `TRAINABLE`.
        constructed: Largest error of the constructed network on [0, 1].
        trained: Largest error of each trained network on [0, 1].
        outside: Largest error of each trained network on [1, 2]; empty if the target is undefined
            there.
        x: Points from -1 to 2 at which `curves` are given.
        curves: Values at `x` of the trained networks with the smallest error, the lower quartile,
            the median, the upper quartile and the largest error.
        steps: Numbers of steps at which `losses` was recorded.
        losses: Median over the networks of the mean squared error.
        seconds: Duration of the training.

    """

    target: str
    width: int
    optimiser: str
    activation: str
    constructed: float
    trained: tuple[float, ...]
    outside: tuple[float, ...]
    x: tuple[float, ...]
    curves: tuple[tuple[float, ...], ...]
    steps: tuple[int, ...]
    losses: tuple[float, ...]
    seconds: float

    @property
    def ratios(self) -> tuple[float, ...]:
        """Error on [1, 2] divided by error on [0, 1] of each trained network, empty if unknown."""
        return tuple(out / within for out, within in zip(self.outside, self.trained, strict=False))

    def median(self, seed: int = 0) -> Median:
        """Return the median of `trained` with its 95 % bootstrap interval."""
        return median_of(self.trained, seed=seed)


@checked
def compare(
    target: Target,
    *,
    width: Annotated[int, Range(2, 1024)] = 64,
    seeds: Annotated[int, Range(1, 100)] = 20,
    steps: Annotated[int, Range(1, 20_000)] = 2000,
    optimiser: str = "adam",
    activation: str = "relu",
    seed: Seed = 0,
    report: Callable[..., None] | None = None,
) -> Comparison:
    """Train networks on a target and compare them with the constructed network of that width.

    Args:
        target: Function on [0, 1].
        width: Hidden units, 1 to 1,024; even unless the activation is ReLU, because a sigmoid bump
            takes two units.
        seeds: Number of networks to train, 1 to 100.
        steps: Steps of the optimiser, 1 to 20,000.
        optimiser: A key of `OPTIMISERS`.
        activation: A key of `TRAINABLE`.
        seed: 64-bit seed of the initial weights.
        report: Called with the fraction done, a message, and the median network's curve so far.

    Returns:
        The errors of both on the interval, and of the trained networks outside it.

    Raises:
        ValueError: An argument is out of range.
        ArithmeticError: The training diverged.

    """
    built = construct(target, width, activation)
    fits = train(
        target,
        width=width,
        seeds=seeds,
        steps=steps,
        optimiser=optimiser,
        activation=activation,
        seed=seed,
        report=report,
    )
    errors = [worst_error(network, target) for network in fits.networks]
    ranked = np.argsort(errors, kind="stable")
    shown = [int(ranked[round(rank * (seeds - 1))]) for rank in _RANKS]
    outside: tuple[float, ...] = ()
    if target.extends_outside:
        wanted = target(_OUTSIDE)
        found = np.abs(fits(_OUTSIDE) - wanted).max(axis=1)
        # A formula is checked on [0, 1] only and may be undefined elsewhere.
        outside = tuple(found.tolist()) if np.isfinite(wanted).all() else ()
    return Comparison(
        target.name,
        width,
        optimiser,
        activation,
        worst_error(built, target),
        tuple(errors),
        outside,
        tuple(_CURVE_POINTS.tolist()),
        tuple(tuple(fits.networks[place](_CURVE_POINTS).tolist()) for place in shown),
        fits.steps,
        tuple(np.median(fits.losses, axis=0).tolist()),
        fits.seconds,
    )


def construct(target: Target, width: int, activation: str) -> Network:
    """Construct the network of a given width: ReLU knots, or bumps of two sigmoids each.

    Args:
        target: Function on [0, 1].
        width: Hidden units.
        activation: ``"relu"`` for knots; anything else for bumps.

    Raises:
        ValueError: `width` is not a positive integer, or odd for bumps.

    """
    if activation == "relu":
        return relu_knots(target, width)
    if width % 2:
        raise ValueError(f"width must be even, because a bump takes two units, got {width!r}")
    return sigmoid_bumps(target, width // 2)
