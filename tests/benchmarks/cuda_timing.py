"""GPU timing with events in the current stream, and a call's peak GPU memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

_TURN_MILLISECONDS = 8.0
_MAX_CALLS = 1000


def cuda_turn(call: Callable[[], object]) -> float:
    """Call for some milliseconds of the GPU's time and return seconds per call.

    Events are recorded in the stream around the work, so that launch overhead counts only where it
    leaves the GPU idle, as in a program. Two calls come first: one warms up, the other determines
    how many calls fill a turn.
    """
    call()
    calls = min(_MAX_CALLS, math.ceil(_TURN_MILLISECONDS / max(_milliseconds(call, 1), 1e-3)))
    return _milliseconds(call, calls) / 1e3 / calls


def _milliseconds(call: Callable[[], object], calls: int) -> float:
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(calls):
        call()
    end.record()
    end.synchronize()
    elapsed: float = start.elapsed_time(end)
    return elapsed


def memory_of(call: Callable[[], object]) -> int:
    """Return a call's peak GPU memory in bytes, including its result."""
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    result = call()
    torch.cuda.synchronize()
    del result
    return torch.cuda.max_memory_allocated() - before
