"""Projections onto the L1 ball within the box, compared with projection by sorting."""

from __future__ import annotations

import torch

from pyfrontiers.kernels import project

from .timing import Benchmark, Candidate, Target

PHOTOGRAPH = 3 * 224 * 224
EPSILON = 12.0


def benchmark(elements: int) -> Benchmark:
    """Compare on an eighth of the elements, in float64, because sorting is slow."""
    samples = max(1, elements // PHOTOGRAPH // 8)
    shape = (samples, min(elements, PHOTOGRAPH))
    generator = torch.Generator().manual_seed(0)
    origin = torch.rand(shape, generator=generator, dtype=torch.float64)
    x = origin + 0.05 * torch.randn(shape, generator=generator, dtype=torch.float64)
    singles = x.float(), origin.float()

    def ours() -> torch.Tensor:
        return project(x, origin, norm="l1", epsilon=EPSILON, bounds=(0.0, 1.0))

    def verify() -> None:
        projected, wanted = ours(), by_sorting(x, origin)
        torch.testing.assert_close(projected, wanted, rtol=0, atol=1e-12)
        assert optimality_residual(x, projected, origin) <= 1e-6

    candidates = (
        Candidate("project, L1 within the box", ours),
        Candidate("sorting, L1 within the box", lambda: by_sorting(x, origin)),
        Candidate("sorting, L1 without the box", lambda: without_box(x, origin)),
        Candidate(
            "project, L1 without the box", lambda: project(x, origin, norm="l1", epsilon=EPSILON)
        ),
        Candidate(
            "project, L2 within the box",
            lambda: project(x, origin, norm="l2", epsilon=1.0, bounds=(0.0, 1.0)),
        ),
        Candidate(
            "project, L0 within the box",
            lambda: project(x, origin, norm="l0", epsilon=1000, bounds=(0.0, 1.0)),
        ),
        Candidate(
            "project, L1 within the box, float32",
            lambda: project(*singles, norm="l1", epsilon=EPSILON, bounds=(0.0, 1.0)),
        ),
    )
    targets = (
        Target("sorting, float64", "project, L1 within the box", (candidates[1].name,), 20),
        Target(
            "sorting, float64, no box",
            "project, L1 without the box",
            (candidates[2].name,),
            1,
        ),
    )
    return Benchmark("project", verify, candidates, targets)


def by_sorting(x: torch.Tensor, origin: torch.Tensor) -> torch.Tensor:
    """Return the exact projection, by sorting the breakpoints of every element."""
    d = x - origin
    m, most = d.abs(), torch.where(d > 0, 1 - origin, origin)
    size = m.minimum(most).sum(1, keepdim=True)
    at, order = torch.cat([(m - most).clamp(min=0), m], 1).sort(1)
    slopes = torch.where(order < m.shape[1], -1.0, 1.0).cumsum(1)
    sizes = torch.cat([size, size + (slopes[:, :-1] * at.diff(dim=1)).cumsum(1)], 1)
    last = (sizes > EPSILON).sum(1, keepdim=True).clamp(min=1) - 1
    here, slope, left = (each.gather(1, last) for each in (at, slopes, sizes))
    t = torch.where(size > EPSILON, here + (left - EPSILON) / -slope, 0)
    return origin + d.sign() * (m - t).clamp(min=0).minimum(most)


def without_box(x: torch.Tensor, origin: torch.Tensor) -> torch.Tensor:
    """Return the projection onto the ball alone (Duchi et al. 2008, figure 1)."""
    d = x - origin
    m = d.abs()
    sums, sizes = m.sort(1, descending=True).values, torch.arange(1, m.shape[1] + 1)
    t = (sums.cumsum(1) - EPSILON) / sizes
    last = (sums > t).sum(1, keepdim=True) - 1
    return origin + d.sign() * (m - t.gather(1, last).clamp(min=0)).clamp(min=0)


def optimality_residual(x: torch.Tensor, projected: torch.Tensor, origin: torch.Tensor) -> float:
    """Return the samples' distance from the optimality conditions and from the sphere."""
    d, w = (x - origin).abs(), (projected - origin).abs()
    clipped = (projected <= 0) | (projected >= 1)
    free = (w > 0) & ~clipped
    worst = float((w.sum(1) / EPSILON - 1).abs().max())
    for own_d, own_w, own_free, own_clipped in zip(d, w, free, clipped, strict=True):
        t = (own_d - own_w)[own_free].median()
        zero = (own_w == 0) & ~own_clipped
        at_end = own_clipped & (own_w > 0)
        for excess in (
            (own_d - own_w - t)[own_free].abs(),
            (own_d - t)[zero],
            (t + own_w - own_d)[at_end],
        ):
            worst = max([worst, *([float(excess.max())] if len(excess) else [])])
    return worst
