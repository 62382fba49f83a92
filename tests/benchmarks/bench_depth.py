"""Depth with uncertainty: time and memory of T passes, and training until sigma is useful.

    python -m tests.benchmarks.bench_depth [--train] [--json]

Targets on two cores: 50 passes of one scene of 128 x 64 within 0.5 s, in memory that does not
depend on the number of passes; with --train, at most 8 minutes from scratch, scenes included, until
the AUSE of sigma is smaller than that of the picture's gradient, with a 95 % interval of the
difference above 0. Processor time is printed too: unlike wall time, it hardly depends on other
programs on the machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import time
from typing import Any

import torch

from pyfrontiers.depth import (
    AS_TRAINED,
    evaluate_depth,
    predict_depth,
    train_depth,
    trained_depth,
)
from pyfrontiers.scenes import StreetScenes, scene

AIM_S, AIM_TRAINING_S = 0.5, 480.0
PASSES, ROUNDS = 50, 11
#: Steps of the training runs, each from scratch, until one is good enough.
STEPS = (25, 50, 100, 200, 400, 800, 1600)
#: Passes of the two processes whose memory is compared.
FEW, MANY = 5, 500


def time_passes() -> dict[str, float]:
    """Return wall and processor seconds of `PASSES` passes of one scene."""
    network, image = trained_depth(), scene(1, 0, **AS_TRAINED).image[None]
    predict_depth(network, image, samples=2)
    wall, busy = [], []
    for _ in range(ROUNDS):
        start, worked = time.perf_counter(), time.process_time()
        predict_depth(network, image, samples=PASSES)
        wall.append(time.perf_counter() - start)
        busy.append(time.process_time() - worked)
    return {"wall_s": statistics.median(wall), "processor_s": statistics.median(busy)}


def peak_growth(passes: int) -> float:
    """Return by how many MiB passes raise the peak memory of a process that has made two."""
    torch.set_num_threads(1)
    network, image = trained_depth(), scene(1, 0, **AS_TRAINED).image[None]
    predict_depth(network, image, samples=2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    predict_depth(network, image, samples=passes)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def memory() -> dict[str, float]:
    """Return the growth of peak memory with few and with many passes, in fresh processes."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        few, many = pool.map(peak_growth, (FEW, MANY), chunksize=1)
    return {"few_mib": few, "many_mib": many}


def train_until_useful() -> dict[str, Any]:
    """Train from scratch with more and more steps until sigma beats the picture's gradient."""
    tests = StreetScenes(1, 24, **AS_TRAINED)
    for steps in STEPS:
        start, worked = time.perf_counter(), time.process_time()
        run = train_depth(count=min(1500, 16 * steps), steps=steps)
        wall, busy = time.perf_counter() - start, time.process_time() - worked
        found = evaluate_depth(run.model, tests, samples=10)
        result = {
            "steps": steps,
            "wall_s": wall,
            "processor_s": busy,
            "ause": found.ause["sigma"].value,
            "ause_gradient": found.ause["image gradient"].value,
            "low": found.gain.low,
        }
        if found.gain.low is not None and found.gain.low > 0:
            return result
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found: dict[str, Any] = {"passes": time_passes(), "memory": memory()}
    if given.train:
        found["training"] = train_until_useful()
    found["load_average"] = round(os.getloadavg()[0], 1)
    if given.json:
        print(json.dumps(found))  # noqa: T201
        return
    lines = [
        f"{PASSES} passes: {found['passes']['wall_s']:.3f} s, processor time "
        f"{found['passes']['processor_s']:.3f} s (target {AIM_S} s)",
        f"peak memory: + {found['memory']['few_mib']:.1f} MiB with {FEW} passes, "
        f"+ {found['memory']['many_mib']:.1f} MiB with {MANY}",
    ]
    if given.train:
        one = found["training"]
        lines.append(
            f"training: AUSE {1000 * one['ause']:.2f} /km against "
            f"{1000 * one['ause_gradient']:.2f} of the gradient after {one['steps']} steps, "
            f"{one['wall_s']:.0f} s, processor time {one['processor_s']:.0f} s "
            f"(target {AIM_TRAINING_S:.0f} s)"
        )
    print("\n".join([*lines, f"load average {found['load_average']}"]))  # noqa: T201


if __name__ == "__main__":
    main()
