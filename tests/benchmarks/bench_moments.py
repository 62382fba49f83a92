"""Mean and variance over 32 passes, compared with torch's var_mean and NumPy."""

from __future__ import annotations

import torch

from pyfrontiers.kernels import moments, moments_reference

from .timing import Benchmark, Candidate, Target

PASSES = 32


def benchmark(elements: int) -> Benchmark:
    """Compare on `elements` elements in 32 passes."""
    samples = torch.randn(PASSES, elements // PASSES)
    array = samples.numpy()

    def verify() -> None:
        part = samples[:, :5000]
        for ours, wanted in zip(moments(part), moments_reference(part), strict=True):
            torch.testing.assert_close(ours, wanted)

    read = 4 * samples.numel()
    candidates = (
        Candidate("moments", lambda: moments(samples), read),
        Candidate("torch var_mean", lambda: torch.var_mean(samples, 0, correction=0), read),
        Candidate(
            "torch var_mean in float64",
            lambda: torch.var_mean(samples.double(), 0, correction=0),
            read,
        ),
        Candidate("NumPy mean and var", lambda: (array.mean(0), array.var(0)), read),
    )
    baselines = ("torch var_mean", "NumPy mean and var")
    targets = (Target("the faster of var_mean and NumPy", "moments", baselines, 1),)
    return Benchmark("moments", verify, candidates, targets)
