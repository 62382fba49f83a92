"""Convolutions of kept channels as one matrix product, where that is faster.

torch's convolution brings the filters into a layout for the processor's vectors in each call. If
they change in every pass and there are few pixels, this takes as long as the multiplications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence

Order = Literal["torch", "rows", "columns", "tiles"]

# Measured on one AVX-512 core with 3 x 3 filters: 1.6 times as fast for 512 channels and 128
# pixels, 1.3 for 256 channels and 64 pixels, 0.8 for 256 channels and 512 pixels.
_PIXELS, _CHANNELS = 128, 256


def is_few(layer: Any, shape: Sequence[int], inputs: int) -> bool:
    """Return whether to convolve by a matrix product.

    Args:
        layer: the layer.
        shape: shape (1, C, H, W) of its output for one input.
        inputs: number of inputs.
    """
    plain = type(layer) is nn.Conv2d and not isinstance(layer.padding, str)
    if not plain or layer.weight.device.type != "cpu":
        return False
    pixels = inputs * shape[2] * shape[3]
    return pixels <= _PIXELS and min(layer.weight.shape[:2]) >= _CHANNELS


def packed(weight: Tensor, factor: Tensor | None, order: Order) -> Tensor:
    """Return filters times a factor in the layout in which a pass selects from them.

    Args:
        weight: weights of a layer.
        factor: broadcasts to them, or None for 1.
        order: `"torch"` for the order of dimensions as it is, with channels last; `"rows"` for
            (O, h w I), `"columns"` for (h w, I, O); `"tiles"` for (I, h w, O) of the filters
            (I, O, h, w) of a transposed convolution.
    """
    if order != "torch":
        turn = (2, 3, 1, 0) if order == "columns" else (0, 2, 3, 1)
        weight = weight.permute(turn)
        factor = None if factor is None else factor.permute(turn)
        made = torch.empty(weight.shape, dtype=weight.dtype, device=weight.device)
    else:
        last = torch.channels_last if weight.ndim == 4 else torch.contiguous_format
        made = torch.empty_like(weight, memory_format=last)
    if factor is None:
        made.copy_(weight)
    else:
        torch.mul(weight, factor, out=made)
    ends = {"torch": None, "rows": (1, 3), "columns": (0, 1), "tiles": (1, 2)}[order]
    return made if ends is None else made.flatten(*ends)


def convolve_few(
    h: Tensor,
    filters: Tensor,
    bias: Tensor | None,
    columns: Tensor | None,
    rows: Tensor | None,
    layer: Any,
) -> Tensor:
    """Convolve the kept channels.

    Args:
        h: (N, I, H, W), or the kept channels of it.
        filters: the filters, from `packed` with the order of what is selected.
        bias: (O,), or None.
        columns: numbers of the channels in `h`, or None for all.
        rows: numbers of the output channels to compute, or None for all. Not together with
            `columns`.
        layer: stride, padding and dilation.

    Returns:
        (N, O or len(rows), H', W') in channels-last format.
    """
    patches, size = _patches(h, layer)
    if rows is not None:
        weight = filters.index_select(0, rows).t()
        bias = None if bias is None else bias.index_select(0, rows)
    elif columns is None:
        weight = filters.flatten(0, 1)
    else:
        weight = filters.index_select(1, columns).flatten(0, 1)
    product = patches @ weight if bias is None else torch.addmm(bias, patches, weight)
    return product.reshape(*size, -1).permute(0, 3, 1, 2)


def tiles(layer: Any) -> bool:
    """Return whether each input pixel of a transposed convolution makes its own output pixels."""
    plain = type(layer) is nn.ConvTranspose2d and layer.kernel_size == layer.stride
    edges = (layer.padding, layer.output_padding, layer.dilation) if plain else ()
    return plain and edges == ((0, 0), (0, 0), (1, 1)) and layer.weight.device.type == "cpu"


def spread_tiles(
    h: Tensor,
    filters: Tensor,
    bias: Tensor | None,
    columns: Tensor | None,
    rows: Tensor | None,
    layer: Any,
) -> Tensor:
    """Compute a transposed convolution for which `tiles` is true; see `convolve_few`."""
    if columns is not None:
        filters = filters.index_select(0, columns)
    if rows is not None:
        filters = filters.index_select(2, rows)
        bias = None if bias is None else bias.index_select(0, rows)
    n, channels, height, width = h.shape
    pixels = h.permute(0, 2, 3, 1).reshape(n * height * width, channels)
    product = pixels @ filters.flatten(1)
    (kh, kw), out = layer.kernel_size, filters.shape[2]
    if bias is not None:
        product = product.view(-1, out).add_(bias)
    placed = product.view(n, height, width, kh, kw, out).transpose(2, 3)
    return placed.reshape(n, height * kh, width * kw, out).permute(0, 3, 1, 2)


def _patches(h: Tensor, layer: Any) -> tuple[Tensor, tuple[int, int, int]]:
    """Return the window of each output pixel (N H' W', h w C), and (N, H', W')."""
    down, across = layer.padding
    padded = F.pad(h, (across, across, down, down))
    pixels = padded.permute(0, 2, 3, 1).contiguous()
    n, height, width, channels = pixels.shape
    (kh, kw), (sh, sw), (dh, dw) = layer.kernel_size, layer.stride, layer.dilation
    outs = ((height - dh * (kh - 1) - 1) // sh + 1, (width - dw * (kw - 1) - 1) // sw + 1)
    a, b, c, d = pixels.stride()
    windows = pixels.as_strided(
        (n, *outs, kh, kw, channels), (a, b * sh, c * sw, b * dh, c * dw, d)
    )
    return windows.reshape(n * outs[0] * outs[1], kh * kw * channels), (n, *outs)
