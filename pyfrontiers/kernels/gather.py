"""Layers evaluated on kept channels only: dropped ones are neither read nor multiplied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arrays import adopts_arrays
from pyfrontiers.kernels.batching import example_by_example
from pyfrontiers.kernels.derivatives import Derivative
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.gather_arguments import check_layer, paddings, pairs
from pyfrontiers.kernels.operators import define, direct, is_pixel_major, new_empty, pixels_of

if TYPE_CHECKING:
    from pyfrontiers.kernels.gather_arguments import Pair

__all__ = ["gather_conv2d", "gather_linear"]


@adopts_arrays
def gather_linear(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    inputs: Tensor | None = None,
    outputs: Tensor | None = None,
) -> Tensor:
    """Apply a linear layer to the kept inputs, for the kept outputs only.

    y = x[:, inputs] weight[outputs][:, inputs]^T + bias[outputs]: the layer's values at `outputs`
    when every other input is set to 0. Dropping a share p of both leaves (1 - p)^2 of the
    multiplications. The kernel packs the kept rows and columns; torch multiplies.

    Args:
        x: (N, I) with all inputs, or (N, len(inputs)) with the kept ones; times S if the weight has
            a third dimension.
        weight: (O, I), or (O, I, S) where each of I channels has S adjacent features in x, as after
            flattening (N, I, ...).
        bias: (O,), or None.
        inputs: ascending int64 indices of the kept inputs, or None for all.
        outputs: ascending int64 indices of the kept outputs, or None for all.

    Returns:
        (N, len(outputs)); the bias if no input is kept. Agrees with the masked layer up to the
        rounding of torch's sums. NaN and infinities in dropped inputs have no effect.

    Raises:
        TypeError: an argument is no tensor or of another dtype.
        ValueError: shapes do not match, an index is not ascending or out of range (on the CPU; with
            CUDA, where a check would need a synchronisation, such weights count as 0), or a tensor
            is on another device.

    Source:
        Gal and Ghahramani, Bayesian convolutional neural networks with Bernoulli approximate
        variational inference, 2015, sec. 3: a mask on units is a mask on rows of the weights.
    """
    spread = weight.shape[2] if isinstance(weight, Tensor) and weight.dim() == 3 else 1
    check_layer(x, weight, bias, inputs, outputs, (2, 3), spread)
    return linear_on_kept(x, weight, bias, inputs, outputs)


def linear_on_kept(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    inputs: Tensor | None,
    outputs: Tensor | None,
) -> Tensor:
    """Compute `gather_linear` for checked arguments."""
    spread = weight.shape[2] if weight.dim() == 3 else 1
    if inputs is not None and x.shape[1] != len(inputs) * spread:
        x = pick(x.reshape(len(x), -1, spread), None, inputs, False).flatten(1)
    packed = pick(weight, outputs, inputs, False)
    return F.linear(x, packed.flatten(1), _pick_bias(bias, outputs))


@adopts_arrays
def gather_conv2d(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    inputs: Tensor | None = None,
    outputs: Tensor | None = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Tensor:
    """Apply a convolution to the kept channels, for the kept output channels only.

    y = conv2d(x[:, inputs], weight[outputs][:, inputs], bias[outputs]): the convolution's values
    at `outputs` when every other input channel is set to 0. Dropping a share p of both leaves
    (1 - p)^2 of the multiplications. The kernel packs the kept filters in x's layout (channels
    last is faster); torch convolves.

    Args:
        x: (N, I, H, W) with all input channels, or (N, len(inputs), H, W) with the kept ones.
        weight: (O, I / groups, kernel height, kernel width).
        bias: (O,), or None.
        inputs: ascending int64 indices of the kept input channels, or None for all.
        outputs: ascending int64 indices of the kept output channels, or None for all.
        stride: step of the window, one number or (vertical, horizontal).
        padding: zeros around the image, likewise, or "valid" or "same".
        dilation: step between the window's taps, likewise.
        groups: as in torch; each group is a separate convolution.

    Returns:
        (N, len(outputs), H', W'), channels last if x is; the bias if no input is kept. Agrees with
        the masked layer up to the rounding of torch's sums. NaN and infinities in dropped channels
        have no effect.

    Raises:
        TypeError: an argument is no tensor or of another dtype.
        ValueError: shapes do not match, an index is not ascending or out of range (on the CPU; with
            CUDA, where a check would need a synchronisation, such weights count as 0), or a tensor
            is on another device.

    Source:
        Gal and Ghahramani, Bayesian convolutional neural networks with Bernoulli approximate
        variational inference, 2015, sec. 3: a mask on units is a mask on rows of the weights.
    """
    groups = check_layer(x, weight, bias, inputs, outputs, (4, 4), 1, groups)
    y = conv2d_on_kept(x, weight, bias, inputs, outputs, stride, padding, dilation, groups)
    if x.is_contiguous() or not x.is_contiguous(memory_format=torch.channels_last):
        return y
    # cuDNN returns float64 results channels-first, whatever the input layout.
    return y.contiguous(memory_format=torch.channels_last)


def conv2d_on_kept(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    inputs: Tensor | None,
    outputs: Tensor | None,
    stride: Pair,
    padding: Pair | str,
    dilation: Pair,
    groups: int = 1,
) -> Tensor:
    """Compute `gather_conv2d` for checked arguments."""
    strides, dilations = pairs("stride", stride, 1), pairs("dilation", dilation, 1)
    geometry = (strides, paddings(padding))
    last = is_pixel_major(x)
    if inputs is not None and x.shape[1] != len(inputs):
        x = pick(x, None, inputs, last)
    bias = _pick_bias(bias, outputs)
    if groups > 1:
        return _grouped(x, weight, bias, inputs, outputs, (*geometry, dilations), groups)
    return _convolve(x, pick(weight, outputs, inputs, last), bias, *geometry, dilations)


def _convolve(x: Tensor, weight: Tensor, bias: Tensor | None, *geometry: Any) -> Tensor:
    """Convolve with torch; also handles zero input or output channels."""
    if x.shape[1] and weight.shape[0]:
        return F.conv2d(x, weight, bias, *geometry)
    # A sum over no channels equals that over one channel of zeros.
    nothing = x.new_zeros(len(x), 1, *x.shape[2:])
    blank = weight.new_zeros(max(weight.shape[0], 1), 1, *weight.shape[2:])
    if weight.shape[0] == 0:
        return F.conv2d(nothing, blank, None, *geometry)[:, :0]
    return F.conv2d(nothing, blank, bias, *geometry)


def _grouped(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    inputs: Tensor | None,
    outputs: Tensor | None,
    geometry: tuple[Any, ...],
    groups: int,
) -> Tensor:
    """Convolve group after group, each with its own kept channels."""
    into, out_of = weight.shape[1], weight.shape[0] // groups
    columns = _by_group(inputs, into, groups, x)
    rows = _by_group(outputs, out_of, groups, x)
    results, read, written = [], 0, 0
    for group, (own, kept) in enumerate(zip(columns, rows, strict=True)):
        part = x[:, read : read + len(own)]
        filters = pick(weight[group * out_of : (group + 1) * out_of], kept, own, False)
        own_bias = None if bias is None else bias[written : written + len(kept)]
        results.append(_convolve(part, filters, own_bias, *geometry))
        read, written = read + len(own), written + len(kept)
    return torch.cat(results, 1)


def _by_group(index: Tensor | None, size: int, groups: int, x: Tensor) -> list[Tensor]:
    """Split an index by group; each part counts from its group's first channel."""
    if index is None:
        return [torch.arange(size, device=x.device)] * groups
    edges = torch.arange(1, groups, device=index.device) * size
    parts = torch.tensor_split(index, torch.searchsorted(index, edges).cpu())
    return [part - group * size for group, part in enumerate(parts)]


def _pick_bias(bias: Tensor | None, outputs: Tensor | None) -> Tensor | None:
    return bias if bias is None or outputs is None else pick(bias, outputs, None, False)


def pick(x: Tensor, rows: Tensor | None, columns: Tensor | None, last: bool) -> Tensor:
    """Return x[rows][:, columns], contiguous, or channels-last for `last`."""
    if rows is None and columns is None:
        return x
    if not is_compiling():
        pixels = pixels_of(x)
        from_last = pixels is not None
        done = _core.gather_directly(pixels if from_last else x, rows, columns, from_last, last)
        if done is not None:
            image = x.dim() == 4
            return done if not last else done.permute(0, 3, 1, 2) if image else done.movedim(-1, 1)
    if direct(x, *(index for index in (rows, columns) if index is not None)):
        return _gather(x, rows, columns, last)
    result: Tensor = torch.ops.pyfrontiers.gather(x, rows, columns, last)
    return result


def _gather(x: Tensor, rows: Tensor | None, columns: Tensor | None, last: bool) -> Tensor:
    from_last = is_pixel_major(x)
    x = x.resolve_neg()
    x = x if from_last else x.contiguous()
    width = 1 if x.dim() == 1 else x.shape[1]
    picked = [None if index is None else index.contiguous() for index in (rows, columns)]
    counts = [
        size if index is None else len(index)
        for index, size in zip(picked, (x.shape[0], width), strict=True)
    ]
    out = _fake(x, rows, columns, last)
    core, where = devices.execution(out, 2 * out.nbytes)
    core.gather(
        x.data_ptr(),
        out.data_ptr(),
        x.element_size(),
        0 if picked[0] is None else picked[0].data_ptr(),
        counts[0],
        x.shape[0],
        0 if picked[1] is None else picked[1].data_ptr(),
        counts[1],
        width,
        x[0, 0].numel() if x.dim() > 1 and x.numel() else 1,
        from_last,
        last,
        where,
    )
    return out


def _fake(x: Tensor, rows: Tensor | None, columns: Tensor | None, last: bool) -> Tensor:
    counted = (x.shape[0] if rows is None else rows.shape[0],)
    if x.dim() == 1:
        return new_empty(counted, x)
    channels = x.shape[1] if columns is None else columns.shape[0]
    if not last:
        return new_empty((*counted, channels, *x.shape[2:]), x)
    return new_empty((*counted, *x.shape[2:], channels), x).movedim(-1, 1)


def _setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    x, rows, columns, _ = inputs
    ctx.shape, ctx.last = x.shape, inputs[3]
    ctx.save_for_backward(rows, columns)


def _backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
    rows, columns = ctx.saved_tensors
    for dim, index in ((1, columns), (0, rows)):
        if index is not None:
            shape = list(gradient.shape)
            shape[dim] = ctx.shape[dim]
            gradient = gradient.new_zeros(shape).index_copy(dim, index, gradient)
    return gradient, None, None, None


def _jvp(ctx: Any, tangent: Tensor) -> Tensor:
    result: Tensor = torch.ops.pyfrontiers.gather(tangent, *ctx.saved_tensors, ctx.last)
    return result


define(
    "gather(Tensor x, Tensor? rows, Tensor? columns, bool channels_last) -> Tensor",
    _gather,
    _fake,
    derivative=Derivative(
        by=("x",),
        setup_context=_setup_context,
        backward=_backward,
        jvp=_jvp,
    ),
    batch=example_by_example("gather"),
)
