"""Features of two kinds of things, and of strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from pyfrontiers.kernels import normal

if TYPE_CHECKING:
    from collections.abc import Iterator


def made(count: int, size: int, *, seed: int, shift: int | None = None) -> torch.Tensor:
    features = normal((count, size), seed=seed, dtype=torch.float32).abs()
    if shift is not None:
        features[:, shift] += 4
    return features


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Use one thread: these matrices are too small to benefit from more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def taught() -> tuple[torch.Tensor, torch.Tensor]:
    """Nine examples of three classes with 40 features: more features than examples."""
    parts = [made(3, 40, seed=k, shift=k) for k in range(3)]
    return torch.cat(parts), torch.arange(3).repeat_interleave(3)


@pytest.fixture
def strangers() -> torch.Tensor:
    return made(4, 40, seed=9)
