"""The threat model: how far an attack may move a sample, and the box it must stay in."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pyfrontiers.adversarial.norms import NORMS
from pyfrontiers.arguments import as_choice, as_number, as_sequence, described, has_values

__all__ = ["Amount", "Limits", "ThreatModel"]

Amount = float | Tensor | np.ndarray | list[Any] | tuple[Any, ...]
"""A number, or one value per sample (N,), per channel (1, C) or per both (N, C), as a tensor, an
array or a list. Three and more dimensions broadcast as in torch: (C, 1, 1) is per channel of images
(N, C, H, W), whatever N is."""

_FORMS = "a number, or numbers per sample (N,), per channel (1, C) or both (N, C)"


@dataclass(frozen=True, eq=False)
class ThreatModel:
    """The feasible set {x' : ||x' - x|| <= epsilon, low <= x' <= high} of an attack.

    Epsilon is a distance in the input space of the model. For a model that takes pixels in [0, 1]
    and normalises them itself, as `pyfrontiers.vision.classifier` does, epsilon = 4/255 is four
    grey levels.

    Attributes:
        norm: "linf", "l2" or "l1".
        epsilon: radius >= 0: a number, or one per sample (N,) for a batch (N, C, ...); for "linf"
            also (1, C) or (N, C). Lists and arrays become float64 tensors.
        bounds: lower and upper bound of the box, each a number or of one of the shapes of epsilon;
            None for no box.

    Raises:
        ValueError: the norm is unknown, epsilon is not a number or numbers, negative or not finite,
            or a lower bound exceeds its upper bound.

    Warns:
        RuntimeWarning: an L-infinity ball contains the whole box, as with epsilon = 8 instead of
            8/255.
    """

    norm: str = "linf"
    epsilon: Amount = 8 / 255
    bounds: tuple[Amount, Amount] | None = (0.0, 1.0)

    def __post_init__(self) -> None:
        as_choice("norm", self.norm, NORMS)
        epsilon = as_amount("epsilon", self.epsilon)
        check_amount("epsilon", epsilon)
        object.__setattr__(self, "epsilon", epsilon)
        low, high = _as_bounds(self.bounds)
        object.__setattr__(self, "bounds", (low, high))
        radius, width = float(_on_cpu(epsilon).max()), float((_on_cpu(high) - _on_cpu(low)).max())
        if self.norm == "linf" and radius > width * (1 + 1e-9):
            meant = f"; was {radius:g}/255 meant?" if width == 1 and radius <= 255 else ""
            warnings.warn(
                f"epsilon is {radius:g}, but the bounds are only {width:g} apart, so every sample "
                f"within them is feasible{meant}",
                RuntimeWarning,
                stacklevel=3,
            )


def _on_cpu(amount: float | Tensor) -> Tensor:
    return torch.as_tensor(amount, dtype=torch.float64, device="cpu")


def as_amount(name: str, amount: Amount) -> float | Tensor:
    """Convert a number to a float, and anything else to a float64 tensor.

    Raises:
        ValueError: not a number, tensor, array or list of real numbers.
    """
    try:
        return as_number(name, amount, finite=False)
    except ValueError:
        return math.nan
    except TypeError:
        pass
    if isinstance(amount, Tensor):
        kept = has_values(amount) and not (amount.is_complex() or amount.dtype == torch.bool)
        values = amount.detach().to(torch.float64) if kept else None
    else:
        values = _from_array(amount)
    if values is None or values.numel() == 0:
        raise ValueError(f"{name} must be {_FORMS}, got {described(amount)}")
    return values


def _from_array(amount: Amount) -> Tensor | None:
    """Convert an array or nested list; as_tensor would use the default device."""
    if not isinstance(amount, np.ndarray | list | tuple):
        return None
    try:
        array = np.asarray(amount)
        if array.dtype == object:  # fractions and decimals
            numbers = [as_number("amount", each, finite=False) for each in array.flat]
            array = np.reshape(np.array(numbers, np.float64), array.shape)
    except (TypeError, ValueError):  # a ragged list, or entries that are not numbers
        return None
    return torch.from_numpy(array.astype(np.float64)) if array.dtype.kind in "iuf" else None


def _as_bounds(bounds: tuple[Amount, Amount] | None) -> tuple[float | Tensor, float | Tensor]:
    if bounds is None:
        return -math.inf, math.inf
    try:
        ends = tuple(bounds) if isinstance(bounds, tuple | list) else as_sequence("bounds", bounds)
    except TypeError:
        ends = ()
    if len(ends) != 2:
        raise ValueError(f"bounds must be a pair (low, high), got {described(bounds)}")
    low, high = (as_amount("bounds", end) for end in ends)
    lower, upper = (
        torch.as_tensor(end, dtype=torch.float64, device=_device_of(low, high))
        for end in (low, high)
    )
    try:
        ordered = bool((lower <= upper).all())
    except RuntimeError:
        shapes = f"{tuple(lower.shape)} and {tuple(upper.shape)}"
        raise ValueError(f"bounds must have shapes that broadcast, got {shapes}") from None
    if not ordered:
        raise ValueError(f"bounds must have low <= high and no NaN, got {described(bounds)}")
    return low, high


def _device_of(*amounts: float | Tensor) -> torch.device:
    tensors = [amount.device for amount in amounts if isinstance(amount, Tensor)]
    return next((d for d in tensors if d.type != "cpu"), torch.device("cpu"))


def check_amount(name: str, amount: float | Tensor) -> None:
    """Raise a ValueError unless every value of an amount is finite and at least 0."""
    values = (
        amount.flatten() if isinstance(amount, Tensor) else torch.tensor([amount], device="cpu")
    )
    if not torch.isfinite(values).all() or (values < 0).any():
        shown = amount if isinstance(amount, float) else values.tolist()[:8]
        raise ValueError(f"{name} must be finite and at least 0, got {shown!r}")


@dataclass(frozen=True)
class Limits:
    """A threat model and a step size in broadcastable form for one batch (N, C, ...).

    Each field is a number, or a float64 tensor (N or 1, C or 1, 1, ...) on the batch's device.
    """

    epsilon: float | Tensor
    step: float | Tensor
    low: float | Tensor
    high: float | Tensor

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
        size = as_amount("step", step)
        check_amount("step", size)
        low, high = _as_bounds(threat.bounds)
        return cls(
            epsilon=_spread("epsilon", as_amount("epsilon", threat.epsilon), batch),
            step=_spread("step", size, batch),
            low=_spread("bounds", low, batch),
            high=_spread("bounds", high, batch),
        )

    def select(self, rows: Tensor) -> Limits:
        """Return the limits of the samples at positions (M,) of the batch."""
        return Limits(*(_rows(getattr(self, field), rows) for field in self.__dataclass_fields__))


def _spread(name: str, amount: float | Tensor, batch: Tensor) -> float | Tensor:
    """Reshape an amount to (N or 1, C or 1, 1, ...); a shape means the same for every N."""
    if not isinstance(amount, Tensor):
        return amount
    if amount.numel() == 1:
        return float(amount)
    samples, channels = batch.shape[:2]
    given = tuple(amount.shape)
    padded = (*given, 1) if amount.ndim < 3 else (1,) * (batch.ndim - amount.ndim) + given
    shape = padded[:2]
    fits = amount.ndim <= max(batch.ndim, 2) and math.prod(shape) == amount.numel()
    if not fits or shape[0] not in (1, samples) or shape[1] not in (1, channels):
        raise ValueError(
            f"{name} must be a number or have shape ({samples},) for the samples, (1, {channels}) "
            f"for the channels or ({samples}, {channels}) for both, got {given}"
        )
    return amount.to(batch.device).reshape(*shape, *(1,) * (batch.ndim - 2))


def _rows(amount: float | Tensor, rows: Tensor) -> float | Tensor:
    if not isinstance(amount, Tensor) or amount.shape[0] == 1:
        return amount
    return amount[rows]
