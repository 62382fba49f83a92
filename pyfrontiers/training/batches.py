"""Stateless batches: the examples of a step are a function of a seed and the step's number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from pyfrontiers.arguments import Count, Seed, checked
from pyfrontiers.kernels import fold_in, randint, uniform

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Drawn", "Shuffled"]


class Shuffled:
    """Epochs over all examples, each in a different random order.

    Epoch e visits the examples in the order of ``uniform(count, seed=fold_in(seed, e))``.

    Args:
        count: Number of examples, at least 1.
        size: Batch size, at least 1.
        seed: 64-bit seed of the orders.
        keep_last: Whether to keep a smaller last batch; otherwise an epoch skips these examples.
        device: Device of the indices.

    Attributes:
        per_epoch: Number of batches per epoch.

    Raises:
        ValueError: A number is below 1, or `size` exceeds `count` and `keep_last` is not set.

    """

    @checked
    def __init__(
        self,
        count: Count,
        size: Count,
        *,
        seed: Seed,
        keep_last: bool = True,
        device: torch.device | str = "cpu",
    ) -> None:
        self.per_epoch = -(-count // size) if keep_last else count // size
        if self.per_epoch == 0:
            raise ValueError(f"size must be at most {count}, the number of examples, got {size}")
        self._count, self._size, self._seed, self._device = count, size, seed, device
        self._epoch = -1
        self._order = torch.empty(0)

    def at(self, step: int) -> Tensor:
        """Return the indices of a step's examples, int64."""
        epoch, batch = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            keys = uniform((self._count,), dtype=torch.float32, seed=fold_in(self._seed, epoch))
            self._epoch, self._order = epoch, keys.argsort().to(self._device)
        return self._order[batch * self._size : (batch + 1) * self._size]


class Drawn:
    """Batches drawn with replacement, so that steps do not depend on the number of examples.

    Step s uses ``randint(size, 0, count, seed=fold_in(seed, s))``.

    Args:
        count: Number of examples, at least 1.
        size: Batch size, at least 1.
        seed: 64-bit seed of the draws.
        device: Device of the indices.

    Raises:
        ValueError: A number is below 1.

    """

    @checked
    def __init__(
        self, count: Count, size: Count, *, seed: Seed, device: torch.device | str = "cpu"
    ) -> None:
        self._count, self._size, self._seed, self._device = count, size, seed, device

    def at(self, step: int) -> Tensor:
        """Return the indices of a step's examples, (size,) int64."""
        drawn = randint((self._size,), 0, self._count, seed=fold_in(self._seed, step))
        return drawn.to(self._device)
