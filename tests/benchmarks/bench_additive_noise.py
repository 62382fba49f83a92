"""Noise on images, compared with the usual torch code."""

from __future__ import annotations

from functools import partial

import torch

from pyfrontiers.kernels import additive_noise, additive_noise_reference

from .timing import Benchmark, Candidate, Target

AMOUNT = {"gaussian": 0.1, "uniform": 0.1, "salt_and_pepper": 0.1}


def eager(kind: str, x: torch.Tensor) -> torch.Tensor:
    """Draw, add and clip."""
    amount = AMOUNT[kind]
    if kind == "gaussian":
        return torch.randn_like(x).mul_(amount).add_(x).clamp_(0, 1)
    if kind == "uniform":
        return torch.empty_like(x).uniform_(-amount, amount).add_(x).clamp_(0, 1)
    u = torch.rand_like(x)
    return torch.where(u < amount / 2, 0.0, torch.where(u >= 1 - amount / 2, 1.0, x))


def benchmark(elements: int) -> Benchmark:
    """Compare on `elements` elements."""
    x = torch.rand(elements)
    out = torch.empty_like(x)

    def verify() -> None:
        for kind, amount in AMOUNT.items():
            arguments = {"kind": kind, "seed": 1}
            part = x[:50_000]
            wanted = additive_noise_reference(part, amount, **arguments)
            torch.testing.assert_close(
                additive_noise(part, amount, **arguments), wanted, rtol=0, atol=1e-6
            )
            ours, other = (
                float((y - x).abs().mean())
                for y in (additive_noise(x, amount, **arguments), eager(kind, x))
            )
            assert abs(other / ours - 1) < 0.02, kind

    traffic = 8 * elements
    candidates = (
        *(
            Candidate(
                f"additive_noise, {kind}",
                partial(additive_noise, x, amount, kind=kind, seed=1),
                traffic,
            )
            for kind, amount in AMOUNT.items()
        ),
        *(Candidate(f"eager, {kind}", partial(eager, kind, x), traffic) for kind in AMOUNT),
        Candidate("torch copy_", lambda: out.copy_(x), traffic),
    )
    targets = tuple(
        Target("eager torch", f"additive_noise, {kind}", (f"eager, {kind}",), 6) for kind in AMOUNT
    )
    return Benchmark("additive_noise", verify, candidates, targets)
