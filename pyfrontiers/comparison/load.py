"""The CPU load that other programs caused during a measurement."""

from __future__ import annotations

import os
import time
from pathlib import Path

__all__ = ["OtherWork"]

_STAT = Path("/proc/stat")


class OtherWork:
    """Measures the CPU time spent outside this process since it was created."""

    def __init__(self) -> None:
        self._start = _readings()

    def cores(self) -> float | None:
        """Return the average number of cores that other programs kept busy, or None if unknown.

        CPU time stolen by a hypervisor counts as other work.
        """
        if self._start is None or (now := _readings()) is None:
            return None
        busy, own, wall = (b - a for a, b in zip(self._start, now, strict=True))
        return round(max(0.0, busy - own) / max(wall, 1e-3), 2)


def _readings() -> tuple[float, float, float] | None:
    try:
        first = _STAT.read_text(encoding="ascii").partition("\n")[0].split()
    except OSError:
        return None
    user, nice, system, _idle, _waiting, *interrupts_and_stolen = (int(n) for n in first[1:9])
    ticks = user + nice + system + sum(interrupts_and_stolen)
    return ticks / os.sysconf("SC_CLK_TCK"), time.process_time(), time.monotonic()
