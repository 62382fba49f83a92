"""Predictive uncertainties, random starts and noise on a GPU, compared with eager torch."""

from __future__ import annotations

from functools import partial

import torch

from pyfrontiers import kernels

from . import bench_additive_noise, bench_predictive, bench_random_start
from .timing import Benchmark, Candidate, Target

_PART = 100_003


def predictive(elements: int, device: str) -> Benchmark:
    """100 passes of 100 classes, compared with two eager forms and a single read."""
    passes, classes = bench_predictive.PASSES, bench_predictive.CLASSES
    positions = max(1, elements // (passes * classes))
    logits = 3 * torch.randn(passes, positions, classes, device=device)
    baselines = {
        "eager, probabilities": bench_predictive.from_probabilities,
        "eager, logarithms": bench_predictive.from_logarithms,
    }

    def verify() -> None:
        part = logits[:, :301].contiguous()
        for ours, here in zip(
            kernels.predictive(part), kernels.predictive(part.cpu()), strict=True
        ):
            assert ours.cpu().equal(here)
        for function in baselines.values():
            for ours, other in zip(kernels.predictive(part), function(part), strict=True):
                torch.testing.assert_close(ours, other, rtol=0, atol=1e-5)

    read = 4 * logits.numel()
    candidates = (
        Candidate("predictive", partial(kernels.predictive, logits), read),
        *(Candidate(name, partial(function, logits), read) for name, function in baselines.items()),
        Candidate("sum", lambda: logits.sum(), read),
    )
    targets = (Target("best eager form", "predictive", tuple(baselines), 6),)
    return Benchmark("predictive", verify, candidates, targets)


def random_start(elements: int, device: str) -> Benchmark:
    """Each norm's ball around photographs of 224 pixels, compared with eager torch."""
    size = bench_random_start.SIZE
    origin = torch.rand(max(1, elements // size), size, device=device)
    out = torch.empty_like(origin)
    norms = bench_random_start.EPSILON

    def ours(norm: str, x: torch.Tensor) -> torch.Tensor:
        return kernels.random_start(x, norm=norm, epsilon=norms[norm], seed=1)

    def verify() -> None:
        for norm in norms:
            assert ours(norm, origin[:1]).cpu().equal(ours(norm, origin[:1].cpu())), norm

    traffic = 8 * origin.numel()
    eager = bench_random_start.eager
    candidates = (
        *(
            Candidate(f"random_start, {norm}", partial(ours, norm, origin), traffic)
            for norm in norms
        ),
        *(Candidate(f"eager, {norm}", partial(eager, norm, origin), traffic) for norm in norms),
        Candidate("copy", lambda: out.copy_(origin), traffic),
    )
    targets = tuple(
        Target("eager torch", f"random_start, {norm}", (f"eager, {norm}",), 1) for norm in norms
    )
    return Benchmark("random_start", verify, candidates, targets)


def additive_noise(elements: int, device: str) -> Benchmark:
    """Each kind of noise into another tensor, compared with eager torch and a copy."""
    x = torch.rand(elements, device=device)
    out = torch.empty_like(x)
    kinds = bench_additive_noise.AMOUNT

    def ours(kind: str, x: torch.Tensor, out: torch.Tensor | None = None) -> torch.Tensor:
        return kernels.additive_noise(x, kinds[kind], kind=kind, seed=1, out=out)

    def verify() -> None:
        for kind in kinds:
            assert ours(kind, x[:_PART]).cpu().equal(ours(kind, x[:_PART].cpu())), kind

    traffic = 8 * elements
    eager = bench_additive_noise.eager
    candidates = (
        *(Candidate(f"additive_noise, {k}", partial(ours, k, x, out), traffic) for k in kinds),
        *(Candidate(f"eager, {kind}", partial(eager, kind, x), traffic) for kind in kinds),
        Candidate("copy", lambda: out.copy_(x), traffic),
    )
    targets = tuple(
        Target("eager torch", f"additive_noise, {kind}", (f"eager, {kind}",), 1) for kind in kinds
    )
    return Benchmark("additive_noise", verify, candidates, targets)
