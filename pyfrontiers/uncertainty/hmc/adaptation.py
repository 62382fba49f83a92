"""Adaptation during the warm-up: the step size, and the scale of each coordinate."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

__all__ = ["DualAveraging", "Spread"]

#: Constants of Hoffman and Gelman (2014), sec. 3.2.1.
_SHRINKAGE, _DELAY, _FORGETTING = 0.05, 10.0, 0.75


@dataclass(slots=True)
class DualAveraging:
    """Adapts the step size until the mean acceptance probability is `target`.

    Attributes:
        target: wanted mean acceptance probability.
        initial: first step size.
        step: step size to try next.
        averaged: average of the log step sizes as a step size, to use after the warm-up.

    Source:
        Hoffman and Gelman, The No-U-Turn Sampler, JMLR 15, 2014, algorithm 5.
    """

    target: float
    initial: float
    step: float = 0.0
    averaged: float = 1.0
    _count: int = 0
    _error: float = 0.0

    def __post_init__(self) -> None:
        self.step = self.step or self.initial

    def update(self, acceptance: float) -> None:
        """Take in the mean acceptance probability of an iteration."""
        self._count += 1
        share = 1.0 / (self._count + _DELAY)
        self._error += share * (self.target - acceptance - self._error)
        log_step = math.log(10.0 * self.initial)
        log_step -= math.sqrt(self._count) / _SHRINKAGE * self._error
        weight = self._count**-_FORGETTING
        self.averaged = math.exp(
            weight * log_step + (1.0 - weight) * math.log(max(self.averaged, 1e-300))
        )
        self.step = math.exp(log_step)

    def state_dict(self) -> dict[str, Any]:
        """Return the state as numbers."""
        return {
            "initial": self.initial,
            "step": self.step,
            "averaged": self.averaged,
            "count": self._count,
            "error": self._error,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        self.initial, self.step = state["initial"], state["step"]
        self.averaged, self._count = state["averaged"], state["count"]
        self._error = state["error"]


@dataclass(slots=True)
class Spread:
    """Variance of each coordinate over all chains and iterations, by Welford's algorithm."""

    count: int = 0
    mean: Tensor = field(default_factory=lambda: torch.zeros(0))
    squares: Tensor = field(default_factory=lambda: torch.zeros(0))

    def update(self, positions: Tensor) -> None:
        """Take in the positions (C, D) of an iteration."""
        added, mean = len(positions), positions.mean(0)
        squares = (positions - mean).square().sum(0)
        if self.count == 0:
            self.count, self.mean, self.squares = added, mean, squares
            return
        total = self.count + added
        offset = mean - self.mean
        self.squares = self.squares + squares + offset.square() * (self.count * added / total)
        self.mean = self.mean + offset * (added / total)
        self.count = total

    def variances(self) -> Tensor:
        """Return the variances (D,), shrunk towards 0.001 as in Stan while there are few draws."""
        if self.count < 2:
            raise ValueError(f"positions must be at least 2 draws, got {self.count}")
        weight = self.count / (self.count + 5.0)
        return weight * self.squares / (self.count - 1) + 1e-3 * (1.0 - weight)
