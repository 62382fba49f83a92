"""References for the random numbers of random_start and additive_noise and their use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from pyfrontiers.kernels.directed_rounding import add_down, round_down
from pyfrontiers.kernels.philox_reference import words_reference

if TYPE_CHECKING:
    from torch import Tensor


def stream_words(n: int, use: int, sample: int, seed: int, first: int = 0) -> Tensor:
    """Draw the words of elements `first` to first + n of a stream, as int64."""
    counters = torch.arange(first // 4, (first + n + 3) // 4, device="cpu")
    return words_reference(counters, sample, use, seed).flatten()[first % 4 :][:n]


def numbers_reference(law: str, n: int, use: int, sample: int, seed: int, first: int = 0) -> Tensor:
    """Draw from a distribution in float64: "normal", "uniform" in (-1, 1) or signed "exponential".

    Args:
        law: the distribution's name.
        n: how many.
        use: word 3 of the counter.
        sample: word 2 of the counter.
        seed: the key.
        first: index of the first element.
    """
    if law == "normal":
        start = first - first % 2  # Box-Muller uses pairs of elements
        words = stream_words(first + n + 1 - start, use, sample, seed, start)
        return _box_muller(words)[first - start :][:n]
    words = stream_words(n, use, sample, seed, first)
    if law == "uniform":
        signed = torch.where(words >= 1 << 31, words - (1 << 32), words)
        return ((signed >> 8).double() + 0.5) * 2.0**-23
    size = -(((words | 1).double() + 0.5) * 2.0**-32).log()
    return torch.where((words & 1) == 1, -size, size)


def _box_muller(words: Tensor) -> Tensor:
    u = (words[: len(words) // 2 * 2].double() + 0.5) * 2.0**-32
    radius, angle = (-2.0 * u[0::2].log()).sqrt(), 2.0 * math.pi * u[1::2]
    return torch.stack((radius * angle.cos(), radius * angle.sin()), dim=-1).flatten()


def box_of(low: Tensor, high: Tensor, x: Tensor, compute: torch.dtype) -> tuple[Tensor, Tensor]:
    """Return the bounds of the box rounded inwards to x's dtype."""
    least, most = -round_down(-low.double(), x.dtype), round_down(high.double(), x.dtype)
    return least.to(compute), most.to(compute)


def displaced_reference(
    x: Tensor, v: Tensor, scale: Tensor, epsilon: Tensor, low: Tensor, high: Tensor
) -> Tensor:
    """Return x + scale * v, kept within epsilon of x and in the box, in x's dtype."""
    compute = torch.float64 if x.dtype == torch.float64 else torch.float32
    start = x.to(compute)
    radius = round_down(epsilon, x.dtype).to(compute)
    least, most = box_of(low, high, x, compute)
    ball_high = round_down(add_down(start, radius), x.dtype).to(compute)
    ball_low = -round_down(add_down(-start, radius), x.dtype).to(compute)
    moved = (x.double() + v * scale).to(compute)
    inside = moved.maximum(ball_low).minimum(ball_high).maximum(least).minimum(most)
    return (inside + 0.0).to(x.dtype)
