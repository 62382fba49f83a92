"""Runs the benchmarks one kernel after the other and says what each target came to."""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING, Any

import torch

from pyfrontiers.claims import this_machine
from pyfrontiers.kernels import current_isa

from . import (
    bench_additive_noise,
    bench_corrupt_labels,
    bench_dropout,
    bench_dropout_mask,
    bench_l1_step,
    bench_l2_step,
    bench_linf_step,
    bench_mc_dropout,
    bench_moments,
    bench_philox,
    bench_predictive,
    bench_project,
    bench_random_start,
    bench_render,
    bench_sample_transforms,
    bench_transform,
)
from .figures import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .timing import Benchmark

KERNELS: dict[str, Callable[[int], Benchmark]] = {
    "philox": bench_philox.benchmark,
    "dropout_mask": bench_dropout_mask.benchmark,
    "corrupt_labels": bench_corrupt_labels.benchmark,
    "dropout": bench_dropout.benchmark,
    "mc_dropout": bench_mc_dropout.benchmark,
    "linf_step": bench_linf_step.benchmark,
    "l2_step": bench_l2_step.benchmark,
    "l1_step": bench_l1_step.benchmark,
    "project": bench_project.benchmark,
    "moments": bench_moments.benchmark,
    "predictive": bench_predictive.benchmark,
    "random_start": bench_random_start.benchmark,
    "additive_noise": bench_additive_noise.benchmark,
    "sample_transforms": bench_sample_transforms.benchmark,
    "transform": bench_transform.benchmark,
    "render": bench_render.benchmark,
}

ELEMENTS = 64 * 3 * 224 * 224
"""9.6 million: a batch of 64 photographs."""


def environment(threads: int, elements: int, rounds: int) -> dict[str, Any]:
    """Describe what the figures depend on."""
    machine = this_machine()
    return {
        "date": datetime.date.today().isoformat(),
        "processor": machine.cpu,
        "cores": machine.cores,
        "instruction_set": current_isa(),
        "torch": torch.__version__,
        "threads": threads,
        "elements": elements,
        "rounds": rounds,
        "load_average": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def run(names: Sequence[str], elements: int, rounds: int) -> Iterator[dict[str, Any]]:
    """Verify and time each kernel; yield its figures as soon as they are there.

    Raises:
        AssertionError: a kernel and its reference do different work; nothing is timed then.
    """
    for name in names:
        yield figures(KERNELS[name](elements), rounds)
