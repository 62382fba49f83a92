"""Runs the benchmarks one kernel after the other and evaluates their targets."""

from __future__ import annotations

import gc
import os
import platform
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pyfrontiers.comparison.load import OtherWork
from pyfrontiers.kernels import current_isa
from pyfrontiers.kernels.table import KERNELS
from pyfrontiers.provenance import Provenance

from . import sizes
from .figures import figures
from .peers import peer_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .timing import Benchmark

END_TO_END = (
    *("mc_network", "dropout_networks", "ensemble", "head", "attack", "eot", "small_calls"),
)
"""Benchmarks of several kernels together."""

ELEMENTS = 64 * 3 * 224 * 224
"""9.6 million: a batch of 64 photographs."""


NAMES = (*(kernel.name for kernel in KERNELS), *END_TO_END, "sizes")
"""What can be measured: each kernel at one size, several together, and all over the sizes."""


def benchmark_of(name: str) -> Callable[[int], Benchmark]:
    """Return the function that prepares a benchmark."""
    found: Callable[[int], Benchmark] = import_module(f".bench_{name}", __package__).benchmark
    return found


def environment(threads: int, elements: int, rounds: int) -> dict[str, Any]:
    """Describe what the figures depend on."""
    return {
        "instruction_set": current_isa(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "peers": peer_versions(),
        "threads": threads,
        "elements": elements,
        "rounds": rounds,
        "load_average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def measure(
    names: Sequence[str] = NAMES,
    *,
    elements: int = ELEMENTS,
    rounds: int = 15,
    threads: int = 2,
    report: Callable[[float, str], None] = lambda *_: None,
) -> dict[str, Any]:
    """Verify and time kernels, and say where the figures come from.

    Args:
        names: of `NAMES`.
        elements: size of a tensor, except in the sweep over sizes.
        rounds: turns of each candidate, likewise.
        threads: threads of torch and of the kernels.
        report: called with the fraction done and the name of what is being measured.

    Returns:
        provenance, environment and results, as `pyfrontiers bench --json` prints them.
    """
    torch.set_num_threads(threads)
    found: dict[str, Any] = {"environment": environment(threads, elements, rounds)}
    start, results = time.monotonic(), list[dict[str, Any]]()
    for result in run(
        names, elements, rounds, lambda text: report(len(results) / len(names), text)
    ):
        results.append(result)
    made = Provenance.now(seconds=time.monotonic() - start)
    return {"provenance": made.as_json(), **found, "results": results}


def run(
    names: Sequence[str], elements: int, rounds: int, tell: Callable[[str], None] = lambda _: None
) -> Iterator[dict[str, Any]]:
    """Verify and time each kernel; yield its figures as soon as they are available.

    Args:
        names: of `NAMES`.
        elements: size of a tensor, except in the sweep over sizes.
        rounds: turns of each candidate, likewise.
        tell: called with the name of what is being measured.

    Yields:
        The results of `figures` or `sizes.measure`, with seconds, the duration, and other_cores,
        the number of cores that other programs used meanwhile.

    Raises:
        AssertionError: a kernel and its reference do different work; nothing is timed then.
    """
    for name in names:
        tell(name)
        others, start = OtherWork(), time.monotonic()
        if name == "sizes":
            found = sizes.measure(tell=lambda size: tell(f"sizes: {size}"))
        else:
            found = figures(benchmark_of(name)(elements), rounds)
        gc.collect()  # compiled candidates hold their tensors in reference cycles
        yield {
            **found,
            "seconds": round(time.monotonic() - start, 1),
            "other_cores": others.cores(),
        }
