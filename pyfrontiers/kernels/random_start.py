"""Uniform random points in a ball around each sample, clipped to the box."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import DTYPE_CODES, check_tensor
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.noise_layout import in_box, in_order, sizes_of
from pyfrontiers.kernels.noise_reference import (
    displaced_reference,
    numbers_reference,
    stream_words,
)
from pyfrontiers.kernels.number_arguments import check_unsigned, check_word
from pyfrontiers.kernels.operators import define, direct, empty_for, signed, unsigned
from pyfrontiers.kernels.parameters import (
    Bounds,
    Parameter,
    Value,
    address_of,
    as_parameter,
    check_values,
    ends_of,
    on_device_of,
    scalar_tensor,
    spread,
)
from pyfrontiers.kernels.streams import STREAMS

__all__ = ["random_start", "random_start_reference"]

BallNorm = Literal["linf", "l2", "l1"]

_NORMS = ("linf", "l2", "l1")
_SEGMENT = 1024  # segment_elements in csrc/include/frontiers/random_start.hpp
_DISTRIBUTIONS = {"linf": "uniform", "l2": "normal", "l1": "exponential"}


@adopts_arrays
def random_start(
    origin: Tensor,
    *,
    norm: BallNorm,
    epsilon: Parameter,
    seed: int,
    first_sample: int = 0,
    bounds: Bounds = (0.0, 1.0),
) -> Tensor:
    """Draw a point uniformly from the ball around each sample and clip it to the box.

    x' = clip(origin + epsilon * g, low, high), with g uniform in the unit ball of the norm over all
    elements of a sample (dimension 0 is the samples):

        "linf"  g_i = v_i, uniform in (-1, 1)
        "l2"    g = v / sqrt(sum v^2 + e),  v_i standard normal, e = -2 ln u
        "l1"    g = v / (sum |v| + e),      v_i exponential with random signs, e = -ln u

    The extra exponential variable e in the norm replaces a radius u^(1/d). The point of sample n is
    a pure function of (seed, first_sample + n): the same for any split of the batch, number of
    threads, instruction set, memory layout and dtype (up to rounding).

    Args:
        origin: float32, float64, float16 or bfloat16 tensor (N, C, ...) of any layout, the centres
            of the balls.
        norm: "linf", "l2" or "l1".
        epsilon: radius >= 0; a number, or a tensor with one value per sample (N,). For "linf" also
            one that broadcasts as (N or 1, C or 1, 1, ..., 1).
        seed: 0 <= seed < 2^64.
        first_sample: index of the first sample, 0 <= first_sample; all indices are below 2^32.
        bounds: (low, high) of the box, numbers or tensors per sample, per channel or both,
            infinities allowed; None for no box.

    Returns:
        A new tensor: channels-last where origin is, contiguous otherwise. |x' - origin| <= epsilon
        holds exactly for every element, hence for the "linf" norm; the other norms exceed epsilon
        by at most the rounding of each element to the dtype. low <= x' <= high holds exactly, even
        if ball and box do not meet. Bit-identical on every instruction set. NaN in origin stays
        NaN. Gradients flow to origin where the box did not clip.

    Raises:
        TypeError: wrong dtype, or an argument of the wrong kind.
        ValueError: an unknown norm; NaN, infinite or negative `epsilon`, or one by channel for "l2"
            or "l1"; NaN or crossed `bounds`; `seed` or sample indices out of range.

    Source:
        Barthe, Guédon, Mendelson, Naor, A probabilistic approach to the geometry of the l_p^n-ball,
        Annals of Probability 33, 2005, theorem 1; for the use Madry et al., Towards deep learning
        models resistant to adversarial attacks, ICLR 2018, sec. 2.1.
    """
    if not is_compiling():
        done = _core.random_start_directly(origin, norm, epsilon, seed, first_sample, bounds)
        if done is not None:
            return done
    check_tensor("origin", origin)
    check_word("norm", norm, _NORMS)
    seed = check_unsigned("seed", seed, 64)
    first_sample = check_unsigned("first_sample", first_sample, 32)
    samples = origin.shape[0] if origin.dim() > 0 else 1
    if first_sample + samples > 1 << 32:
        raise ValueError(
            f"first_sample must keep all sample numbers below 2^32, got {first_sample} for "
            f"{samples} samples"
        )
    radius = as_parameter("epsilon", epsilon, origin)
    if norm != "linf" and isinstance(radius, Tensor) and radius.shape[1] != 1:
        raise ValueError(
            "epsilon must be a number or one per sample, got one value for each of "
            f'{radius.shape[1]} channels; the "{norm}" ball is over all of a sample'
        )
    least, most = ends_of(bounds, origin)
    check_values(0.0, radius, least, most)
    if direct(origin):
        return _random_start(origin, norm, radius, least, most, seed, first_sample)
    result: Tensor = torch.ops.pyfrontiers.random_start(
        origin,
        norm,
        *(scalar_tensor(value) for value in (radius, least, most)),
        signed(seed),
        first_sample,
    )
    return result


def _random_start(
    origin: Tensor,
    norm: str,
    epsilon: Value,
    low: Value,
    high: Value,
    seed: int,
    first_sample: int,
) -> Tensor:
    source, out = in_order(origin), empty_for(origin)
    target = out if out.is_contiguous() else torch.empty_like(source)
    samples, channels, inner = sizes_of(source)
    near = [on_device_of(source, value) for value in (epsilon, low, high)]  # alive until the launch
    core, where = devices.execution(source, 2 * source.nbytes)
    scratch = _scratch(source, norm, samples, channels * inner, where)
    core.random_start(
        source.data_ptr(),
        target.data_ptr(),
        DTYPE_CODES[source.dtype],
        samples,
        channels,
        inner,
        _NORMS.index(norm),
        *(address_of(value) for value in near),
        unsigned(seed),
        first_sample,
        0 if scratch is None else scratch.data_ptr(),
        where,
    )
    return out if target is out else out.copy_(target)


def _scratch(
    source: Tensor, norm: str, samples: int, size: int, where: devices.Execution
) -> Tensor | None:
    """Return memory for the sums of the norms with CUDA: one per segment and one per sample."""
    if isinstance(where, int) or norm == "linf":
        return None
    count = samples * (-(-size // _SEGMENT) + 1)
    return torch.empty(count, dtype=torch.float64, device=source.device)


def _operator(
    origin: Tensor,
    norm: str,
    epsilon: Tensor,
    low: Tensor,
    high: Tensor,
    seed: int,
    first_sample: int,
) -> Tensor:
    check_values(0.0, epsilon, low, high)
    epsilon, low, high = (value.contiguous() for value in (epsilon, low, high))
    return _random_start(origin, norm, epsilon, low, high, seed, first_sample)


def _fake(origin: Tensor, *_: Any) -> Tensor:
    return empty_for(origin)


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(output, inputs[3], inputs[4])


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    output, low, high = ctx.saved_tensors
    return in_box(output, low, high, gradient), *[None] * 6


def _jvp(ctx: Any, tangent: Tensor) -> Tensor:
    output, low, high = ctx.saved_tensors
    return in_box(output, low, high, tangent)


define(
    "random_start(Tensor origin, str norm, Tensor epsilon, Tensor low, Tensor high, SymInt seed, "
    "SymInt first_sample) -> Tensor",
    _operator,
    _fake,
    derivative=Derivative(
        by=("origin",),
        setup_context=_setup_context,
        backward=_backward,
        jvp=_jvp,
    ),
    batch=example_by_example("random_start"),
)


def random_start_reference(
    origin: Tensor,
    *,
    norm: BallNorm,
    epsilon: Parameter,
    seed: int,
    first_sample: int = 0,
    bounds: Bounds = (0.0, 1.0),
) -> Tensor:
    """Compute `random_start` in plain torch; agrees to 4e-6 * epsilon."""
    values = (as_parameter("epsilon", epsilon, origin), *ends_of(bounds, origin))
    radius, least, most = (spread(value, origin) for value in values)
    rows = origin.reshape(origin.shape[0] if origin.dim() > 0 else 1, -1)
    points = torch.empty(rows.shape, dtype=torch.float64, device="cpu")
    for n, row in enumerate(points):
        sample = first_sample + n
        v = numbers_reference(_DISTRIBUTIONS[norm], row.numel(), STREAMS["start"], sample, seed)
        word = int(stream_words(1, STREAMS["radius"], sample, seed))
        further = -torch.tensor((word + 0.5) * 2.0**-32, dtype=torch.float64, device="cpu").log()
        if norm == "l2":
            v = v / (v.square().sum() + 2.0 * further).sqrt()
        if norm == "l1":
            v = v / (v.abs().sum() + further)
        row.copy_(v)
    return displaced_reference(origin, points.reshape(origin.shape), radius, radius, least, most)
