"""The same width twice: weights written down, and weights that gradient descent found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pyfrontiers.approximation.construction import relu_knots, sigmoid_bumps
from pyfrontiers.approximation.networks import worst_error
from pyfrontiers.approximation.rates import Median, median_of
from pyfrontiers.approximation.stored import Stored
from pyfrontiers.approximation.training import train

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.approximation.networks import Network
    from pyfrontiers.approximation.targets import Target

__all__ = ["Contest", "built_at", "compare"]

#: Where the networks are drawn, and the part outside the interval that they are judged on.
_DRAWN = np.linspace(-1.0, 2.0, 181)
_OUTSIDE = np.linspace(1.0, 2.0, 2001)
#: Ranks among the trained networks, by error, of those that are drawn.
_RANKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Contest(Stored):
    """Trained networks of one width beside the constructed one.

    Attributes:
        target: Name of the target.
        width: Hidden units of either.
        optimiser: What trained them.
        activation: Of the hidden units.
        constructed: Largest error of the constructed network on [0, 1].
        trained: Largest error of each trained network on [0, 1].
        outside: Largest error of each trained network on [1, 2]; empty where the target has no
            values there.
        x: Where the curves are drawn, from -1 to 2.
        curves: Best, lower quartile, median, upper quartile and worst trained network at `x`.
        steps: Steps that `losses` belongs to.
        losses: Median over the networks of the mean squared error.
        seconds: How long the training took.

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
        """Error on [1, 2] over error on [0, 1] of each trained network; empty as `outside` is."""
        return tuple(out / within for out, within in zip(self.outside, self.trained, strict=False))

    def median(self, seed: int = 0) -> Median:
        """Give the median of the trained errors with its 95 % interval."""
        return median_of(self.trained, seed=seed)


def compare(
    target: Target,
    *,
    width: int = 64,
    seeds: int = 20,
    steps: int = 2000,
    optimiser: str = "adam",
    activation: str = "relu",
    seed: int = 0,
    report: Callable[..., None] | None = None,
) -> Contest:
    """Train networks and measure them against the constructed one of the same width.

    Args:
        target: What is approximated on [0, 1].
        width: Hidden units; even for activations other than ReLU, whose bumps take two.
        seeds: Networks that are trained.
        steps: Steps of the optimiser.
        optimiser: A key of `OPTIMISERS`.
        activation: A key of `TRAINABLE`.
        seed: 64-bit seed of the random starts.
        report: Told the fraction, a message, and the curve so far.

    Returns:
        Both, with their errors inside the interval and beside it.

    Raises:
        ValueError: An argument is out of range; it is named.
        ArithmeticError: The training diverged.

    """
    built = built_at(target, width, activation)
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
    if target.reaches_outside:
        wanted = target(_OUTSIDE)
        found = np.abs(fits(_OUTSIDE) - wanted).max(axis=1)
        # A formula may have no value beyond the interval on which it was checked.
        outside = tuple(found.tolist()) if np.isfinite(wanted).all() else ()
    return Contest(
        target.name,
        width,
        optimiser,
        activation,
        worst_error(built, target),
        tuple(errors),
        outside,
        tuple(_DRAWN.tolist()),
        tuple(tuple(fits.networks[place](_DRAWN).tolist()) for place in shown),
        fits.steps,
        tuple(np.median(fits.losses, axis=0).tolist()),
        fits.seconds,
    )


def built_at(target: Target, width: int, activation: str) -> Network:
    """Build the network of a width by hand: ReLU knots, or bumps of two sigmoids each.

    Raises:
        ValueError: The width is no positive whole number, or odd where units come in pairs.

    """
    if activation == "relu":
        return relu_knots(target, width)
    if width % 2:
        raise ValueError(f"width is {width!r}; wanted an even number, as a bump takes two units")
    return sigmoid_bumps(target, width // 2)
