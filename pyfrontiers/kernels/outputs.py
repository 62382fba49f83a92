"""A pool of memory for large results.

The C library returns large blocks to the system when they are freed, and new blocks are faulted in
page by page: about 15 ms for 38 MB, many times as long as dropout takes. So results of 256 KiB to
256 MiB come from a pool in the compiled core. Their storage owns the memory through DLPack: when
the storage is freed, its memory returns to the pool and serves the next result of about the same
size. The pool holds at most 256 MiB of free memory.

The storage of such a result cannot be resized, like that of a tensor made from a NumPy array.

Results of 4 MiB and more request huge pages: writing 38 MB into pooled memory then takes a tenth
less time, and 512 MiB, which are new in each call, a fifth of the time.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Final

import torch
from torch.utils.dlpack import from_dlpack

from pyfrontiers.kernels import _core

if TYPE_CHECKING:
    from torch import Tensor

SMALLEST: Final = _core.smallest_pooled
"""Smallest result that is pooled, in bytes. The C library keeps smaller blocks itself."""

CAPACITY: Final = _core.pool_capacity
"""Size limit of the pool in bytes, and the largest result that is pooled."""


@cache
def _example(dtype: torch.dtype) -> Tensor:
    return torch.empty(0, dtype=dtype, device="cpu")


def empty(shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Return an uninitialised contiguous CPU tensor, a large one over pooled memory."""
    size = math.prod(shape) * dtype.itemsize
    if size < SMALLEST:
        return torch.empty(shape, dtype=dtype, device="cpu")
    if size > CAPACITY:
        fresh = torch.empty(shape, dtype=dtype, device="cpu")
        _core.prefer_huge_pages(fresh.data_ptr(), fresh.nbytes)
        return fresh
    tensor = _core.pooled_tensor(shape, _example(dtype))
    if tensor is None:  # this torch has no exchange table
        memory = from_dlpack(_core.pooled_capsule(size)).untyped_storage()
        strides = torch.empty(shape, dtype=dtype, device="meta").stride()
        tensor = torch.empty(0, dtype=dtype, device="cpu").set_(memory, 0, shape, strides)
    return tensor
