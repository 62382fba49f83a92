"""Random numbers, masks, labels and moments on a GPU, compared with torch."""

from __future__ import annotations

from functools import partial

import torch

from pyfrontiers import kernels

from .timing import Benchmark, Candidate, Target

_PART = 100_003
_CLASSES, _SHARE = 10, 0.5
_PASSES = 32


def philox(elements: int, device: str) -> Benchmark:
    """Bits and numbers of three distributions, compared with torch's generator."""
    out = torch.empty(elements, device=device)
    names = {"bits": 4, "uniform": 4, "normal": 4}

    def verify() -> None:
        for name in names:
            ours, wanted = (
                getattr(kernels, name)(_PART, seed=1, device=one) for one in (device, "cpu")
            )
            if name == "normal":
                torch.testing.assert_close(ours.cpu(), wanted, rtol=0, atol=1e-6)
            else:
                assert ours.cpu().equal(wanted), name
        ours = kernels.randint(_PART, 0, 1000, seed=1, device=device)
        assert ours.cpu().equal(kernels.randint(_PART, 0, 1000, seed=1))

    candidates = (
        *(
            Candidate(
                name, partial(getattr(kernels, name), elements, seed=1, device=device), 4 * elements
            )
            for name in names
        ),
        Candidate(
            "randint",
            partial(kernels.randint, elements, 0, 1000, seed=1, device=device),
            8 * elements,
        ),
        Candidate("torch random_", lambda: out.view(torch.int32).random_(), 4 * elements),
        Candidate("torch uniform_", lambda: out.uniform_(), 4 * elements),
        Candidate("torch normal_", lambda: out.normal_(), 4 * elements),
        Candidate(
            "torch randint", lambda: torch.randint(1000, (elements,), device=device), 8 * elements
        ),
    )
    baselines = {name: f"torch {name}_" for name in ("uniform", "normal")}
    targets = tuple(Target(other, name, (other,), 0.9) for name, other in baselines.items())
    return Benchmark("philox", verify, candidates, targets)


def dropout_mask(elements: int, device: str) -> Benchmark:
    """A packed and a bool mask, compared with bernoulli_."""
    out = torch.empty(elements, device=device)

    def drawn(p: float, packed: bool, n: int = elements, where: str = device) -> torch.Tensor:
        return kernels.dropout_mask(n, p, seed=1, packed=packed, device=where)

    def verify() -> None:
        for p in (0.5, 0.1):
            for packed in (True, False):
                ours = drawn(p, packed, _PART)
                assert ours.cpu().equal(drawn(p, packed, _PART, "cpu")), p

    candidates = (
        Candidate("packed mask, p = 0.5", partial(drawn, 0.5, True), elements // 8),
        Candidate("packed mask, p = 0.1", partial(drawn, 0.1, True), elements // 8),
        Candidate("bool mask, p = 0.1", partial(drawn, 0.1, False), elements),
        Candidate("torch bernoulli_, p = 0.5", lambda: out.bernoulli_(0.5), 4 * elements),
        Candidate("torch bernoulli_, p = 0.1", lambda: out.bernoulli_(0.1), 4 * elements),
    )
    targets = tuple(
        Target(f"bernoulli_, p = {p}", f"packed mask, p = {p}", (f"torch bernoulli_, p = {p}",), 1)
        for p in (0.5, 0.1)
    )
    return Benchmark("dropout_mask", verify, candidates, targets)


def corrupt_labels(elements: int, device: str) -> Benchmark:
    """64-bit labels, compared with a mask, a random label each, and where."""
    labels = torch.randint(_CLASSES, (elements,), device=device)

    def ours(these: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return kernels.corrupt_labels(these, _SHARE, _CLASSES, seed=1)

    def eager() -> torch.Tensor:
        redrawn = torch.rand(elements, device=device) < _SHARE
        dice = torch.randint(_CLASSES, (elements,), device=device)
        return torch.where(redrawn, dice, labels)

    def verify() -> None:
        part = labels[:_PART]
        for here, there in zip(ours(part), ours(part.cpu()), strict=True):
            assert here.cpu().equal(there)

    candidates = (
        Candidate("corrupt_labels", partial(ours, labels), 17 * elements),
        Candidate("torch rand, randint, where", eager, 17 * elements),
    )
    targets = (Target("rand, randint, where", "corrupt_labels", (candidates[1].name,), 1),)
    return Benchmark("corrupt_labels", verify, candidates, targets)


def moments(elements: int, device: str) -> Benchmark:
    """Mean and variance over 32 passes, compared with var_mean."""
    samples = torch.randn(_PASSES, elements // _PASSES, device=device)

    def verify() -> None:
        same = partial(torch.testing.assert_close, rtol=1e-5, atol=1e-6)
        part = samples[:, :5000]
        for ours, wanted in zip(kernels.moments(part), kernels.moments(part.cpu()), strict=True):
            same(ours.cpu(), wanted)

    read = 4 * samples.numel()
    candidates = (
        Candidate("moments", lambda: kernels.moments(samples), read),
        Candidate("torch var_mean", lambda: torch.var_mean(samples, 0, correction=0), read),
    )
    targets = (Target("var_mean", "moments", ("torch var_mean",), 1),)
    return Benchmark("moments", verify, candidates, targets)
