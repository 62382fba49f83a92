"""Learning from few examples: meta-training, and five points to new curves.

    python -m tests.benchmarks.bench_transfer [--tasks 70000] [--json]

Targets on two cores: MAML of second order sees 70,000 sinusoid tasks within 5 minutes; the curves
of all methods through five points take at most 150 ms. Processor time is printed too: unlike wall
time, it hardly depends on other programs on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from dataclasses import replace

import numpy as np

from pyfrontiers.transfer import Sinusoids, curves_through, evaluate, meta_train, plan_for

AIM_TASKS, AIM_TRAINING_S, AIM_CURVES_S = 70_000, 300.0, 0.15
ROUNDS = 21
X, Y = np.array([-4.0, -1.5, 0.5, 2.0, 3.5]), np.array([-1.0, 2.0, 1.5, -2.0, 0.5])


def time_training(tasks: int) -> dict[str, float]:
    """Return the seconds of a meta-training, and the errors that it leads to."""
    plan = plan_for("maml", "regression")
    plan = replace(plan, steps=-(-tasks // plan.batch))
    start, worked = time.perf_counter(), time.process_time()
    trained = meta_train("maml", Sinusoids(), plan=plan)
    found = {
        "tasks": plan.tasks,
        "training_wall_s": time.perf_counter() - start,
        "training_processor_s": time.process_time() - worked,
    }
    curve = evaluate(trained, Sinusoids(), seed=1)
    return found | {f"error_after_{steps}": float(curve.at(steps)) for steps in curve.steps}


def time_curves() -> dict[str, float]:
    """Return wall and processor seconds of the curves of all methods through five points."""
    curves_through(X, Y)
    wall, busy = [], []
    for _ in range(ROUNDS):
        start, worked = time.perf_counter(), time.process_time()
        curves_through(X, Y)
        wall.append(time.perf_counter() - start)
        busy.append(time.process_time() - worked)
    return {"curves_wall_s": statistics.median(wall), "curves_processor_s": statistics.median(busy)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tasks", type=int, default=AIM_TASKS)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = time_training(given.tasks) | time_curves()
    found["load_average"] = os.getloadavg()[0]
    if given.json:
        print(json.dumps(found))  # noqa: T201
        return
    aims = {"training_wall_s": AIM_TRAINING_S, "curves_wall_s": AIM_CURVES_S}
    for name, value in found.items():
        aim = f"  target {aims[name]:g}" if name in aims else ""
        print(f"{name:24} {value:.4g}{aim}")  # noqa: T201


if __name__ == "__main__":
    main()
