"""A packed mask compared with torch's Bernoulli draw."""

from __future__ import annotations

import torch

from pyfrontiers.kernels import dropout_mask, dropout_mask_reference

from .timing import Benchmark, Candidate, Target


def benchmark(elements: int) -> Benchmark:
    """Compare at p = 0.5, which needs one random bit per element, and at p = 0.1."""

    def verify() -> None:
        for p in (0.5, 0.25, 0.1):
            drawn = dropout_mask(50_000, p, seed=1, packed=True)
            assert drawn.equal(dropout_mask_reference(50_000, p, seed=1, packed=True))

    def packed(p: float) -> Candidate:
        def call() -> object:
            return dropout_mask(elements, p, seed=1, packed=True)

        return Candidate(f"packed mask, p = {p}", call, elements // 8)

    candidates = (
        packed(0.5),
        packed(0.25),
        packed(0.1),
        Candidate("bool mask, p = 0.1", lambda: dropout_mask(elements, 0.1, seed=1), elements),
        Candidate("torch bernoulli_, p = 0.5", lambda: torch.empty(elements).bernoulli_(0.5)),
        Candidate("torch bernoulli_, p = 0.1", lambda: torch.empty(elements).bernoulli_(0.1)),
    )
    targets = (
        Target("bernoulli_, p = 0.5", candidates[0].name, ("torch bernoulli_, p = 0.5",), 1200),
        Target("bernoulli_, p = 0.1", candidates[2].name, ("torch bernoulli_, p = 0.1",), 130),
    )
    return Benchmark("dropout_mask", verify, candidates, targets)
