"""Steps in L2 and L1 and the projection on a GPU, compared with torch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch

from pyfrontiers import kernels

from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

_PHOTOGRAPH = 3 * 224 * 224
_STEP, _EPSILON, _L1_EPSILON = 0.5, 3.0, 500.0


def _photographs(elements: int, device: str) -> list[torch.Tensor]:
    """Return x, grad and origin, with x far enough from its origin to need a projection."""
    shape = max(1, elements // _PHOTOGRAPH), min(elements, _PHOTOGRAPH)
    x, origin = (torch.rand(shape, device=device) for _ in range(2))
    return [x, torch.randn(shape, device=device), origin]


def _close_to_the_cpu(
    function: Callable[..., torch.Tensor], *tensors: torch.Tensor, tolerance: float = 1e-5
) -> None:
    few = [tensor[:2] if tensor.dim() > 1 else tensor[:100_003] for tensor in tensors]
    wanted = function(*(tensor.cpu() for tensor in few))
    torch.testing.assert_close(function(*few).cpu(), wanted, rtol=0, atol=tolerance)


def l2_step(elements: int, device: str) -> Benchmark:
    """A normalised step with its projection: at least two reads of three arrays and a write."""
    x, grad, origin = _photographs(elements, device)
    out = torch.empty_like(x)
    step = partial(kernels.l2_step, step=_STEP, epsilon=_EPSILON)

    def eager() -> torch.Tensor:
        moved = x + _STEP * grad / grad.norm(dim=1, keepdim=True).clamp(min=1e-12)
        change = moved - origin
        length = change.norm(dim=1, keepdim=True).clamp(min=1e-12)
        return torch.clamp(origin + change * (_EPSILON / length).clamp(max=1), 0, 1)

    moved = 28 * x.numel()
    candidates = (
        Candidate("l2_step into out", lambda: step(x, grad, origin, out=out), moved),
        Candidate("copy", lambda: out.copy_(x), 8 * x.numel()),
        Candidate("eager, idiomatic", eager, moved),
    )
    targets = (
        Target("two reads and a write", "l2_step into out", ("copy",), 0.70, True),
        Target("eager", "l2_step into out", ("eager, idiomatic",), 1),
    )
    verify = partial(_close_to_the_cpu, step, x, grad, origin)
    return Benchmark("l2_step", verify, candidates, targets)


def l1_step(elements: int, device: str) -> Benchmark:
    """A step along the largest components, projected exactly onto ball and box."""
    x, grad, origin = _photographs(elements // 4, device)
    step = partial(kernels.l1_step, step=50.0, epsilon=_L1_EPSILON)
    out = torch.empty_like(x)
    candidates = (
        Candidate("l1_step into out", lambda: step(x, grad, origin, out=out), 28 * x.numel()),
        Candidate("copy", lambda: out.copy_(x), 8 * x.numel()),
    )
    verify = partial(_close_to_the_cpu, step, x, grad, origin, tolerance=1e-4)
    return Benchmark("l1_step", verify, candidates)


def project(elements: int, device: str) -> Benchmark:
    """The exact projection onto the L1 ball within the box, compared with sorting without it."""
    x, _, origin = _photographs(elements // 8, device)
    ours = partial(kernels.project, norm="l1", epsilon=_L1_EPSILON, bounds=(0.0, 1.0))

    def sorting() -> torch.Tensor:
        change = (x - origin).double()
        sums, sizes = change.abs().sort(1, descending=True).values, torch.arange(1, x.shape[1] + 1)
        excess = (sums.cumsum(1) - _L1_EPSILON) / sizes.to(x.device)
        last = (sums > excess).sum(1, keepdim=True) - 1
        less = change.abs() - excess.gather(1, last).clamp(min=0)
        return (origin + change.sign() * less.clamp(min=0)).to(x.dtype)

    candidates = (
        Candidate("project, L1 and box", lambda: ours(x, origin)),
        Candidate("sorting, float64, without the box", sorting),
    )
    targets = (Target("sorting", candidates[0].name, (candidates[1].name,), 1),)
    verify = partial(_close_to_the_cpu, ours, x, origin, tolerance=1e-4)
    return Benchmark("project", verify, candidates, targets)
