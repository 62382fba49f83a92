"""Uncertainties from the logits of 100 passes, compared with torch eager and compiled."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels import predictive, predictive_reference

from .timing import Benchmark, Candidate, Target

if TYPE_CHECKING:
    from collections.abc import Callable

PASSES, CLASSES = 100, 100
Results = tuple[torch.Tensor, ...]


def from_probabilities(logits: torch.Tensor) -> Results:
    """Compute the formulas from softmax probabilities."""
    p = logits.softmax(-1)
    mean = p.mean(0)
    entropy = torch.special.entr(mean).sum(-1)
    expected = torch.special.entr(p).sum(-1).mean(0)
    return mean, p.var(0, correction=0), entropy, expected, (entropy - expected).clamp_min(0)


def from_logarithms(logits: torch.Tensor) -> Results:
    """Compute them from log_softmax, which already has the logarithms."""
    log_p = logits.log_softmax(-1)
    p = log_p.exp()
    variance, mean = torch.var_mean(p, 0, correction=0)
    entropy = torch.special.entr(mean).sum(-1)
    expected = -(p * log_p).sum(-1).mean(0)
    return mean, variance, entropy, expected, (entropy - expected).clamp_min(0)


def benchmark(elements: int) -> Benchmark:
    """Compare on (100, 4096, 100) logits for 9.6 million elements, or in proportion."""
    positions = max(1, round(4096 * elements / (64 * 3 * 224 * 224)))
    logits = 3 * torch.randn(PASSES, positions, CLASSES)
    baselines: dict[str, Callable[[torch.Tensor], Results]] = {
        "eager, probabilities": from_probabilities,
        "eager, logarithms": from_logarithms,
        "compiled, probabilities": torch.compile(from_probabilities),
        "compiled, logarithms": torch.compile(from_logarithms),
    }

    def verify() -> None:
        wanted = predictive_reference(logits[:, :50])
        with torch.no_grad():
            for function in (predictive, *baselines.values()):
                results = function(logits)
                for ours, other in zip(results, wanted, strict=True):
                    torch.testing.assert_close(ours[:50], other, rtol=0, atol=1e-5)

    read = 4 * logits.numel()
    candidates = (
        Candidate("predictive", partial(predictive, logits), read),
        *(Candidate(name, partial(function, logits), read) for name, function in baselines.items()),
        Candidate("torch sum", lambda: logits.sum(), read),
    )
    eager = tuple(name for name in baselines if name.startswith("eager"))
    compiled = tuple(name for name in baselines if name.startswith("compiled"))
    targets = (
        Target("best eager form", "predictive", eager, 6),
        Target("best torch.compile", "predictive", compiled, 2),
    )
    return Benchmark("predictive", verify, candidates, targets)
