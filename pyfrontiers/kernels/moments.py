"""Mean and variance over passes in a single read."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_tensor
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import batch_first
from pyfrontiers.kernels.derivatives import Derivative, check_constant
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.number_arguments import check_integer
from pyfrontiers.kernels.operators import define, direct, new_empty

__all__ = ["Moments", "moments", "moments_reference"]


@adopts_arrays
def moments(samples: Tensor, dim: int = 0, *, correction: int = 0) -> tuple[Tensor, Tensor]:
    """Compute mean and variance along one dimension by Welford's update in float64.

    mean = sum x / T, variance = sum (x - mean)^2 / (T - correction). `samples` is read
    once, without a temporary of its size (a copy is made if `dim` is not the first dimension or the
    layout is not contiguous).

    Args:
        samples: float32, float64, float16 or bfloat16 tensor with T >= 1 values along `dim`.
        dim: the dimension of the passes.
        correction: 0 for the population variance (default), 1 for the unbiased one; T > correction.

    Returns:
        (mean, variance), each of `samples`' dtype and its shape without `dim`. NaN or infinity in
        an element makes that element's results NaN (or its mean infinite) and affects no other.

    Raises:
        TypeError: wrong dtype.
        ValueError: `dim` out of range, T = 0, or T <= correction.

    Source:
        Welford, Note on a method for calculating corrected sums of squares and products,
        Technometrics 4, 1962.
    """
    if not is_compiling():
        done = _core.moments_directly(samples, dim, correction)
        if done is not None:
            return done
    dim = _check(samples, dim)
    correction = _check_count(samples.shape[dim], correction)
    if direct(samples):
        return _moments(samples, dim, correction)
    mean, variance = torch.ops.pyfrontiers.moments(samples, dim, correction)
    return mean, variance


class Moments:
    """Mean and variance of passes that arrive in pieces, with merging of separate states.

    Feeding the same passes in consecutive pieces gives the same bits. Merging two states gives the
    state of all their passes, up to rounding.

    Attributes:
        count: number of passes so far.
        mean: float64 mean of them.
        m2: float64 sum of squared deviations from it.

    Source:
        Chan, Golub, LeVeque, Updating formulae and a pairwise algorithm for computing sample
        variances, Stanford report STAN-CS-79-773, 1979, eq. 2.1, for `merge`.
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean = torch.empty(0, dtype=torch.float64, device="cpu")
        self.m2 = torch.empty(0, dtype=torch.float64, device="cpu")

    def update(self, samples: Tensor) -> Moments:
        """Add passes.

        Args:
            samples: (T, ...) tensor, T >= 1, with the shape of earlier passes.

        Returns:
            This object.

        Raises:
            TypeError: wrong dtype.
            ValueError: T = 0, or another shape or device than before.
        """
        _check(samples, 0)
        check_constant("samples", samples)
        if self.count == 0:
            self.mean = samples.new_zeros(samples.shape[1:], dtype=torch.float64)
            self.m2 = torch.zeros_like(self.mean)
        if samples.shape[1:] != self.mean.shape:
            raise ValueError(
                f"samples must have passes of shape {tuple(self.mean.shape)} as before, got "
                f"{tuple(samples.shape[1:])}"
            )
        if samples.device != self.mean.device:
            raise ValueError(
                f"samples must be on {self.mean.device} as before, got a tensor on {samples.device}"
            )
        _update(samples.detach(), self.count, self.mean, self.m2)
        self.count += samples.shape[0]
        return self

    def merge(self, other: Moments) -> Moments:
        """Add the passes of another state and return this object.

        Raises:
            ValueError: the other's passes have another shape or device.
        """
        if not isinstance(other, Moments):
            raise TypeError(f"other must be a Moments, got {type(other).__name__}")
        if other.count == 0:
            return self
        if self.count == 0:
            self.count, self.mean, self.m2 = other.count, other.mean.clone(), other.m2.clone()
            return self
        if other.mean.shape != self.mean.shape:
            raise ValueError(
                f"other must have passes of shape {tuple(self.mean.shape)}, got "
                f"{tuple(other.mean.shape)}"
            )
        if other.mean.device != self.mean.device:
            raise ValueError(
                f"other must have its passes on {self.mean.device}, got {other.mean.device}"
            )
        total = self.count + other.count
        difference = other.mean - self.mean
        self.mean = self.mean + difference * (other.count / total)
        self.m2 = self.m2 + other.m2 + difference.square() * (self.count * other.count / total)
        self.count = total
        return self

    def variance(self, correction: int = 0) -> Tensor:
        """Return m2 / (count - correction).

        Raises:
            ValueError: not more passes than `correction`.
        """
        correction = _check_count(self.count, correction)
        return self.m2 / (self.count - correction)


def _check(samples: Tensor, dim: int) -> int:
    check_tensor("samples", samples)
    if samples.dim() == 0:
        raise ValueError("samples must have a dimension of passes, got a tensor without dimensions")
    dim = check_integer("dim", dim)
    if not -samples.dim() <= dim < samples.dim():
        raise ValueError(
            f"dim must be a dimension of samples, which has {samples.dim()}, got {dim}"
        )
    dim %= samples.dim()
    if samples.shape[dim] == 0:
        raise ValueError(f"samples must have at least 1 pass, got none along dimension {dim}")
    return dim


def _check_count(count: int, correction: int) -> int:
    correction = check_integer("correction", correction)
    if correction < 0:
        raise ValueError(f"correction must be 0 or more, got {correction}")
    if count <= correction:
        raise ValueError(
            f"correction must be less than the number of passes, {count}, got {correction}"
        )
    return correction


def _passes(samples: Tensor, dim: int) -> tuple[Tensor, int, int]:
    """Return the samples as (outer, passes, inner) in memory, with outer and inner."""
    if samples.is_contiguous() and dim + 1 < samples.dim():
        outer, inner = math.prod(samples.shape[:dim]), math.prod(samples.shape[dim + 1 :])
        return samples, outer, inner
    # If passes are innermost or strided, a copy with the passes first is read in order.
    copy = samples.movedim(dim, 0).contiguous()
    return copy, 1, math.prod(copy.shape[1:])


def _update(samples: Tensor, count: int, mean: Tensor, m2: Tensor) -> None:
    passes, outer, inner = _passes(samples.resolve_neg(), 0)
    core, where = devices.execution(mean, passes.nbytes)
    core.update_moments(
        passes.data_ptr(),
        DTYPE_CODES[passes.dtype],
        outer,
        samples.shape[0],
        inner,
        count,
        mean.data_ptr(),
        m2.data_ptr(),
        where,
    )


def _rest(samples: Tensor, dim: int) -> tuple[int, ...]:
    return (*samples.shape[:dim], *samples.shape[dim + 1 :])


def _moments(samples: Tensor, dim: int, correction: int) -> tuple[Tensor, Tensor]:
    passes, outer, inner = _passes(samples, dim)
    rest = _rest(samples, dim)
    mean, variance = new_empty(rest, samples), new_empty(rest, samples)
    core, where = devices.execution(mean, passes.nbytes)
    core.moments(
        passes.data_ptr(),
        DTYPE_CODES[passes.dtype],
        outer,
        samples.shape[dim],
        inner,
        correction,
        mean.data_ptr(),
        variance.data_ptr(),
        where,
    )
    return mean, variance


def _fake(samples: Tensor, dim: int, correction: int) -> tuple[Tensor, Tensor]:
    return samples.new_empty(_rest(samples, dim)), samples.new_empty(_rest(samples, dim))


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
    samples, ctx.dim, ctx.correction = inputs
    ctx.save_for_backward(samples, output[0])


def _backward(ctx: Any, of_mean: Tensor, of_variance: Tensor) -> tuple[Tensor, None, None]:
    samples, mean = ctx.saved_tensors
    count = samples.shape[ctx.dim]
    deviation = samples - mean.unsqueeze(ctx.dim)
    slope = of_variance.unsqueeze(ctx.dim) * (2.0 / (count - ctx.correction))
    return of_mean.unsqueeze(ctx.dim) / count + slope * deviation, None, None


def _jvp(ctx: Any, tangent: Tensor) -> tuple[Tensor, Tensor]:
    samples, mean = ctx.saved_tensors
    deviation = samples - mean.unsqueeze(ctx.dim)
    slope = 2.0 / (samples.shape[ctx.dim] - ctx.correction)
    return tangent.mean(ctx.dim), slope * (deviation * tangent).sum(ctx.dim)


def _batch(
    info: Any, in_dims: tuple[int | None, ...], samples: Tensor, dim: int, correction: int
) -> tuple[tuple[Tensor, Tensor], tuple[int, int]]:
    samples = batch_first(samples, in_dims[0], info.batch_size)
    return torch.ops.pyfrontiers.moments(samples, dim + 1, correction), (0, 0)


define(
    "moments(Tensor samples, int dim, SymInt correction) -> (Tensor, Tensor)",
    _moments,
    _fake,
    derivative=Derivative(
        by=("samples",),
        setup_context=_setup_context,
        backward=_backward,
        jvp=_jvp,
    ),
    batch=_batch,
)


def moments_reference(
    samples: Tensor, dim: int = 0, *, correction: int = 0
) -> tuple[Tensor, Tensor]:
    """Compute `moments` in plain torch and float64, in two reads."""
    values = samples.double()
    mean = values.mean(dim, keepdim=True)
    square = (values - mean).square().sum(dim) / (samples.shape[dim] - correction)
    return mean.squeeze(dim).to(samples.dtype), square.to(samples.dtype)
