"""Dropout masks: which elements a pass keeps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from pyfrontiers.kernels import _core, devices
from pyfrontiers.kernels.arguments import Shape, check_device, check_shape
from pyfrontiers.kernels.direct import is_compiling
from pyfrontiers.kernels.number_arguments import (
    Granularity,
    check_first_element,
    check_flag,
    check_granularity,
    check_probability,
    check_unsigned,
)
from pyfrontiers.kernels.operators import define, direct, empty_on, signed, unsigned
from pyfrontiers.kernels.output_arguments import check_separate, writable_tensor
from pyfrontiers.kernels.philox_reference import words_reference
from pyfrontiers.kernels.streams import STREAMS

if TYPE_CHECKING:
    import numpy as np

__all__ = ["dropout_mask", "dropout_mask_reference"]


def keep_threshold(p: float) -> int:
    """Return the keep probability q = 1 - p in units of 2^-32, rounded to nearest, ties to even."""
    return round((1.0 - p) * 4294967296.0)


def dropout_mask(
    shape: Shape,
    p: float,
    *,
    seed: int,
    sample: int = 0,
    first_element: int = 0,
    granularity: Granularity = "element",
    packed: bool = False,
    device: torch.device | str = "cpu",
    out: Tensor | np.ndarray | None = None,
) -> Tensor:
    """Draw the mask that `dropout` applies for the same arguments.

    Every element is kept with probability q = 1 - p (rounded to 32 binary digits), independently.
    The mask is a pure function of (seed, sample, element index): random bits are compared with the
    binary digits of q, starting with the first, for 128 elements at a time until all are decided.

    Masks of one (seed, sample) are nested: for p1 <= p2, the mask of p1 keeps everything that
    the mask of p2 keeps, because an element is kept if the same uniform number in [0, 1) is below
    q. So p can be varied with everything else held fixed (common random numbers).

    Args:
        shape: shape of the tensor that the mask is for.
        p: probability of dropping, in [0, 1].
        seed: 0 <= seed < 2^64.
        sample: index of the pass, 0 <= sample < 2^32.
        first_element: index of the first element, below 2^62, for a mask drawn in parts; for
            "channel", of the first (n, c).
        granularity: "element", or "channel" for one decision per (n, c) of an (N, C, ...) shape.
        packed: return bits instead of bools.
        device: "cpu" or a CUDA device; the mask is the same on both. Ignored where `out` is given.
        out: tensor or NumPy array to write to, of the shape and dtype described below.

    Returns:
        `out`, or a new tensor: bool, True where kept, of `shape`, or (N, C, 1, ..., 1) for
        "channel". Packed: a flat uint8 tensor of ceil(n / 8) bytes, element 8k + j in bit j of byte
        k, spare bits 0.

    Raises:
        TypeError: `p`, `seed`, `sample` or `first_element` is not a number of the right kind, or
            `out` has another dtype.
        ValueError: `p`, `seed`, `sample`, `first_element`, `shape`, `granularity` or `device` is
            out of range, or `out` has another shape, is read-only or overlaps itself.

    Source:
        Srivastava et al., Dropout, JMLR 15, 2014, for the mask; Tompson et al., Efficient object
        localization using convolutional networks, CVPR 2015, sec. 3.2, for whole channels.
    """
    if out is None and not is_compiling():
        done = _core.dropout_mask_directly(
            shape, p, seed, sample, first_element, granularity, packed, device
        )
        if done is not None:
            return done
    p = check_probability(p)
    seed = check_unsigned("seed", seed, 64)
    sample = check_unsigned("sample", sample, 32)
    first_element = check_first_element(first_element)
    check_device(device)
    packed = check_flag("packed", packed)
    sizes = mask_shape(check_shape(shape), granularity)
    n, dtype = math.prod(sizes), torch.uint8 if packed else torch.bool
    sizes = ((n + 7) // 8,) if packed else sizes
    draw = (n, first_element, p, seed, sample)
    if out is None:
        return _filled(empty_on(device, sizes, dtype), *draw)
    target = writable_tensor(out)
    _check_out(target, sizes, dtype)
    if not target.is_contiguous():
        return target.copy_(_filled(empty_on(target.device, sizes, dtype), *draw))
    if direct(target):
        torch.autograd.graph.increment_version(target)
    return _filled(target, *draw)


def _filled(out: Tensor, n: int, first_element: int, p: float, seed: int, sample: int) -> Tensor:
    if direct(out):
        _fill(out, n, first_element, p, seed, sample)
    else:
        torch.ops.pyfrontiers.dropout_mask_(out, n, first_element, float(p), signed(seed), sample)
    return out


def _check_out(out: Tensor, sizes: tuple[int, ...], dtype: torch.dtype) -> None:
    check_device(out.device, "out")
    if out.dtype != dtype:
        raise TypeError(f"out must have dtype {dtype}, got {out.dtype}")
    if out.layout != torch.strided:
        raise TypeError(f"out must be a strided tensor, got layout {out.layout}")
    if out.shape != sizes:
        raise ValueError(f"out must have shape {tuple(sizes)}, got {tuple(out.shape)}")
    check_separate(out)


def mask_shape(shape: tuple[int, ...], granularity: Granularity) -> tuple[int, ...]:
    """Return the shape of the mask, which broadcasts over `shape`."""
    check_granularity(granularity, len(shape))
    if granularity == "channel":
        return (*shape[:2], *(1 for _ in shape[2:]))
    return shape


def _fill(out: Tensor, n: int, first_element: int, p: float, seed: int, sample: int) -> None:
    packed = out.dtype == torch.uint8
    if packed and out.data_ptr() % 4:  # bits are written as words
        aligned = torch.empty_like(out)
        _fill(aligned, n, first_element, p, seed, sample)
        out.copy_(aligned)
        return
    core, where = devices.execution(out, 4 * n)
    core.dropout_mask(
        out.data_ptr(),
        n,
        first_element,
        packed,
        keep_threshold(p),
        unsigned(seed),
        sample,
        where,
    )


define(
    "dropout_mask_(Tensor(a!) out, SymInt n, SymInt first_element, float p, SymInt seed, "
    "SymInt sample) -> ()",
    _fill,
    lambda out, n, first_element, p, seed, sample: None,
)


def dropout_mask_reference(
    shape: Shape,
    p: float,
    *,
    seed: int,
    sample: int = 0,
    first_element: int = 0,
    granularity: Granularity = "element",
    packed: bool = False,
) -> Tensor:
    """Compute `dropout_mask` in plain torch, one binary digit of q after the other."""
    sizes = mask_shape(check_shape(shape), granularity)
    n, use = math.prod(sizes), STREAMS["dropout"]
    kept = keep_reference(n, keep_threshold(p), use, seed, sample, first_element)
    if not packed:
        return kept.reshape(sizes)
    bytes_ = torch.zeros((n + 7) // 8 * 8, dtype=torch.uint8, device="cpu")
    bytes_[:n] = kept.to(torch.uint8)
    return (
        (bytes_.reshape(-1, 8) << torch.arange(8, dtype=torch.uint8, device="cpu"))
        .sum(1)
        .to(torch.uint8)
    )


def keep_reference(
    n: int, threshold: int, use: int, seed: int, sample: int = 0, first_element: int = 0
) -> Tensor:
    """Decide n elements, each kept with probability threshold / 2^32.

    Args:
        n: number of elements.
        threshold: 0 to 2^32.
        use: word 3 of the counter in the first round; each further round adds 1.
        seed: the key.
        sample: word 2 of the counter.
        first_element: number of the first element.

    Returns:
        A bool tensor, True where kept.
    """
    first_block, phase = divmod(first_element, 128)
    blocks = first_block + torch.arange((phase + n + 127) // 128, device="cpu")
    lanes = torch.arange(32, device="cpu")
    undecided = torch.ones(len(blocks), 4, 32, dtype=torch.bool, device="cpu")
    keep = torch.full_like(undecided, threshold == 1 << 32)
    for r in range(32):
        words = words_reference(blocks, sample, use + r, seed)
        random = (words.unsqueeze(-1) >> lanes & 1).bool()
        digit = bool(threshold >> (31 - r) & 1)
        if digit:
            keep |= undecided & ~random
        undecided &= random == digit
    return keep.flatten()[phase : phase + n]
