"""Calls on 1,024 elements, where overhead dominates, next to torch's operators.

Measured in processor time, which equals wall time on an idle machine: if another program interrupts
a call of a few microseconds, its wall time can be milliseconds.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import torch

from pyfrontiers import kernels
from pyfrontiers.comparison import one_turn

from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

ELEMENTS = 1024
AT_MOST = 4e-6
"""Seconds a call may take, eager and without gradients."""

_WHY = {
    "linf_step": "three tensors to inspect and one to allocate; none in place",
    "l2_step": "two norms and a search over float64 sums before the first write",
    "mc_dropout_mean, T = 4": "four masks are counted before the first write",
    "l1_step": "selects and moves the steepest 1 %, then projects in about seven iterations",
    "project, L1 and box": "the projection reads all elements in about seven iterations",
    "predictive, 8 x 8 x 16": "torch takes about 1 us to allocate each of the five results",
    "random_start, l2": "1,024 normal numbers are drawn twice: for the norm and for the point",
    "normal": "1,024 float64 logarithms, sines and cosines take most of the call",
    "corrupt_labels": "torch takes about 1 us to allocate each of the two results",
}
"""What a call that misses the target spends its time on."""


def calls() -> dict[str, Callable[[], object]]:
    """Return our calls by name."""
    x, grad = torch.rand(ELEMENTS), torch.randn(ELEMENTS)
    origin, out, labels = x * 0.9, torch.empty(ELEMENTS), torch.arange(ELEMENTS) % 10
    passes, rows = x.reshape(32, 32), x.reshape(4, -1)
    row, slope, centre = (each.clone().reshape(1, ELEMENTS) for each in (x, grad, origin))
    far, logits = row + 0.1 * slope, x.reshape(8, 8, 16)
    return {
        "bits": lambda: kernels.bits(ELEMENTS, seed=1),
        "uniform": lambda: kernels.uniform(ELEMENTS, seed=1),
        "normal": lambda: kernels.normal(ELEMENTS, seed=1),
        "randint": lambda: kernels.randint(ELEMENTS, 0, 10, seed=1),
        "dropout_mask": lambda: kernels.dropout_mask(ELEMENTS, 0.5, seed=1),
        "dropout_mask, packed": lambda: kernels.dropout_mask(ELEMENTS, 0.5, seed=1, packed=True),
        "dropout": lambda: kernels.dropout(x, 0.5, seed=1),
        "dropout, p = 0.1": lambda: kernels.dropout(x, 0.1, seed=1),
        "dropout, out": lambda: kernels.dropout(x, 0.5, seed=1, out=out),
        "mc_dropout, T = 4": lambda: kernels.mc_dropout(x, 0.5, 4, seed=1),
        "mc_dropout_mean, T = 4": lambda: kernels.mc_dropout_mean(x, 0.5, 4, seed=1),
        "linf_step": lambda: kernels.linf_step(x, grad, origin, step=0.1, epsilon=0.2),
        "linf_step, in place": lambda: kernels.linf_step(
            x, grad, origin, step=0.1, epsilon=0.2, out=x
        ),
        "l2_step": lambda: kernels.l2_step(row, slope, centre, step=0.1, epsilon=0.2),
        "l2_step, in place": lambda: kernels.l2_step(
            row, slope, centre, step=0.1, epsilon=0.2, out=row
        ),
        "l1_step": lambda: kernels.l1_step(row, slope, centre, step=0.5, epsilon=2.0),
        "project, L2": lambda: kernels.project(far, centre, norm="l2", epsilon=1.0),
        "project, L1 and box": lambda: kernels.project(
            far, centre, norm="l1", epsilon=9.0, bounds=(0.0, 1.0)
        ),
        "moments, 32 passes": lambda: kernels.moments(passes),
        "predictive, 8 x 8 x 16": lambda: kernels.predictive(logits),
        "random_start, linf": lambda: kernels.random_start(rows, norm="linf", epsilon=0.1, seed=1),
        "random_start, l2": lambda: kernels.random_start(rows, norm="l2", epsilon=0.1, seed=1),
        "additive_noise": lambda: kernels.additive_noise(x, 0.1, seed=1),
        "additive_noise, salt": lambda: kernels.additive_noise(
            x, 0.1, kind="salt_and_pepper", seed=1
        ),
        "corrupt_labels": lambda: kernels.corrupt_labels(labels, 0.5, 10, seed=1),
    }


def benchmark(_: int) -> Benchmark:
    """Time every call next to torch's own operators, which compute something else."""
    x = torch.rand(ELEMENTS)
    torchs = {
        "torch empty_like": lambda: torch.empty_like(x),
        "torch mul": lambda: x * 2.0,
        "torch dropout": lambda: torch.nn.functional.dropout(x, 0.5),
    }
    candidates = [Candidate(name, call) for name, call in {**calls(), **torchs}.items()]

    def verify() -> None:
        for name, call in calls().items():
            assert call() is not None, name

    targets = tuple(
        Target("4 us per call", name, (), 1, allowed=AT_MOST, if_missed=_WHY.get(name, ""))
        for name in calls()
    )
    turn = partial(one_turn, clock=time.process_time)
    return Benchmark("small calls", verify, tuple(candidates), targets, turn)
