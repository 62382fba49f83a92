"""Monte-Carlo dropout as a `Posterior`, the protocol that all methods share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor, nn

from pyfrontiers.arguments import Share, checked
from pyfrontiers.one_line import one_line
from pyfrontiers.uncertainty.dropout.masks import DrawnMasks
from pyfrontiers.uncertainty.dropout.prepared import prepared_passes
from pyfrontiers.uncertainty.passes import streamed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DropoutPosterior"]


@checked
@dataclass(frozen=True, slots=True)
class DropoutPosterior:
    """The approximate posterior whose draws are a model's weights with units dropped.

    `predict(DropoutPosterior(model), x)` has the passes of `mc_dropout(model, x)`.

    Attributes:
        model: any module with active dropout; it is only read.
        p: drop probability of all layers in [0, 1], or None to use each layer's own.
        kept_channels: as for `mc_dropout`.

    Source:
        Gal and Ghahramani, Dropout as a Bayesian Approximation, ICML 2016.
    """

    model: nn.Module
    p: Share | None = None
    kept_channels: bool | None = None
    __repr__ = one_line

    def sample(
        self, x: Tensor, samples: int, *, seed: int = 0, first_sample: int = 0
    ) -> Iterator[Tensor]:
        """Yield raw outputs in chunks (t, N, K, ...); see `Posterior.sample`.

        Raises:
            ValueError: as for `mc_dropout`.
        """
        masks = DrawnMasks(seed)
        with prepared_passes(self.model, x, masks, self.p, self.kept_channels) as prepared:
            pass  # a suspended generator must not leave the caller's gradients disabled
        yield from streamed(prepared.passes, samples, first_sample)
