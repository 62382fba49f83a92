"""Random numbers, compared with the stateful generators of torch and NumPy."""

from __future__ import annotations

import numpy as np
import torch

from pyfrontiers.kernels import (
    bits,
    bits_reference,
    normal,
    normal_reference,
    randint,
    randint_reference,
    uniform,
    uniform_reference,
)

from .timing import Benchmark, Candidate, Target


def benchmark(elements: int) -> Benchmark:
    """Compare on a tensor that stays in the caches: a quarter of a million elements."""
    n = min(elements, 1 << 18)
    out = torch.empty(n)
    philox = np.random.Generator(np.random.Philox(1))
    array = np.empty(n, np.float32)

    def verify() -> None:
        assert bits(5000, seed=1, dtype=torch.int64).equal(bits_reference(5000, seed=1))
        assert uniform(5000, seed=1).equal(uniform_reference(5000, seed=1))
        assert randint(5000, 0, 1000, seed=1).equal(randint_reference(5000, 0, 1000, seed=1))
        torch.testing.assert_close(
            normal(5000, seed=1), normal_reference(5000, seed=1), rtol=0, atol=1e-6
        )

    candidates = (
        Candidate("bits", lambda: bits(n, seed=1), 4 * n),
        Candidate("torch random_", lambda: out.view(torch.int32).random_(), 4 * n),
        Candidate("uniform", lambda: uniform(n, seed=1), 4 * n),
        Candidate("torch uniform_", lambda: out.uniform_(), 4 * n),
        Candidate("normal", lambda: normal(n, seed=1), 4 * n),
        Candidate("torch normal_", lambda: out.normal_(), 4 * n),
        Candidate("randint", lambda: randint(n, 0, 1000, seed=1), 8 * n),
        Candidate("torch randint", lambda: torch.randint(1000, (n,)), 8 * n),
        Candidate("NumPy random", lambda: philox.random(out=array, dtype=np.float32), 4 * n),
        Candidate(
            "NumPy standard_normal",
            lambda: philox.standard_normal(out=array, dtype=np.float32),
            4 * n,
        ),
        Candidate("NumPy integers", lambda: philox.integers(1000, size=n), 8 * n),
    )
    baselines = {
        "bits": ("torch random_",),
        "uniform": ("torch uniform_", "NumPy random"),
        "normal": ("torch normal_", "NumPy standard_normal"),
        "randint": ("torch randint", "NumPy integers"),
    }
    targets = tuple(Target(" and ".join(names), own, names, 1) for own, names in baselines.items())
    return Benchmark("philox", verify, candidates, targets)
