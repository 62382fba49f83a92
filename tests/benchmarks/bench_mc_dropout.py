"""32 passes into one tensor, compared with filling that tensor with a constant."""

from __future__ import annotations

import torch
from torch.nn import functional

from pyfrontiers.kernels import mc_dropout, mc_dropout_reference

from .timing import Benchmark, Candidate, Target

SAMPLES = 32


def benchmark(elements: int) -> Benchmark:
    """Compare on an output of `elements` elements."""
    x = torch.randn(elements // SAMPLES)
    out = torch.empty(SAMPLES, len(x))
    copies = x.expand(SAMPLES, -1)

    def verify() -> None:
        part = x[:5000]
        drawn = mc_dropout(part, 0.1, SAMPLES, seed=1)
        assert drawn.equal(mc_dropout_reference(part, 0.1, SAMPLES, seed=1))

    written = 4 * out.numel()
    candidates = (
        *(
            Candidate(
                f"mc_dropout, p = {p}",
                lambda p=p: mc_dropout(x, p, SAMPLES, seed=1, out=out),
                written,
            )
            for p in (0.5, 0.1)
        ),
        Candidate("torch fill_", lambda: out.fill_(1.0), written),
        Candidate("torch dropout of T copies", lambda: functional.dropout(copies, 0.5), written),
    )
    targets = tuple(
        Target(
            "bandwidth of a fill",
            f"mc_dropout, p = {p}",
            ("torch fill_",),
            0.80,
            True,
            if_missed="39 MB of streaming stores run at memory bandwidth, as fast as a bare loop "
            "of them; an immediately repeated fill hits the last-level cache, while a fill between "
            "other work takes longer than ours",
        )
        for p in (0.5, 0.1)
    )
    return Benchmark("mc_dropout", verify, candidates, targets)
