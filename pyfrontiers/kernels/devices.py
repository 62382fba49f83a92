"""The compiled module for a device, and the threads or stream on which a kernel runs."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import _core

if TYPE_CHECKING:
    from types import ModuleType

    from torch import Tensor

Execution = int | tuple[int, int]
"""The last argument of every compiled kernel: a number of threads, or (device, CUDA stream)."""


SHARED_BYTES = 512 << 10
"""Smallest amount of work for which a second thread is used, in bytes moved in the same time.

Below this, waking a thread costs more than it saves: it may have to wait milliseconds for a time
slice, during which the first one spins. The fast path has the same rule (direct.hpp).
"""


def execution(out: Tensor, work: int | None = None) -> tuple[ModuleType, Execution]:
    """Return the compiled module for a checked tensor's device, and how to run there.

    On the CPU, that is a number of threads: torch's, or 1 for little work. With CUDA it is the
    current stream of the tensor's device. Both modules have the same functions, which take it as
    their last argument.

    Args:
        out: the tensor.
        work: bytes that the call moves, or could move in the same time; None for a large amount.
    """
    if not out.is_cuda:
        small = work is not None and work < SHARED_BYTES
        return _core, 1 if small else torch.get_num_threads()
    module, index = cuda_module(), out.get_device()
    assert module is not None  # check_tensor and check_device reject the device otherwise
    return module, (index, torch._C._cuda_getCurrentRawStream(index))


@cache
def cuda_module() -> ModuleType | None:
    """Return the CUDA module, or None if it was not built. Works without a GPU."""
    try:
        return import_module("pyfrontiers.kernels._core_cuda")
    except ModuleNotFoundError:
        return None
