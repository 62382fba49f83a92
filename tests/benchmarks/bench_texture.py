"""Share of a texture attack's time outside the classifier, in section 8.

    python -m tests.benchmarks.bench_texture [--steps 20] [--rounds 3] [--json]

Attacks the turtle as `pyfrontiers physical turtle` does, with fewer steps. Each round runs once on
all threads by the clock on the wall, and once on one thread by processor time, which hardly depends
on other programs on the machine. Target: at most 15 % outside the classifier's forward and backward
passes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from contextlib import ExitStack
from unittest import mock

import torch

from pyfrontiers.physical import load_object, robust_texture

AIM = 0.15
_CLOCKS = ("pyfrontiers.physical.progress", "pyfrontiers.vision.input_gradient")


def share(steps: int, *, threads: int, processor: bool) -> float:
    """Run a short attack and return the share of its steps outside the classifier."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with ExitStack() as stack:
            if processor:
                for module in _CLOCKS:
                    stack.enter_context(mock.patch(f"{module}.perf_counter", time.thread_time))
            found = robust_texture(
                *(load_object("turtle"), "rifle"),
                steps=steps,
                held_out=1,
                progress=lambda state: None,
            )
    finally:
        torch.set_num_threads(before)
    assert found.share_outside is not None
    return found.share_outside


def measure(steps: int, rounds: int) -> dict[str, float | list[float]]:
    """Measure both shares in turns."""
    threads = torch.get_num_threads()
    share(2, threads=threads, processor=False)
    wall, processor = [], []
    for _ in range(rounds):
        wall.append(share(steps, threads=threads, processor=False))
        processor.append(share(steps, threads=1, processor=True))
    return {
        "aim": AIM,
        "threads": threads,
        "wall": [round(value, 4) for value in wall],
        "wall_median": round(statistics.median(wall), 4),
        "processor": [round(value, 4) for value in processor],
        "processor_median": round(statistics.median(processor), 4),
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=20, help="steps of each attack")
    parser.add_argument("--rounds", type=int, default=3, help="runs on each clock")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    found = measure(given.steps, given.rounds)
    if given.json:
        print(json.dumps(found))  # noqa: T201
        return
    for clock in ("wall", "processor"):
        threads = found["threads"] if clock == "wall" else 1
        print(  # noqa: T201
            f"outside the classifier, by {clock} time on {threads} threads: "
            f"{100 * found[f'{clock}_median']:.1f} % (aim {100 * AIM:.0f} %)"
        )


if __name__ == "__main__":
    main()
