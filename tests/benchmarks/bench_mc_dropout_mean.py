"""The mean over 64 passes in one call, compared with writing the passes and averaging them."""

from __future__ import annotations

import torch
from torch.nn import functional

from pyfrontiers.kernels import mc_dropout, mc_dropout_mean, mc_dropout_mean_reference

from .timing import Benchmark, Candidate, Target

SAMPLES = 64


def benchmark(elements: int) -> Benchmark:
    """Compare on passes with `elements` elements in total."""
    x = torch.randn(elements // SAMPLES)
    out, passes = torch.empty_like(x), torch.empty(SAMPLES, len(x))
    copies = x.expand(SAMPLES, -1)

    def verify() -> None:
        part = x[:5000]
        mean = mc_dropout_mean(part, 0.1, SAMPLES, seed=1)
        assert mean.equal(mc_dropout_mean_reference(part, 0.1, SAMPLES, seed=1))
        torch.testing.assert_close(mean, mc_dropout(part, 0.1, SAMPLES, seed=1).mean(0))

    moved = 8 * len(x)
    candidates = (
        *(
            Candidate(
                f"mc_dropout_mean, p = {p}",
                lambda p=p: mc_dropout_mean(x, p, SAMPLES, seed=1, out=out),
                moved,
            )
            for p in (0.5, 0.1)
        ),
        Candidate(
            "mc_dropout, then mean",
            lambda: torch.mean(mc_dropout(x, 0.1, SAMPLES, seed=1, out=passes), 0, out=out),
            moved,
        ),
        *(
            Candidate(
                f"torch dropout of T copies, then mean, p = {p}",
                lambda p=p: functional.dropout(copies, p).mean(0),
                moved,
            )
            for p in (0.5, 0.1)
        ),
    )
    targets = tuple(
        Target(
            f"eager torch, p = {p}",
            f"mc_dropout_mean, p = {p}",
            (f"torch dropout of T copies, then mean, p = {p}",),
            10.0,
        )
        for p in (0.5, 0.1)
    )
    return Benchmark("mc_dropout_mean", verify, candidates, targets)
