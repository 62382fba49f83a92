"""Running moments and deviations of the weights along a trajectory."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor


class Trajectory:
    """Collects mean, diagonal variance and the last deviations of vectors.

    With w_1, ..., w_n the vectors and m_i the mean of the first i,

        mean = m_n,   variance = mean_i (w_i - m_n)^2,   deviation i = w_i - m_i.

    The variance is accumulated by Welford's algorithm, in float64, so it is never negative.

    Args:
        rank: number of deviations that are kept, the last ones.
    """

    def __init__(self, rank: int) -> None:
        self.count = 0
        self.deviations: deque[Tensor] = deque(maxlen=rank)
        self._mean = self._squares = torch.zeros((), dtype=torch.float64, device="cpu")

    @torch.no_grad()
    def add(self, vector: Tensor) -> None:
        """Take in one vector (P,)."""
        wide = vector.double()
        if not self.count:
            self._mean, self._squares = torch.zeros_like(wide), torch.zeros_like(wide)
        self.count += 1
        before = wide - self._mean
        self._mean = self._mean + before / self.count
        after = wide - self._mean
        self._squares = self._squares + before * after
        self.deviations.append(after)

    def moments(self) -> tuple[Tensor, Tensor, Tensor]:
        """Return mean (P,), variance (P,) and deviations (K, P), float64."""
        return self._mean, self._squares / self.count, torch.stack(list(self.deviations))
