"""Memorisation: a network of 2n + d weights that fits any labels, in closed form."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pyfrontiers.approximation import memorise
from streamlit_app import kit
from streamlit_app.labs.universal_approximation.controls import controls

__all__ = ["memorised", "memorising_part"]


def memorising_part() -> None:
    """Fit random labels of digits exactly, without any training."""
    kit.subheading(
        "Any labels at all",
        "A finite sample is even easier than an interval: 2n + d weights fit any labels of n "
        "points in d dimensions, in closed form (Zhang et al. 2017, Theorem 1). Here every digit "
        "gets a random label.",
    )
    counts = (10, 50, 100, 200, 500, 1000)
    count = controls.choice("digits", "Digits n", counts, 200, shape="slider")
    right, weights, residual = memorised(count)
    exactly = "fitted exactly" if right == count else f"of which {right:,} are fitted"
    kit.verdict(
        f"**{weights:,} weights**, {count:,} random labels, {exactly}.",
        f"2 · {count:,} + 64 weights for images of 8 × 8 pixels; the largest rounding error is "
        f"{residual:.1e} in float64. The network says nothing about any other digit.",
    )


@lru_cache(maxsize=16)
def memorised(count: int) -> tuple[int, int, float]:
    """Memorise random labels; return the number fitted, the weights and the largest residual."""
    from pyfrontiers.digits import load

    points = load().train_images[:count].flatten(1).double().numpy()
    points, labels = np.unique(points, axis=0), np.random.default_rng(0).integers(0, 10, count)
    memory = memorise(points, labels[: len(points)])
    found = memory(points)
    residual = np.abs(found - labels[: len(points)])
    return int((residual < 0.5).sum()), memory.parameters, float(residual.max())
