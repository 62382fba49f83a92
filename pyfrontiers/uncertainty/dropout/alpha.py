"""Alpha dropout, which keeps mean 0 and variance 1, with reproducible masks."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from pyfrontiers.uncertainty.dropout.layers import MCDropout

_SELU = 1.7580993408473766  # -alpha' of alpha dropout, as in torch


def alpha_terms(kept: Tensor, p: float) -> tuple[Tensor, Tensor]:
    """Return factor and shift of alpha dropout: a dropped unit becomes -alpha', then x a + b.

    Args:
        kept: 1 where kept, else 0, in the dtype of the input.
        p: drop probability, in [0, 1).
    """
    scale = ((_SELU * _SELU * p + 1) * (1 - p)) ** -0.5
    return kept * scale, (kept - 1) * (_SELU * scale) + _SELU * scale * p


class MCAlphaDropout(MCDropout):
    """Alpha dropout with its own random stream instead of torch's global generator.

    A dropped unit becomes -alpha', the limit of SELU, and an affine map then restores mean 0 and
    variance 1. Masks, arguments and errors are those of `MCDropout`.

    Source:
        Klambauer et al., Self-Normalizing Neural Networks, NeurIPS 2017, sec. 3.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Mask `x` in training mode; return it unchanged in eval mode."""
        given: Any = x
        recorded = isinstance(given, torch.fx.Proxy)
        if recorded or self.sampler is not None or not self.training:
            return super().forward(x)
        kept = (super().forward(torch.ones_like(x)) != 0).to(x.dtype)
        if self.p == 1.0:
            return x * kept
        factor, shift = alpha_terms(kept, self.p)
        return x * factor + shift
