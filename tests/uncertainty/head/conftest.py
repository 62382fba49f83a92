"""Features of two kinds of things, and of strangers."""

from __future__ import annotations

import pytest
import torch
from one_thread import one_thread as one_thread

from pyfrontiers.kernels import normal


def made(count: int, size: int, *, seed: int, shift: int | None = None) -> torch.Tensor:
    features = normal((count, size), seed=seed, dtype=torch.float32).abs()
    if shift is not None:
        features[:, shift] += 4
    return features


@pytest.fixture
def taught() -> tuple[torch.Tensor, torch.Tensor]:
    """Nine examples of three classes with 40 features: more features than examples."""
    parts = [made(3, 40, seed=k, shift=k) for k in range(3)]
    return torch.cat(parts), torch.arange(3).repeat_interleave(3)


@pytest.fixture
def strangers() -> torch.Tensor:
    return made(4, 40, seed=9)
