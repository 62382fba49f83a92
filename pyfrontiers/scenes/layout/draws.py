"""Random numbers of a scene's plan: a stream for each purpose, by (seed, index, purpose)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from pyfrontiers.kernels import fold_in, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

PURPOSES: Final = ("weather", "camera", "street", "buildings", "plants", "things", "noise")
_BLOCK: Final = 256


class Draws:
    """Numbers in [0, 1) for one purpose, in order.

    Attributes:
        seed: seed of the purpose's stream.
    """

    def __init__(self, seed: int, index: int, purpose: str) -> None:
        self.seed = fold_in(fold_in(seed, index), PURPOSES.index(purpose))
        self._left: list[float] = []
        self._blocks = 0

    def between(self, low: float, high: float) -> float:
        """Draw a number in [low, high)."""
        if not self._left:
            block = uniform(_BLOCK, seed=self.seed, offset=self._blocks * (_BLOCK // 4))
            self._left = block.tolist()[::-1]
            self._blocks += 1
        return low + (high - low) * self._left.pop()

    def chance(self, probability: float) -> bool:
        """Return True with a probability."""
        return self.between(0.0, 1.0) < probability

    def pick(self, choices: Sequence[T]) -> T:
        """Draw one of the choices."""
        return choices[int(self.between(0.0, len(choices)))]
