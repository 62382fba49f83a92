"""A dropout layer whose masks are a pure function of its seed."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from pyfrontiers.kernels import dropout

Granularity = Literal["element", "channel"]


class MCDropout(nn.Module):
    """Dropout that draws from a stream of its own instead of torch's global generator.

    In training mode call number s multiplies its input by mask(seed, s) / q, where q = 1 - p is the
    keep probability: an inverted dropout whose masks can be drawn again at any time. In evaluation
    mode it is the identity, and `pyfrontiers.uncertainty.mc_dropout` draws its masks for it.

    Args:
        p: probability of dropping, in [0, 1].
        granularity: `"element"` drops single values, `"channel"` whole channels of (N, C, ...).
        seed: 64-bit stream of this layer's training masks. Give each layer its own
            (`stream_seed`), or layers of equal shape drop the same units.

    Attributes:
        sample: number of masks drawn so far in training; set it to repeat or to skip.

    Raises:
        ValueError: `p` is outside [0, 1] or not a number, or `granularity` is neither of the two.

    Source:
        Srivastava et al., Dropout, JMLR 2014; Tompson et al. 2015 for whole channels.
    """

    def __init__(
        self, p: float = 0.5, *, granularity: Granularity = "element", seed: int = 0
    ) -> None:
        super().__init__()
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p is {p}; a drop probability lies in [0, 1]")
        if granularity not in ("element", "channel"):
            raise ValueError(f'granularity is {granularity!r}; it must be "element" or "channel"')
        self.p = p
        self.granularity: Granularity = granularity
        self.seed = seed
        self.sample = 0

    def forward(self, x: Tensor) -> Tensor:
        """Mask `x` in training mode, return it as it is in evaluation mode."""
        if not self.training:
            return x
        # The sample is a 32-bit word of the counter; training longer than that starts over.
        sample, self.sample = self.sample, (self.sample + 1) % (1 << 32)
        masked: Tensor = dropout(
            x, self.p, seed=self.seed, sample=sample, granularity=self.granularity
        )
        return masked

    def extra_repr(self) -> str:
        """Show what the layer was made with."""
        return f"p={self.p}, granularity={self.granularity!r}, seed={self.seed}"
