"""The functions on [0, 1] that networks are to approximate."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from pyfrontiers.approximation.expressions import ExpressionError, parse_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["SMOOTH", "TARGETS", "Target", "drawn", "sine", "typed"]

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Largest absolute value a visitor's function may have on the interval.
LARGEST = 1e6
_CHECKED = np.linspace(0.0, 1.0, 2049)
#: Frequencies of `sine`, in periods on [0, 1].
FREQUENCIES = (0.5, 64.0)


@dataclass(frozen=True, slots=True)
class Target:
    """A function on [0, 1], given by a formula or by heights at equal distances.

    Two targets with equal fields are the same function, so runs on them are shared.

    Attributes:
        name: Short name; ``"typed"`` and ``"drawn"`` are a visitor's own.
        formula: What `parse_expression` reads; empty for a drawn curve.
        heights: Heights of a drawn curve at 0, 1/(n-1), ..., 1, joined by straight lines; empty
            for a formula.
        curvature: Largest absolute second derivative on [0, 1] where it is known in closed form.

    """

    name: str
    formula: str = ""
    heights: tuple[float, ...] = ()
    curvature: float | None = None

    def __call__(self, x: Array) -> Array:
        """Compute the function.

        Args:
            x: Points of any shape. A formula may be asked outside [0, 1] too; a drawn curve stays
                at its end's height there.

        Returns:
            Values of the same shape.

        Raises:
            ExpressionError: A formula took too long.

        """
        points = np.asarray(x, dtype=np.float64)
        if self.heights:
            return np.interp(points, np.linspace(0.0, 1.0, len(self.heights)), self.heights)
        return parse_expression(self.formula)(points)

    @property
    def is_own(self) -> bool:
        """Whether a visitor made it: then nothing of it goes to disk."""
        return self.name in ("typed", "drawn")

    @property
    def reaches_outside(self) -> bool:
        """Whether it says something about x outside [0, 1]."""
        return not self.heights


def sine(frequency: float) -> Target:
    """Make sin(2 pi f x).

    Args:
        frequency: f, periods on [0, 1], 0.5 to 64.

    Raises:
        ValueError: It is outside that range.

    """
    low, high = FREQUENCIES
    if not low <= frequency <= high:
        raise ValueError(f"frequency is {frequency!r}; wanted {low:g} to {high:g}")
    curvature = (2 * np.pi * frequency) ** 2
    return Target("sine", f"sin(2*pi*{frequency:g}*x)", curvature=float(curvature))


def typed(text: str) -> Target:
    """Read a visitor's formula and see that it is a usable function on [0, 1].

    Args:
        text: As in `parse_expression`.

    Returns:
        The target, called ``"typed"``.

    Raises:
        ExpressionError: It does not parse, takes too long, or is not finite or beyond a million
            somewhere on [0, 1]; the message says where.

    """
    found = Target("typed", text.strip() if isinstance(text, str) else text)
    values = parse_expression(found.formula)(_CHECKED)
    finite = np.isfinite(values)
    if not finite.all():
        where = _CHECKED[~finite][0]
        raise ExpressionError(
            f"the function {found.formula!r} is not finite at x = {where:.4g}; wanted a finite "
            "value everywhere from 0 to 1"
        )
    if np.abs(values).max() > LARGEST:
        where = _CHECKED[np.abs(values).argmax()]
        raise ExpressionError(
            f"the function {found.formula!r} is {np.abs(values).max():.3g} at x = {where:.4g}; "
            "wanted at most a million"
        )
    return found


def drawn(heights: Sequence[float]) -> Target:
    """Take a curve that a visitor drew.

    Args:
        heights: 2 to 257 finite heights at equal distances from 0 to 1, at most a million.

    Raises:
        ValueError: There are fewer or more, or one is not finite.

    """
    if not 2 <= len(heights) <= 257:
        raise ValueError(f"heights has {len(heights)} values; wanted 2 to 257")
    values = np.asarray(heights, dtype=np.float64)
    if values.ndim != 1 or not np.isfinite(values).all() or np.abs(values).max() > LARGEST:
        raise ValueError("heights holds a value that is not finite; wanted numbers up to a million")
    return Target("drawn", heights=tuple(float(value) for value in values))


#: Nielsen's wavy function, a sine, a hill and a ramp are smooth; a corner and a jump are not.
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
#: The targets that have a continuous second derivative.
SMOOTH = ("wavy", "sine", "hill", "ramp")
