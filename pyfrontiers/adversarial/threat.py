"""The threat model: how far an attack may move a sample, and the box it must stay in."""

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
"""A number, or a tensor with one value per sample (N,), per channel (1, C) or per both (N, C)."""


@dataclass(frozen=True, eq=False)
class ThreatModel:
    """The feasible set {x' : ||x' - x|| <= epsilon, low <= x' <= high} of an attack.

    Epsilon is a distance in the input space of the model. For a model that takes pixels in [0, 1]
    and normalises them itself, as `pyfrontiers.vision.classifier` does, epsilon = 4/255 is four
    grey levels.

    Attributes:
        norm: "linf", "l2" or "l1".
        epsilon: radius >= 0: a number, or a tensor (N,) for a batch (N, C, ...); for "linf" also
            (1, C) or (N, C).
        bounds: lower and upper bound of the box, each a number or a tensor of one of the shapes
            of epsilon.

    Raises:
        ValueError: epsilon is negative or not finite, or a lower bound exceeds its upper bound.
            The norm is checked by `attack`.
    """

    norm: str = "linf"
    epsilon: Amount = 8 / 255
    bounds: tuple[Amount, Amount] = (0.0, 1.0)

    def __post_init__(self) -> None:
        check_amount("epsilon", self.epsilon)
        if len(self.bounds) != 2:
            raise ValueError(f"bounds must be a pair (low, high), got {self.bounds!r}")
        low, high = (torch.as_tensor(bound, dtype=torch.float64) for bound in self.bounds)
        if torch.isnan(low).any() or torch.isnan(high).any() or not (low <= high).all():
            raise ValueError(f"bounds must have low <= high and no NaN, got {self.bounds!r}")


def check_amount(name: str, amount: Amount) -> None:
    """Raise a ValueError unless every value of an amount is finite and at least 0."""
    values = torch.as_tensor(amount, dtype=torch.float64)
    if values.numel() == 0 or not torch.isfinite(values).all() or (values < 0).any():
        shown = amount if isinstance(amount, float | int) else values.flatten().tolist()[:8]
        raise ValueError(f"{name} must be finite and at least 0, got {shown!r}")


@dataclass(frozen=True)
class Limits:
    """A threat model and a step size in broadcastable form for one batch (N, C, ...).

    Each field is a number, or a float64 tensor (N or 1, C or 1, 1, ...) on the batch's device.
    """

    epsilon: Amount
    step: Amount
    low: Amount
    high: Amount

    @classmethod
    def of(cls, threat: ThreatModel, step: Amount, batch: Tensor) -> Limits:
        """Reshape a threat model's amounts so that they broadcast over a batch.

        Args:
            threat: norm, epsilon and bounds.
            step: step size >= 0.
            batch: the samples (N, C, ...).

        Raises:
            ValueError: a tensor matches neither the samples nor the channels of the batch.
        """
        check_amount("step", step)
        return cls(
            epsilon=_spread("epsilon", threat.epsilon, batch),
            step=_spread("step", step, batch),
            low=_spread("bounds", threat.bounds[0], batch),
            high=_spread("bounds", threat.bounds[1], batch),
        )

    def select(self, rows: Tensor) -> Limits:
        """Return the limits of the samples at positions (M,) of the batch."""
        return Limits(*(_rows(getattr(self, field), rows) for field in self.__dataclass_fields__))


def _spread(name: str, amount: Amount, batch: Tensor) -> Amount:
    if not isinstance(amount, Tensor):
        return float(amount)
    if amount.numel() == 1:
        return float(amount)
    samples = batch.shape[0]
    channels = batch.shape[1] if batch.ndim > 1 else 1
    fitting: Sequence[tuple[int, ...]] = ((samples,), (1, channels), (samples, channels))
    # Also accept (N, 1), which broadcasts the same way as (N,).
    shape = tuple(amount.shape[:2])
    rest = math.prod(amount.shape[2:])
    if rest != 1 or shape not in (*fitting, (samples, 1)):
        raise ValueError(
            f"{name} must be a number or have shape ({samples},) for the samples, (1, {channels}) "
            f"for the channels or ({samples}, {channels}) for both, got {tuple(amount.shape)}"
        )
    width = shape[1] if len(shape) > 1 else 1
    spread = amount.detach().to(device=batch.device, dtype=torch.float64)
    return spread.reshape(shape[0], width, *(1,) * (batch.ndim - 2))


def _rows(amount: Amount, rows: Tensor) -> Amount:
    if not isinstance(amount, Tensor) or amount.shape[0] == 1:
        return amount
    return amount[rows]
