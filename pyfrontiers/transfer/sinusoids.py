"""Sine curves of random amplitude, phase and frequency: the standard few-shot regression."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import torch

from pyfrontiers.arguments import Count, Sample, Seed, checked
from pyfrontiers.kernels import fold_in, uniform
from pyfrontiers.transfer.tasks import Kind, Tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

__all__ = ["FAMILIES", "REACH", "Sinusoids"]

REACH = 5.0
"""Inputs lie in [-REACH, REACH]."""
# Streams of the seed.
_CURVES, _INPUTS = range(2)


@checked
@dataclass(frozen=True, slots=True)
class Sinusoids:
    """Curves y = a sin(f x + b), with a, b and f uniform in their ranges and x in [-5, 5].

    Attributes:
        amplitude: range of a, at least 0.
        phase: range of b in radians.
        frequency: range of f in radians per unit, at least 0.

    Raises:
        ValueError: a range is reversed, or an amplitude or frequency is negative.

    Source:
        Finn, Abbeel and Levine, Model-agnostic meta-learning, ICML 2017, sec. 5.1, for the ranges.
    """

    amplitude: tuple[float, float] = (0.1, 5.0)
    phase: tuple[float, float] = (0.0, math.pi)
    frequency: tuple[float, float] = (1.0, 1.0)

    def __post_init__(self) -> None:
        for name in ("amplitude", "phase", "frequency"):
            low, high = getattr(self, name)
            if low > high:
                raise ValueError(
                    f"{name} must be a range with its lower end first, got {(low, high)}"
                )
            if low < 0 and name != "phase":
                raise ValueError(f"{name} must be a range from 0 on, got {(low, high)}")

    @property
    def kind(self) -> Kind:
        """Regression."""
        return "regression"

    @property
    def inputs(self) -> int:
        """One number."""
        return 1

    @property
    def outputs(self) -> int:
        """One value."""
        return 1

    @property
    def named_outputs(self) -> int:
        """One value: a curve has no classes."""
        return 1

    @checked
    def draw(
        self,
        count: Count,
        *,
        seed: Seed,
        first: Sample = 0,
        shots: Count = 5,
        queries: Count = 15,
        named: bool = False,
    ) -> Tasks:
        """Draw tasks; see `Family.draw`. A task's curve does not depend on its examples."""
        rows = uniform((count, 4), seed=fold_in(seed, _CURVES), offset=first, dtype=torch.float32)
        width = -(-(shots + queries) // 4)  # blocks of four numbers, which an offset can skip
        places = uniform(
            (count, 4 * width),
            seed=fold_in(seed, _INPUTS),
            offset=first * width,
            dtype=torch.float32,
        )
        x = REACH * (2 * places[:, : shots + queries, None] - 1)
        y = self._values(rows, x)
        return Tasks(x[:, :shots], y[:, :shots], x[:, shots:], y[:, shots:])

    def _values(self, rows: Tensor, x: Tensor) -> Tensor:
        ranges = (self.amplitude, self.phase, self.frequency)
        a, b, f = (
            low + (high - low) * rows[:, k, None, None] for k, (low, high) in enumerate(ranges)
        )
        return a * torch.sin(f * x + b)


FAMILIES: Mapping[str, Sinusoids] = MappingProxyType(
    {
        "standard": Sinusoids(),
        "other phases": Sinusoids(phase=(math.pi, 2 * math.pi)),
        "larger": Sinusoids(amplitude=(5.0, 10.0)),
        "slower": Sinusoids(frequency=(0.3, 0.6)),
        "faster": Sinusoids(frequency=(1.5, 2.0)),
        "mixed": Sinusoids(phase=(0.0, 2 * math.pi), frequency=(0.5, 2.0)),
    }
)
"""Families by name; networks that ship have learned "standard"."""
