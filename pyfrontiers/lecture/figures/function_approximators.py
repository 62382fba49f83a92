"""Figures of the section `function-approximators`."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.registry import figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_FIT = (
    "Noisy points between 0 and 1, the maximum-likelihood curve, and a band of two standard "
    "deviations that covers about 95 % of the points."
)
_OUTSIDE = (
    "The same points on a longer axis with five fits. Inside the shaded training range, all five "
    "agree with the true curve; outside it they diverge."
)
_UNITS = 24


def _data() -> tuple[Array, Array]:
    random = np.random.default_rng(7)
    x = np.sort(random.uniform(0.0, 1.0, 60))
    return x, np.sin(2.0 * np.pi * x) + random.normal(0.0, 0.15, x.size)


def _fit(x: Array, y: Array, at: Array, seed: int) -> tuple[Array, float]:
    """Fit the output weights of a tanh network with random hidden units by maximum likelihood.

    With Gaussian noise, the likelihood is largest at the least-squares solution, with the mean
    squared residual as noise variance (Nix and Weigend 1994, for a constant variance).
    """
    random = np.random.default_rng(seed)
    slope = random.normal(0.0, 5.0, _UNITS)
    centre = random.uniform(-0.2, 1.2, _UNITS)

    def hidden(points: Array) -> Array:
        units = np.tanh(slope * (points[:, None] - centre))
        return np.concatenate([units, points[:, None], np.ones((points.size, 1))], axis=1)

    # drop singular values below 1 %, which 60 noisy points do not determine
    weights = np.linalg.lstsq(hidden(x), y, rcond=0.01)[0]
    sigma = float(np.sqrt(np.mean((hidden(x) @ weights - y) ** 2)))
    return hidden(at) @ weights, sigma


@figure("likelihood-fit", _FIT)
def likelihood_fit() -> alt.TopLevelMixin:
    """Fit one network and draw its mean and noise."""
    x, y = _data()
    at = np.linspace(0.0, 1.0, 161)
    mean, sigma = _fit(x, y, at, seed=0)
    fitted, _ = _fit(x, y, x, seed=0)
    inside = np.mean(np.abs(y - fitted) <= 2.0 * sigma)
    curve = alt.Chart(
        table(x=at, mean=mean, low=mean - 2 * sigma, high=mean + 2 * sigma, what=["fit"] * at.size)
    ).encode(x=alt.X("x:Q", title="x", scale=span(0, 1)))
    meaning = colour("what", {"data": "blue", "fit": "green", "± 2σ": "orange"}, columns=3)
    chart = alt.layer(
        curve.transform_calculate(what="'± 2σ'")
        .mark_area(opacity=0.25)
        .encode(y=alt.Y("low:Q", title="y", scale=span(-1.4, 1.4)), y2="high:Q", color=meaning),
        alt.Chart(table(x=x, y=y, what=["data"] * x.size))
        .mark_point(opacity=0.9, size=30)
        .encode(x="x:Q", y="y:Q", color=meaning),
        curve.mark_line().encode(y="mean:Q", color=meaning),
    )
    note = f"60 points; σ = {sigma:.2f}; {100 * inside:.0f} % of the points in the band"
    return panel(chart, "The maximum-likelihood fit", note)


@figure("outside-the-range", _OUTSIDE)
def outside_the_range() -> alt.TopLevelMixin:
    """Fit five networks that differ only in their hidden units."""
    x, y = _data()
    at = np.linspace(-0.8, 1.8, 131)
    fits = [_fit(x, y, at, seed=seed)[0] for seed in range(5)]
    within = (at >= 0.0) & (at <= 1.0)
    spread = np.std(fits, axis=0)
    lines = table(
        x=np.tile(at, 5),
        y=np.clip(np.concatenate(fits), -4.0, 4.0),
        fit=np.repeat([f"fit {k}" for k in range(5)], at.size),
        what=["five fits"] * (5 * at.size),
    )
    meaning = colour(
        "what", {"data": "blue", "five fits": "vermillion", "true curve": "green"}, columns=3
    )
    height = alt.Y("y:Q", title="y", scale=span(-4, 4))
    true = table(x=at, y=np.sin(2.0 * np.pi * at), what=["true curve"] * at.size)
    chart = alt.layer(
        alt.Chart(table(a=[0.0], b=[1.0]))
        .mark_rect(opacity=0.1)
        .encode(x=alt.X("a:Q", title="x", scale=span(-0.8, 1.8)), x2="b:Q"),
        alt.Chart(lines)
        .mark_line(strokeWidth=1.5, opacity=0.8)
        .encode(x="x:Q", y=height, color=meaning, detail="fit:N"),
        alt.Chart(true).mark_line(strokeDash=[5, 4]).encode(x="x:Q", y=height, color=meaning),
        alt.Chart(table(x=x, y=y, what=["data"] * x.size))
        .mark_point(opacity=0.9, size=24)
        .encode(x="x:Q", y=height, color=meaning),
    )
    inside, outside = spread[within].mean(), spread[~within].mean()
    note = f"Spread of the fits: {inside:.2f} inside the range, {outside:.1f} outside"
    return panel(chart, "Agreement ends with the data", note)
