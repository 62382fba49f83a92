"""A dropout layer with reproducible masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from torch import Tensor, nn

from pyfrontiers.kernels import dropout

if TYPE_CHECKING:
    from collections.abc import Callable

Granularity = Literal["element", "channel"]


class MCDropout(nn.Module):
    """Dropout with its own random stream instead of torch's global generator.

    In training mode, call number s multiplies the input by mask(seed, s) / q, where q = 1 - p is
    the keep probability. The masks can be reproduced at any time. In eval mode the layer is the
    identity, and `pyfrontiers.uncertainty.mc_dropout` applies masks to it.

    Args:
        p: drop probability, in [0, 1].
        granularity: `"element"` drops single elements, `"channel"` whole channels of (N, C, ...).
        seed: 64-bit seed of the masks drawn in training. Give each layer a different seed
            (`pyfrontiers.kernels.fold_in`); otherwise layers of equal shape drop the same units.

    Attributes:
        sample: number of masks drawn so far in training; set it to repeat or skip masks.

    Raises:
        ValueError: `p` is outside [0, 1] or NaN, or `granularity` is unknown.

    Source:
        Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR
        2014; Tompson et al., Efficient Object Localization Using Convolutional Networks, CVPR 2015,
        for dropping channels.
    """

    #: Applies the mask of a pass of `mc_dropout`, in a replica of the layer.
    sampler: Callable[[MCDropout, Tensor], Tensor] | None = None

    def __init__(
        self, p: float = 0.5, *, granularity: Granularity = "element", seed: int = 0
    ) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p must be a probability in [0, 1], got {p}")
        if granularity not in ("element", "channel"):
            raise ValueError(f"granularity must be 'element' or 'channel', got {granularity!r}")
        self.p = p
        self.granularity: Granularity = granularity
        self.seed = seed
        self.sample = 0

    def forward(self, x: Tensor) -> Tensor:
        """Mask and scale `x` in training mode; return it unchanged in eval mode."""
        if self.sampler is not None:
            return self.sampler(self, x)
        if not self.training:
            return x
        # Sample numbers have 32 bits; longer training wraps around.
        sample, self.sample = self.sample, (self.sample + 1) % (1 << 32)
        masked: Tensor = dropout(
            x, self.p, seed=self.seed, sample=sample, granularity=self.granularity
        )
        return masked

    def extra_repr(self) -> str:
        """Return the layer's settings for its string representation."""
        return f"p={self.p}, granularity={self.granularity!r}, seed={self.seed}"
