"""Street scenes per second, in two processes with one thread each.

    python -m tests.benchmarks.bench_scenes [--scenes 100] [--processes 2] [--json]

Each process draws scenes of 128 x 64 of its seed. The processes begin together, once all have
imported torch and built the library of shapes. Processor time per scene is printed too: unlike wall
time, it hardly depends on other programs on the machine. Target: 200 scenes a second on two cores,
which is 10 ms of processor time a scene.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import time
from typing import TYPE_CHECKING

import torch

from pyfrontiers.scenes import scene

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

AIM_PER_SECOND = 200

_state: dict[str, Barrier] = {}


def share(start: Barrier) -> None:
    """Keep the barrier at which a process waits for the others."""
    _state["start"] = start


def draw(work: tuple[int, int]) -> tuple[float, float, list[float]]:
    """Draw scenes; return start, end, and the processor milliseconds of each."""
    seed, scenes = work
    torch.set_num_threads(1)
    for index in range(3):
        scene(seed, index)
    _state["start"].wait()
    began, milliseconds = time.monotonic(), []
    for index in range(scenes):
        at = time.process_time()
        scene(seed, index)
        milliseconds.append(1e3 * (time.process_time() - at))
    return began, time.monotonic(), milliseconds


def measure(scenes: int, processes: int) -> dict[str, float]:
    """Draw scenes in several processes at once."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, share, (context.Barrier(processes),)) as pool:
        runs = pool.map(draw, [(seed, scenes) for seed in range(processes)], chunksize=1)
    seconds = max(end for _, end, _ in runs) - min(begin for begin, _, _ in runs)
    each = sorted(value for _, _, values in runs for value in values)
    return {
        "scenes_per_second": round(processes * scenes / seconds, 1),
        "cpu_ms_median": round(statistics.median(each), 2),
        "cpu_ms_fastest": round(each[0], 2),
        "cpu_ms_95": round(each[int(0.95 * len(each))], 2),
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scenes", type=int, default=100)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.scenes, given.processes)
    if given.json:
        print(json.dumps(found))  # noqa: T201
        return
    print(  # noqa: T201
        f"{found['scenes_per_second']} scenes a second (target {AIM_PER_SECOND}); processor time "
        f"of a scene: median {found['cpu_ms_median']} ms, fastest {found['cpu_ms_fastest']}, 95 % "
        f"below {found['cpu_ms_95']}; load average {found['load_average']}"
    )


if __name__ == "__main__":
    main()
