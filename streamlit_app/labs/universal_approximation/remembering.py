"""Any labels at all: the network of 2 n + d weights, written down while one looks."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from pyfrontiers.approximation import memorise

__all__ = ["remembered", "remembering_part"]


def remembering_part() -> None:
    """Fit thrown labels of digits exactly, without any training."""
    st.html(
        '<h3 class="pf-subheading">Any labels at all</h3><p class="pf-note">A sample is easier yet '
        "than an interval: 2n + d weights give any labels to n points in d dimensions, in closed "
        "form (Zhang et al. 2017, Theorem 1). Here every digit gets a label thrown with a "
        "ten-sided die.</p>"
    )
    count = st.select_slider(
        "Digits n", (10, 50, 100, 200, 500, 1000), 200, key="approximation-digits"
    )
    right, weights, residual = remembered(count)
    verdict = "exactly right" if right == count else f"right on {right}"
    st.html(
        f'<p class="pf-verdict-line" role="status">{weights:,} weights, all {count:,} thrown '
        f"labels {verdict}.</p>"
        f'<p class="pf-note">2 · {count:,} + 64 weights for images of 8 x 8 pixels; largest '
        f"rounding error {residual:.1e} in float64. What it says about any other digit is worth "
        "nothing.</p>"
    )


@lru_cache(maxsize=16)
def remembered(count: int) -> tuple[int, int, float]:
    """Memorise digits with thrown labels: how many are right, weights, largest residual."""
    from pyfrontiers.digits import load

    points = load().train_images[:count].flatten(1).double().numpy()
    points, labels = np.unique(points, axis=0), np.random.default_rng(0).integers(0, 10, count)
    memory = memorise(points, labels[: len(points)])
    found = memory(points)
    residual = np.abs(found - labels[: len(points)])
    return int((residual < 0.5).sum()), memory.parameters, float(residual.max())
