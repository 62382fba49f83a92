"""Gaussian, uniform, and salt-and-pepper noise, clipped to the box."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

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
    box_of,
    displaced_reference,
    numbers_reference,
    stream_words,
)
from pyfrontiers.kernels.number_arguments import check_first_element, check_unsigned, check_word
from pyfrontiers.kernels.operators import define, direct, empty_for, signed, unsigned
from pyfrontiers.kernels.output_arguments import check_out, writable_tensor
from pyfrontiers.kernels.parameters import (
    Bounds,
    Parameter,
    Value,
    address_of,
    as_parameter,
    check_values,
    ends_of,
    has_values,
    on_device_of,
    scalar_tensor,
    spread,
)
from pyfrontiers.kernels.streams import STREAMS

if TYPE_CHECKING:
    import numpy as np

__all__ = ["additive_noise", "additive_noise_reference"]

NoiseKind = Literal["gaussian", "uniform", "salt_and_pepper"]

_KINDS = ("gaussian", "uniform", "salt_and_pepper")


@adopts_arrays
def additive_noise(
    x: Tensor,
    amount: Parameter,
    *,
    kind: NoiseKind = "gaussian",
    seed: int,
    sample: int = 0,
    first_element: int = 0,
    bounds: Bounds = (0.0, 1.0),
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Add noise to every element and clip the sum to the box.

        "gaussian"         x' = clip(x + amount * z), z standard normal
        "uniform"          x' = clip(x + amount * v), v uniform in (-1, 1); |x' - x| <= amount
        "salt_and_pepper"  x' = low or high, with probability amount / 2 each, otherwise clip(x)

    The noise is a pure function of (seed, sample, element index in logical order). It does not
    depend on memory layout, dtype (up to rounding), threads or instruction set, and with
    `first_element` the parts of a batch get the noise of the whole. Each kind has a separate
    random stream.

    Args:
        x: float32, float64, float16 or bfloat16 tensor (N, C, ...) of any layout.
        amount: >= 0: the standard deviation, the largest change, or the fraction of elements, which
            is at most 1 and rounded to 31 binary digits. A number, a tensor with one value per
            sample (N,), or one that broadcasts as (N or 1, C or 1, 1, ..., 1).
        kind: "gaussian", "uniform" or "salt_and_pepper".
        seed: 0 <= seed < 2^64.
        sample: index of the draw, 0 <= sample < 2^32.
        first_element: index of x's first element, below 2^62: for x[n:] of a batch it is
            n * x[0].numel().
        bounds: (low, high) of the box, given like `amount`; None for no box. May be infinite except
            for salt and pepper.
        out: output tensor of x's shape and dtype; `x` itself to work in place.

    Returns:
        `out`, or a new tensor: channels-last where x is, contiguous otherwise. low <= x' <= high
        holds exactly. Bit-identical on every instruction set. NaN stays NaN unless replaced by salt
        or pepper. Gradients flow to x where it was neither clipped nor replaced.

    Raises:
        TypeError: wrong dtype, or an argument of the wrong kind.
        ValueError: an unknown kind; NaN, infinite or negative `amount`, or a fraction above 1; NaN,
            crossed or (salt and pepper) infinite `bounds`; `seed`, `sample` or `first_element` out
            of range; or an `out` of another shape, read-only, requiring a gradient, or overlapping
            x (x itself is allowed).

    Source:
        Hendrycks and Dietterich, Benchmarking neural network robustness to common corruptions and
        perturbations, ICLR 2019, sec. 3, for the kinds; Box and Muller, A note on the generation of
        random normal deviates, Ann. Math. Stat. 29, 1958, for z.
    """
    if not is_compiling():
        done = _core.additive_noise_directly(
            x, amount, kind, seed, sample, first_element, bounds, out
        )
        if done is not None:
            return done
    check_tensor("x", x)
    check_word("kind", kind, _KINDS)
    seed = check_unsigned("seed", seed, 64)
    sample = check_unsigned("sample", sample, 32)
    first_element = check_first_element(first_element)
    how_much = as_parameter("amount", amount, x)
    least, most = ends_of(bounds, x)
    _check_values(how_much, least, most, kind)
    draw = (kind, seed, sample, first_element)
    if out is not None:
        target = writable_tensor(out)
        check_out(target, x.shape, x, {"x": x}, may_be="x")
        _write(x, target, (how_much, least, most), draw)
        return target
    if direct(x):
        return _additive_noise(x, how_much, least, most, *draw)
    numbers = (scalar_tensor(value) for value in (how_much, least, most))
    result: Tensor = torch.ops.pyfrontiers.additive_noise(
        x, *numbers, kind, signed(seed), sample, first_element
    )
    return result


Draw = tuple[str, int, int, int]
"""Kind, seed, sample, first element."""


def _check_values(amount: Value, low: Value, high: Value, kind: str) -> None:
    check_values(0.0, amount, low, high, names=("", "amount"))
    if kind != "salt_and_pepper":
        return
    share = _largest(amount)
    if share > 1.0:
        raise ValueError(f"amount must be a share of at most 1, got {share}")
    if max(_largest(low), _largest(high)) == math.inf:
        raise ValueError("bounds must be finite for salt and pepper, got an infinite end")


def _largest(value: Value) -> float:
    """Return the largest absolute value of a parameter; 0 if its values cannot be read."""
    if not isinstance(value, Tensor):
        return abs(value)
    return float(value.abs().max()) if has_values(value) and value.numel() else 0.0


def _additive_noise(
    x: Tensor,
    amount: Value,
    low: Value,
    high: Value,
    kind: str,
    seed: int,
    sample: int,
    first_element: int,
) -> Tensor:
    source, out = in_order(x), empty_for(x)
    target = out if out.is_contiguous() else torch.empty_like(source)
    _call(source, target, (amount, low, high), (kind, seed, sample, first_element))
    return out if target is out else out.copy_(target)


def _write(x: Tensor, out: Tensor, parameters: tuple[Value, Value, Value], draw: Draw) -> None:
    if out.is_contiguous():
        _call(in_order(x), out, parameters, draw)
        torch.autograd.graph.increment_version(out)
    else:
        amount, low, high = parameters
        out.detach().copy_(_additive_noise(x, amount, low, high, *draw))


def _call(x: Tensor, out: Tensor, parameters: tuple[Value, Value, Value], draw: Draw) -> None:
    kind, seed, sample, first_element = draw
    near = [on_device_of(x, value) for value in parameters]  # alive until the launch
    core, where = devices.execution(x, 2 * x.nbytes)
    core.additive_noise(
        x.data_ptr(),
        out.data_ptr(),
        DTYPE_CODES[x.dtype],
        *sizes_of(x),
        _KINDS.index(kind),
        *(address_of(value) for value in near),
        unsigned(seed),
        sample,
        first_element,
        where,
    )


def _operator(
    x: Tensor,
    amount: Tensor,
    low: Tensor,
    high: Tensor,
    kind: str,
    seed: int,
    sample: int,
    first_element: int,
) -> Tensor:
    _check_values(amount, low, high, kind)
    amount, low, high = (value.contiguous() for value in (amount, low, high))
    return _additive_noise(x, amount, low, high, kind, seed, sample, first_element)


def _fake(x: Tensor, *_: Any) -> Tensor:
    return empty_for(x)


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(output, inputs[2], inputs[3])


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
    # Salt and pepper are the bounds of the box, so they count as clipped.
    output, low, high = ctx.saved_tensors
    return in_box(output, low, high, gradient), *[None] * 7


def _jvp(ctx: Any, tangent: Tensor) -> Tensor:
    output, low, high = ctx.saved_tensors
    return in_box(output, low, high, tangent)


define(
    "additive_noise(Tensor x, Tensor amount, Tensor low, Tensor high, str kind, SymInt seed, "
    "SymInt sample, SymInt first_element) -> Tensor",
    _operator,
    _fake,
    derivative=Derivative(
        by=("x",),
        setup_context=_setup_context,
        backward=_backward,
        jvp=_jvp,
    ),
    batch=example_by_example("additive_noise"),
)


def additive_noise_reference(
    x: Tensor,
    amount: Parameter,
    *,
    kind: NoiseKind = "gaussian",
    seed: int,
    sample: int = 0,
    first_element: int = 0,
    bounds: Bounds = (0.0, 1.0),
) -> Tensor:
    """Compute `additive_noise` in plain torch; agrees to 2e-6 * amount."""
    values = (as_parameter("amount", amount, x), *ends_of(bounds, x))
    how_much, least, most = (spread(value, x) for value in values)
    use, n = STREAMS["additive"] + _KINDS.index(kind), x.numel()
    if kind != "salt_and_pepper":
        law = "normal" if kind == "gaussian" else "uniform"
        v = numbers_reference(law, n, use, sample, seed, first_element).reshape(x.shape)
        radius = how_much if kind == "uniform" else torch.full_like(how_much, math.inf)
        return displaced_reference(x, v, how_much, radius, least, most)
    words = stream_words(n, use, sample, seed, first_element).reshape(x.shape)
    threshold = (how_much * 2.0**31).round()
    compute = torch.float64 if x.dtype == torch.float64 else torch.float32
    bottom, top = box_of(least, most, x, compute)
    kept = x.to(compute).maximum(bottom).minimum(top)
    salted = torch.where(0xFFFFFFFF - words < threshold, top, kept)
    return (torch.where(words < threshold, bottom, salted) + 0.0).to(x.dtype)
