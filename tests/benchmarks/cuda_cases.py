"""GPU cases with targets: kernels that should run at the speed of a copy.

Each case creates its tensors on the device and compares part of the results with the CPU kernels.
All tensors are larger than the GPU's L2 cache.
"""

from __future__ import annotations

from functools import partial

import torch
from torch.nn import functional

from pyfrontiers import kernels

from .timing import Benchmark, Candidate, Target

PASSES = 64
PROBABILITIES = (0.5, 0.1, 0.37)
_PART = 100_003
STEP = {"step": 2 / 255, "epsilon": 8 / 255}


def same_on_the_cpu(name: str, *tensors: torch.Tensor, **arguments: object) -> None:
    """Compare a kernel on the first elements of tensors with the CPU, bit for bit.

    Raises:
        AssertionError: a bit differs.
    """
    parts = [tensor[:_PART] for tensor in tensors]
    function = partial(getattr(kernels, name), **arguments)
    assert function(*parts).cpu().equal(function(*(part.cpu() for part in parts))), name


def linf_step(elements: int, device: str) -> Benchmark:
    """One step, in place and into another tensor, compared with a copy and two eager forms."""
    origin = torch.rand(elements, device=device)
    grad = torch.randn(elements, device=device)
    x, out = origin.clone(), torch.empty_like(origin)
    y, sign, low, high = origin.clone(), *(torch.empty_like(origin) for _ in range(3))
    epsilon = STEP["epsilon"]

    def eager_in_place() -> torch.Tensor:
        y.add_(torch.sign(grad, out=sign), alpha=STEP["step"])
        torch.sub(origin, epsilon, out=low)
        torch.add(origin, epsilon, out=high)
        return y.clamp_(low, high).clamp_(0, 1)

    def idiomatic() -> torch.Tensor:
        moved = x + STEP["step"] * grad.sign()
        inside = torch.max(torch.min(moved, origin + epsilon), origin - epsilon)
        return torch.clamp(inside, 0, 1)

    def verify() -> None:
        same_on_the_cpu("linf_step", x, grad, origin, **STEP)
        wanted = kernels.linf_step(x[:_PART], grad[:_PART], origin[:_PART], **STEP)
        for eager in (eager_in_place, idiomatic):
            torch.testing.assert_close(eager()[:_PART], wanted, rtol=0, atol=1e-6)

    traffic = 16 * elements
    candidates = (
        Candidate(
            "linf_step in place", lambda: kernels.linf_step(x, grad, origin, **STEP, out=x), traffic
        ),
        Candidate(
            "linf_step into out",
            lambda: kernels.linf_step(x, grad, origin, **STEP, out=out),
            traffic,
        ),
        Candidate("copy", lambda: out.copy_(x), 8 * elements),
        Candidate("eager in place", eager_in_place, traffic),
        Candidate("eager, idiomatic", idiomatic, traffic),
    )
    targets = (
        Target("bandwidth of a copy", "linf_step in place", ("copy",), 0.85, True),
        Target("bandwidth of a copy", "linf_step into out", ("copy",), 0.85, True),
        Target("best eager form", "linf_step in place", ("eager in place", "eager, idiomatic"), 1),
    )
    return Benchmark("linf_step", verify, candidates, targets)


def dropout(elements: int, device: str) -> Benchmark:
    """One pass at three probabilities, compared with a copy and torch's dropout."""
    x = torch.randn(elements, device=device)
    out = torch.empty_like(x)

    def verify() -> None:
        for p in PROBABILITIES:
            same_on_the_cpu("dropout", x, p=p, seed=1)
        # The last elements, whose indices exceed 32 bits if there are that many.
        tail, first = x[-_PART:], max(0, elements - _PART)
        wanted = kernels.dropout(tail, 0.1, seed=1, first_element=first)
        assert kernels.dropout(x, 0.1, seed=1)[-_PART:].equal(wanted)

    def into(p: float) -> Candidate:
        call = partial(kernels.dropout, x, p, seed=1, out=out)
        return Candidate(f"dropout into out, p = {p}", call, 8 * elements)

    candidates = (
        *(into(p) for p in PROBABILITIES),
        Candidate("dropout, p = 0.5", partial(kernels.dropout, x, 0.5, seed=1), 8 * elements),
        Candidate("copy", lambda: out.copy_(x), 8 * elements),
        Candidate("torch dropout, p = 0.5", lambda: functional.dropout(x, 0.5), 8 * elements),
    )
    targets = (
        *(
            Target("bandwidth of a copy", f"dropout into out, p = {p}", ("copy",), 0.85, True)
            for p in PROBABILITIES
        ),
        Target("torch dropout", "dropout, p = 0.5", ("torch dropout, p = 0.5",), 1),
    )
    return Benchmark("dropout", verify, candidates, targets)


def mc_dropout(elements: int, device: str) -> Benchmark:
    """64 passes into one output of `elements`, compared with a copy and torch's dropout."""
    x = torch.randn(elements // PASSES, device=device)
    out = torch.empty(PASSES, len(x), device=device)
    other = torch.empty_like(out)
    copies = x.expand(PASSES, -1)

    def verify() -> None:
        for p in PROBABILITIES:
            same_on_the_cpu("mc_dropout", x, p=p, samples=PASSES, seed=1)

    moved = 4 * (out.numel() + x.numel())

    def into(p: float) -> Candidate:
        call = partial(kernels.mc_dropout, x, p, PASSES, seed=1, out=out)
        return Candidate(f"mc_dropout, p = {p}", call, moved)

    candidates = (
        *(into(p) for p in PROBABILITIES),
        Candidate("copy", lambda: other.copy_(out), 8 * out.numel()),
        Candidate("fill", lambda: out.fill_(1.0), 4 * out.numel()),
        Candidate("torch dropout of T copies", lambda: functional.dropout(copies, 0.5), moved),
    )
    targets = (
        *(
            Target("bandwidth of a copy", f"mc_dropout, p = {p}", ("copy",), 0.85, True)
            for p in PROBABILITIES
        ),
        Target("torch dropout of T copies", "mc_dropout, p = 0.5", (candidates[-1].name,), 1),
    )
    return Benchmark("mc_dropout", verify, candidates, targets)


def mc_dropout_mean(elements: int, device: str) -> Benchmark:
    """The mean over 64 passes in one call, compared with writing the passes and averaging them."""
    x = torch.randn(elements // PASSES, device=device)
    out, copies = torch.empty_like(x), x.expand(PASSES, -1)

    def verify() -> None:
        for p in PROBABILITIES:
            same_on_the_cpu("mc_dropout_mean", x, p=p, samples=PASSES, seed=1)

    def into(p: float) -> Candidate:
        call = partial(kernels.mc_dropout_mean, x, p, PASSES, seed=1, out=out)
        return Candidate(f"mc_dropout_mean, p = {p}", call, 8 * x.numel())

    def eager(p: float) -> Candidate:
        name = f"torch dropout of T copies, then mean, p = {p}"
        return Candidate(name, lambda: functional.dropout(copies, p).mean(0), 8 * x.numel())

    ours, theirs = [into(p) for p in PROBABILITIES], [eager(p) for p in PROBABILITIES]
    copy = Candidate("copy", lambda: out.copy_(x), 8 * x.numel())
    targets = tuple(
        Target(f"eager torch, p = {p}", mean.name, (other.name,), 10)
        for p, mean, other in zip(PROBABILITIES, ours, theirs, strict=True)
    )
    return Benchmark("mc_dropout_mean", verify, (*ours, *theirs, copy), targets)
