"""The masks of stochastic passes, and the dropout layers that use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from pyfrontiers.kernels import fold_in
from pyfrontiers.kernels import mc_dropout as masked_copies
from pyfrontiers.uncertainty.dropout.layers import MCDropout

_CHANNELWISE = (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)


def is_dropout(module: nn.Module) -> bool:
    """Return whether a module is exactly one of the dropout layers that multiply by a 0/1 mask.

    A subclass with a `forward` of its own is not: it may draw its mask in another way.
    """
    for kind in (MCDropout, nn.Dropout, *_CHANNELWISE):
        if isinstance(module, kind):
            return type(module).forward is kind.forward and "forward" not in vars(module)
    return False


def drops_channels(module: nn.Module) -> bool:
    """Return whether a dropout layer drops whole channels of (N, C, ...)."""
    if isinstance(module, MCDropout):
        return module.granularity == "channel"
    return isinstance(module, _CHANNELWISE)


def probability(module: nn.Module, override: float | None) -> float:
    """Return the drop probability of a layer in this run: `override`, or its own if None."""
    own: Any = module.p  # a float in every dropout layer, but untyped in `nn.Module`
    return float(own) if override is None else override


def keep_scale(p: float) -> float:
    """Return the factor 1 / q that makes the mean of a masked tensor exact.

    Args:
        p: drop probability, in [0, 1].

    Returns:
        1 / q for the keep probability q = 1 - p, rounded to 32 binary digits as in the kernels; 0
        if everything is dropped.
    """
    digits = round((1.0 - p) * 2.0**32)
    return 2.0**32 / digits if digits else 0.0


class MaskSource(Protocol):
    """Interface of objects that provide the masks of a run."""

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        """Return the masks of one dropout layer for consecutive passes.

        Args:
            layer: number of the dropout layer, in the order of the calls.
            shape: shape of a mask, without the batch.
            p: drop probability.
            first_sample: number of the first pass.
            count: number of passes.

        Returns:
            Bool (count, *shape), true where kept.
        """
        ...

    def generator(self, layer: int, sample: int, device: torch.device) -> torch.Generator:
        """Return the generator for a random function other than dropout, in one pass.

        Args:
            layer: its number, in the order of the calls of dropouts and random functions.
            sample: number of the pass.
            device: device of the generator.
        """
        ...


@dataclass
class DrawnMasks:
    """Random masks that are a pure function of (seed, layer, sample, element).

    A pass uses one mask for the whole batch, because it is one draw of the weights. Splitting the
    batch therefore does not change the result.

    Args:
        seed: 64-bit seed of the run; layer l draws from `fold_in(seed, l)`.
    """

    seed: int
    _streams: dict[int, int] = field(default_factory=dict, repr=False)

    def kept(
        self, layer: int, shape: tuple[int, ...], p: float, first_sample: int, count: int
    ) -> Tensor:
        """Return bool (count, *shape), true where kept, for passes from `first_sample` on."""
        if layer not in self._streams:
            self._streams[layer] = fold_in(self.seed, layer)
        ones = torch.ones(shape, dtype=torch.float32, device="cpu")
        masked: Tensor = masked_copies(
            ones, p, count, seed=self._streams[layer], first_sample=first_sample
        )
        return masked != 0

    def generator(self, layer: int, sample: int, device: torch.device) -> torch.Generator:
        """Return a generator seeded by (seed, layer, sample)."""
        generator = torch.Generator(device)
        generator.manual_seed(fold_in(fold_in(self.seed, layer), sample))
        return generator
