"""dropout against torch's own and against a plain copy of the same array."""

from __future__ import annotations

import torch
from torch.nn import functional

from pyfrontiers.kernels import dropout, dropout_reference

from .timing import Benchmark, Contender, Target

PROBABILITIES = (0.5, 0.1, 0.37)


def benchmark(elements: int) -> Benchmark:
    """Compare with and without memory given by the caller."""
    x = torch.randn(elements)
    out = torch.empty_like(x)

    def verify() -> None:
        part = x[:50_000]
        for p in PROBABILITIES:
            assert dropout(part, p, seed=1).equal(dropout_reference(part, p, seed=1))
        assert dropout(x, 0.5, seed=1, out=out).equal(dropout(x, 0.5, seed=1))

    def into(p: float) -> Contender:
        return Contender(
            f"dropout into out, p = {p}", lambda: dropout(x, p, seed=1, out=out), 8 * elements
        )

    contenders = (
        *(into(p) for p in PROBABILITIES),
        Contender("dropout, p = 0.5", lambda: dropout(x, 0.5, seed=1), 8 * elements),
        Contender("dropout, p = 0.1", lambda: dropout(x, 0.1, seed=1), 8 * elements),
        Contender("torch copy_", lambda: out.copy_(x), 8 * elements),
        Contender("torch dropout, p = 0.5", lambda: functional.dropout(x, 0.5), 8 * elements),
        Contender("torch dropout, p = 0.1", lambda: functional.dropout(x, 0.1), 8 * elements),
    )
    targets = (
        Target("torch dropout", "dropout, p = 0.5", ("torch dropout, p = 0.5",), 50),
        Target("torch dropout", "dropout, p = 0.1", ("torch dropout, p = 0.1",), 45),
        *(
            Target("speed of a copy", f"dropout into out, p = {p}", ("torch copy_",), 0.85)
            for p in PROBABILITIES
        ),
    )
    return Benchmark("dropout", verify, contenders, targets)
