"""Distributions over architectures that controllers learn, for several runs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FactorisedPolicy", "Policy", "Unrolled", "picked"]


class Unrolled(NamedTuple):
    """Architectures and what a policy says of them; R runs of M architectures with T tokens.

    Attributes:
        tokens: (R, M, T) int64.
        log_probability: (R, M), its logarithm in nats.
        entropy: (R, M) sum over tokens of the entropy of each, given those before it, in nats.
        distributions: for each token with K values (R, M, K), given those before it.

    """

    tokens: Tensor
    log_probability: Tensor
    entropy: Tensor
    distributions: list[Tensor]


class Policy(Protocol):
    """A distribution over the architectures of a space, with one set of weights per run."""

    @property
    def weights(self) -> list[Tensor]:
        """The parameters, each of shape (R, ...)."""
        ...

    def unroll(self, *, tokens: Tensor | None = None, coins: Tensor | None = None) -> Unrolled:
        """Evaluate given architectures, or draw new ones.

        Args:
            tokens: (R, M, T) architectures to evaluate.
            coins: (R, M, T) uniform numbers in [0, 1), one for each token to be drawn. Give either
                these or the tokens.

        """
        ...


def picked(distribution: Tensor, coins: Tensor) -> Tensor:
    """Draw a value from each distribution (..., K) by inverting its cumulative sum at a coin."""
    below = (distribution.cumsum(-1) <= coins[..., None]).sum(-1)
    # Rounding may leave the last sum just below 1.
    return below.clamp(max=distribution.shape[-1] - 1)


class FactorisedPolicy:
    """Independent tokens, each with a softmax over its own logits: no recurrence, exact marginals.

    All values are equally probable at first.

    Args:
        sizes: number of values of each token.
        runs: number of independent runs.

    """

    def __init__(self, sizes: Sequence[int], runs: int = 1) -> None:
        self._sizes = tuple(sizes)
        shape = (runs, len(self._sizes), max(self._sizes))
        self._logits = torch.zeros(shape, dtype=torch.float64, device="cpu", requires_grad=True)
        sized = torch.tensor(self._sizes, device="cpu")[:, None]
        self._absent = torch.arange(shape[2], device="cpu") >= sized

    @property
    def weights(self) -> list[Tensor]:
        """The logits, (R, T, K); those beyond a token's number of values do not matter."""
        return [self._logits]

    def unroll(self, *, tokens: Tensor | None = None, coins: Tensor | None = None) -> Unrolled:
        """Evaluate or draw architectures; see `Policy.unroll`."""
        log = self._logits.masked_fill(self._absent, -torch.inf).log_softmax(2)
        distribution = log.exp()
        if tokens is None:
            assert coins is not None
            last = (~self._absent).sum(1) - 1
            tokens = picked(distribution.detach()[:, None], coins).minimum(last)
        count = tokens.shape[1]
        logs = log[:, None].expand(-1, count, -1, -1).gather(3, tokens[..., None])[..., 0]
        entropy = -(distribution * log.masked_fill(self._absent, 0.0)).sum((1, 2))
        return Unrolled(
            tokens,
            logs.sum(2),
            entropy[:, None].expand(-1, count),
            [
                distribution[:, None, place, :size].expand(-1, count, -1)
                for place, size in enumerate(self._sizes)
            ],
        )
