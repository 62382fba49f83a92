"""What the engine of a study costs, and what a second worker brings.

    python -m tests.benchmarks.bench_study [--children 12] [--tiny 10000] [--ray] [--wait] [--json]

Children compute for a second of processor time, or wait for a second with `--wait`, which measures
the engine alone even while other programs keep the cores busy. The overhead is a worker's time
beyond its children's own, for each child, as a share of a second; workers have started before. Two
workers are compared with one by children an hour. Tiny children, on a thread of the coordinator,
show how time and disk grow: the disk is everything in the study's folder. Targets: 3 % (processes),
8 % (Ray), 1.8 times, 200 MB, and a 10,000th child that costs at most twice the 100th.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pyfrontiers.automl.study import open_study
from pyfrontiers.compute import InlineExecutor, open_executor

from .study_work import InOrder, Work, calibrate

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.automl.protocols import Search
    from pyfrontiers.automl.study import Study
    from pyfrontiers.compute import Executor


def study_in(
    folder: str, work: Work, observe: Callable[[int, Search], None] | None = None
) -> Study:
    """Open a study of children that do some work."""
    return open_study(Path(folder) / "study", search=InOrder(), trainable=work, observe=observe)


def overhead(executor: Executor, children: int, work: Work) -> tuple[float, float]:
    """Return a worker's seconds beyond its children's own, for each child, and children an hour."""
    workers = executor.capacity
    with tempfile.TemporaryDirectory() as folder:
        study = study_in(folder, work)
        study.run(executor, children=2 * workers)  # starts the workers
        before = sum(trial.seconds or 0.0 for trial in study.trials())
        began = time.perf_counter()
        study.run(executor, children=2 * workers + children)
        wall = time.perf_counter() - began
        own = sum(trial.seconds or 0.0 for trial in study.trials()) - before
        study.close()
    return (wall * workers - own) / children, 3600 * children / wall


def tiny(children: int) -> dict[str, float]:
    """Run tiny children; return milliseconds at the 100th and the last, and megabytes."""
    ends: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        executor = InlineExecutor()
        study = study_in(folder, Work(10), lambda told, search: ends.append(time.perf_counter()))
        study.run(executor, children=children)
        study.close()
        executor.close()
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    each = [1e3 * (after - before) for before, after in itertools.pairwise(ends)]
    early, late = statistics.median(each[50:150]), statistics.median(each[-100:])
    return {
        "ms_at_100": round(early, 2),
        f"ms_at_{children}": round(late, 2),
        "growth": round(late / early, 2),
        "megabytes": round(size / 1e6, 1),
        "seconds": round(ends[-1] - ends[0], 1),
    }


def measure(children: int, tiny_children: int, work: Work, *, ray: bool) -> dict[str, float]:
    """Measure everything."""
    found: dict[str, float] = {}
    hourly = {}
    for name, workers, cluster in (
        ("pool", 1, None),
        ("pool", 2, None),
        *((("ray", 1, "local"), ("ray", 2, "local")) if ray else ()),
    ):
        executor = open_executor(workers=workers, cluster=cluster)
        seconds, hourly[workers] = overhead(executor, children * workers, work)
        executor.close()
        found[f"{name}_{workers}_overhead_percent"] = round(100 * seconds, 2)
        found[f"{name}_{workers}_children_per_hour"] = round(hourly[workers])
        if workers == 2:
            found[f"{name}_2_against_1"] = round(hourly[2] / hourly[1], 2)
    found |= tiny(tiny_children)
    found["load_average"] = round(os.getloadavg()[0], 1)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--children", type=int, default=12)
    parser.add_argument("--tiny", type=int, default=10_000)
    parser.add_argument("--ray", action="store_true", help="also on a local Ray cluster")
    parser.add_argument("--wait", action="store_true", help="children wait instead of computing")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    work = Work(0, wait=1.0) if given.wait else Work(calibrate(1.0))
    found = measure(given.children, given.tiny, work, ray=given.ray)
    if given.json:
        print(json.dumps(found))  # noqa: T201
        return
    for name, value in found.items():
        print(f"{name:28} {value}")  # noqa: T201


if __name__ == "__main__":
    main()
