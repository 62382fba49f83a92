"""Which processor a figure was measured on; nothing that names the machine or its owner."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from pyfrontiers.claims.model import Machine

__all__ = ["this_machine", "usable_cores"]

_CPUINFO = Path("/proc/cpuinfo")


def usable_cores() -> int:
    """Count the processor cores that this process may run on, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def this_machine() -> Machine:
    """Describe this machine by processor model and usable cores."""
    return Machine(cpu=_processor(), cores=usable_cores())


def _processor() -> str:
    # platform.processor() is empty on most Linux systems; the kernel's table has the model's name.
    try:
        for line in _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip().lower() in {"model name", "cpu model", "hardware"} and value.strip():
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown processor"
