"""The processor on which a figure was measured; neither the host nor its owner is named."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from pyfrontiers.counts import counted

__all__ = ["Machine", "this_machine", "usable_cores"]

_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine.

    Attributes:
        cpu: Processor model.
        cores: Cores that the run could use.

    """

    cpu: str
    cores: int

    def __str__(self) -> str:
        """Describe it in words, such as ``"AMD EPYC, 2 cores"``."""
        return f"{self.cpu}, {counted(self.cores, 'core')}"


def usable_cores() -> int:
    """Count the processor cores that this process may run on, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def this_machine() -> Machine:
    """Describe this machine."""
    return Machine(cpu=_processor(), cores=usable_cores())


def _processor() -> str:
    # platform.processor() is empty on most Linux systems; /proc/cpuinfo has the model name.
    try:
        for line in _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip().lower() in {"model name", "cpu model", "hardware"} and value.strip():
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown processor"
