"""What an attack may do: how far it may move a sample, and in which box it has to stay."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Amount", "Limits", "ThreatModel"]

Amount = float | Tensor
"""One number for all, or a tensor: (N,) one a sample, (1, C) one a channel, (N, C) one for each."""


@dataclass(frozen=True, eq=False)
class ThreatModel:
    """The set {x' : ||x' - x|| <= epsilon, low <= x' <= high} that an attack stays in.

    Epsilon is a distance in the space that the model's input lives in. A model that takes pixels in
    [0, 1] and scales them itself (as `pyfrontiers.vision.classifier` does) makes epsilon = 4/255
    mean four grey levels.

    Attributes:
        norm: "linf", the largest change of one component; "l2", the square root of the sum of their
            squares; "l1", the sum of their magnitudes.
        epsilon: radius >= 0: a number, or a tensor (N,), for "linf" also (1, C) or (N, C), for a
            batch (N, C, ...).
        bounds: low and high end of the box, each of them a number or a tensor like epsilon's.

    Raises:
        ValueError: epsilon is negative or not finite, or a low end lies above its high end; the
            norm is checked by `attack`, which knows the ones there are.
    """

    norm: str = "linf"
    epsilon: Amount = 8 / 255
    bounds: tuple[Amount, Amount] = (0.0, 1.0)

    def __post_init__(self) -> None:
        check_amount("epsilon", self.epsilon)
        if len(self.bounds) != 2:
            raise ValueError(f"bounds: got {self.bounds!r}, want a pair (low, high)")
        low, high = (torch.as_tensor(bound, dtype=torch.float64) for bound in self.bounds)
        if torch.isnan(low).any() or torch.isnan(high).any() or not (low <= high).all():
            raise ValueError(f"bounds: got {self.bounds!r}, want low <= high and no NaN")


def check_amount(name: str, amount: Amount) -> None:
    """Raise ValueError unless every value of an amount is finite and at least 0."""
    values = torch.as_tensor(amount, dtype=torch.float64)
    if values.numel() == 0 or not torch.isfinite(values).all() or (values < 0).any():
        shown = amount if isinstance(amount, float | int) else values.flatten().tolist()[:8]
        raise ValueError(f"{name}: got {shown!r}, want finite numbers >= 0")


@dataclass(frozen=True)
class Limits:
    """A threat model and a step size spelled out for one batch (N, C, ...).

    Each field is a number, or a float64 tensor (N or 1, C or 1, 1, ...) on the batch's device.
    """

    epsilon: Amount
    step: Amount
    low: Amount
    high: Amount

    @classmethod
    def of(cls, threat: ThreatModel, step: Amount, batch: Tensor) -> Limits:
        """Spread a threat model's amounts over a batch.

        Raises:
            ValueError: a tensor fits neither the samples nor the channels of the batch.
        """
        check_amount("step", step)
        return cls(
            epsilon=_spread("epsilon", threat.epsilon, batch),
            step=_spread("step", step, batch),
            low=_spread("bounds", threat.bounds[0], batch),
            high=_spread("bounds", threat.bounds[1], batch),
        )

    def select(self, rows: Tensor) -> Limits:
        """Return the limits of some of the samples, given by their positions (M,)."""
        return Limits(*(_rows(getattr(self, field), rows) for field in self.__dataclass_fields__))


def _spread(name: str, amount: Amount, batch: Tensor) -> Amount:
    if not isinstance(amount, Tensor):
        return float(amount)
    if amount.numel() == 1:
        return float(amount)
    samples = batch.shape[0]
    channels = batch.shape[1] if batch.ndim > 1 else 1
    fitting: Sequence[tuple[int, ...]] = ((samples,), (1, channels), (samples, channels))
    # One a sample may also come as (N, 1), which broadcasting users write by habit.
    shape = tuple(amount.shape[:2])
    rest = math.prod(amount.shape[2:])
    if rest != 1 or shape not in (*fitting, (samples, 1)):
        raise ValueError(
            f"{name}: got a tensor of shape {tuple(amount.shape)}, want one number, ({samples},) "
            f"for the samples, (1, {channels}) for the channels or ({samples}, {channels})"
        )
    width = shape[1] if len(shape) > 1 else 1
    spread = amount.detach().to(device=batch.device, dtype=torch.float64)
    return spread.reshape(shape[0], width, *(1,) * (batch.ndim - 2))


def _rows(amount: Amount, rows: Tensor) -> Amount:
    if not isinstance(amount, Tensor) or amount.shape[0] == 1:
        return amount
    return amount[rows]
