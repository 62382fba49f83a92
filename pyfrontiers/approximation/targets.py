"""Target functions on [0, 1] for networks to approximate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.approximation.expressions import ExpressionError, parse_expression
from pyfrontiers.arguments import checked

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SMOOTH", "TARGETS", "Target", "drawn", "sine", "typed"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Largest absolute value that a visitor's function may take on [0, 1].
LARGEST = 1e6
#: Points at which a visitor's formula is checked.
_CHECK_POINTS = np.linspace(0.0, 1.0, 2049)
#: Range of the frequency of `sine`, in periods on [0, 1].
FREQUENCIES = (0.5, 64.0)


@checked
@dataclass(frozen=True, slots=True)
class Target:
    """A function on [0, 1], given by a formula or by equally spaced heights.

    Targets with equal fields are the same function, so jobs on them are shared.

    Attributes:
        name: Short name; ``"typed"`` or ``"drawn"`` if a visitor made it.
        formula: A formula as read by `parse_expression`; empty for a drawn curve.
        heights: Heights of a drawn curve at 0, 1/(n-1), ..., 1, interpolated linearly; empty for a
            formula.
        curvature: Largest absolute second derivative on [0, 1], if known in closed form.

    """

    name: str
    formula: str = ""
    heights: tuple[float, ...] = ()
    curvature: float | None = None

    def __call__(self, x: Array) -> Array:
        """Evaluate the function.

        Args:
            x: Points of any shape. Outside [0, 1] a formula is evaluated as it stands, and a drawn
                curve is constant.

        Returns:
            Values of the same shape.

        Raises:
            ExpressionError: A formula took too long to evaluate.

        """
        points = np.asarray(x, dtype=np.float64)
        if self.heights:
            return np.interp(points, np.linspace(0.0, 1.0, len(self.heights)), self.heights)
        return parse_expression(self.formula)(points)

    @property
    def is_from_visitor(self) -> bool:
        """Whether a visitor made it; such targets and their results are never written to disk."""
        return self.name in ("typed", "drawn")

    @property
    def extends_outside(self) -> bool:
        """Whether it is defined outside [0, 1]."""
        return not self.heights


@checked
def sine(frequency: float) -> Target:
    """Return the target sin(2 pi f x).

    Args:
        frequency: f, periods on [0, 1], 0.5 to 64.

    Raises:
        ValueError: `frequency` is out of range.

    """
    low, high = FREQUENCIES
    if not low <= frequency <= high:
        raise ValueError(f"frequency must be from {low:g} to {high:g}, got {frequency!r}")
    curvature = (2 * np.pi * frequency) ** 2
    return Target("sine", f"sin(2*pi*{frequency:g}*x)", curvature=float(curvature))


@checked
def typed(text: str) -> Target:
    """Make a target from a visitor's formula and check it on [0, 1].

    Args:
        text: A formula as in `parse_expression`.

    Returns:
        The target, named ``"typed"``.

    Raises:
        ExpressionError: The formula does not parse, takes too long, or somewhere on [0, 1] is not
            finite or exceeds a million; the message says where.

    """
    target = Target("typed", text.strip() if isinstance(text, str) else text)
    values = parse_expression(target.formula)(_CHECK_POINTS)
    finite = np.isfinite(values)
    if not finite.all():
        where = _CHECK_POINTS[~finite][0]
        raise ExpressionError(
            f"the function {target.formula!r} must be finite on [0, 1], but it is not finite at "
            f"x = {where:.4g}"
        )
    if np.abs(values).max() > LARGEST:
        where = _CHECK_POINTS[np.abs(values).argmax()]
        raise ExpressionError(
            f"the function {target.formula!r} must stay below a million on [0, 1], but it is "
            f"{np.abs(values).max():.3g} at x = {where:.4g}"
        )
    return target


@checked
def drawn(heights: Sequence[float]) -> Target:
    """Make a target from a curve that a visitor drew.

    Args:
        heights: 2 to 257 heights, equally spaced from 0 to 1, each at most a million in magnitude.

    Returns:
        The target, named ``"drawn"``.

    Raises:
        ValueError: The number of heights is out of range, or a height is not finite or too large.

    """
    if not 2 <= len(heights) <= 257:
        raise ValueError(f"heights must have 2 to 257 values, got {len(heights)}")
    values = np.asarray(heights, dtype=np.float64)
    if values.ndim != 1:
        raise ValueError(f"heights must be one-dimensional, got shape {values.shape}")
    invalid = values[~(np.abs(values) <= LARGEST)]
    if invalid.size:
        raise ValueError(
            f"heights must be finite and at most a million in magnitude, got {invalid[0]:g}"
        )
    return Target("drawn", heights=tuple(float(value) for value in values))


#: Targets by name: four smooth ones, one with a corner and one with a jump.
TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        # M. Nielsen, Neural Networks and Deep Learning, chapter 4.
        "wavy": Target("wavy", "0.2 + 0.4*x^2 + 0.3*x*sin(15*x) + 0.05*cos(50*x)"),
        "sine": sine(3),
        "hill": Target("hill", "exp(-50*(x - 0.5)^2)", curvature=100.0),
        "ramp": Target("ramp", "sigmoid(20*(x - 0.5))", curvature=400 / (6 * 3**0.5)),
        "absolute": Target("absolute", "abs(x - 0.4)"),
        "step": Target("step", "step(x - 0.4)"),
    }
)
#: Names of the targets with a continuous second derivative.
SMOOTH = ("wavy", "sine", "hill", "ramp")
