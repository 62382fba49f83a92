"""Where the masks of a pass come from, and which layers take them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from pyfrontiers.kernels import mc_dropout as masked_copies
from pyfrontiers.uncertainty.dropout.layers import MCDropout
from pyfrontiers.uncertainty.dropout.streams import stream_seed

_CHANNELWISE = (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
_NOT_A_MASK = (nn.AlphaDropout, nn.FeatureAlphaDropout)


def is_dropout(module: nn.Module) -> bool:
    """Whether the module multiplies its input by a 0/1 mask that can be sampled.

    Raises:
        ValueError: the module is one of the alpha dropouts, which shift as well as mask.
    """
    if isinstance(module, _NOT_A_MASK):
        raise ValueError(
            f"{type(module).__name__} does not multiply by a 0/1 mask and cannot be sampled; "
            "use Dropout, Dropout1d, Dropout2d, Dropout3d or MCDropout"
        )
    return isinstance(module, (MCDropout, nn.Dropout, *_CHANNELWISE))


def drops_channels(module: nn.Module) -> bool:
    """Whether a dropout layer drops whole channels of (N, C, ...)."""
    if isinstance(module, MCDropout):
        return module.granularity == "channel"
    return isinstance(module, _CHANNELWISE)


def probability(module: nn.Module, override: float | None) -> float:
    """Return the drop probability that holds for a dropout layer in this run."""
    own: Any = module.p  # a float in every dropout layer, which `nn.Module` does not know
    return float(own) if override is None else override


def mask_shape(module: nn.Module, x: Tensor) -> tuple[int, ...]:
    """Return the shape that one pass draws for input `x`: no batch, and channels or elements.

    Raises:
        ValueError: `x` has no batch dimension beside the units.
    """
    if x.ndim < 2:
        raise ValueError(
            f"a dropout layer got an input of shape {tuple(x.shape)}; one pass shares its mask "
            "over the batch, so the first dimension must be the batch and another must follow"
        )
    return (x.shape[1],) if drops_channels(module) else tuple(x.shape[1:])


def keep_scale(p: float) -> float:
    """1 / q for the keep probability q = 1 - p as the kernels round it, to 32 binary digits.

    Returns:
        The factor that makes the masked mean exact; 0 where everything is dropped.
    """
    digits = round((1.0 - p) * 2.0**32)
    return 2.0**32 / digits if digits else 0.0


class MaskSource(Protocol):
    """Gives the masks of dropout layer number `layer`, in the order the layers are called."""

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        """Return bool (count, *shape), true where kept, for passes from `first_sample` on."""
        ...


@dataclass
class DrawnMasks:
    """Masks of the kernel: a pure function of (seed, layer, sample, element).

    A pass has one mask for all images of the batch, because a pass is one draw of the weights; how
    the batch is split therefore changes nothing.

    Args:
        seed: 64-bit seed of the whole run; layer l draws from `stream_seed(seed, l)`.
    """

    seed: int
    _streams: dict[int, int] = field(default_factory=dict, repr=False)

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        """Return bool (count, *shape), true where kept, for passes from `first_sample` on."""
        if layer not in self._streams:
            self._streams[layer] = stream_seed(self.seed, layer)
        ones = torch.ones(shape)
        masked: Tensor = masked_copies(
            ones, p, count, seed=self._streams[layer], first_sample=first_sample
        )
        return masked != 0
