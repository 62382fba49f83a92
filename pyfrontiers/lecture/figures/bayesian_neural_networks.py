"""Figures of the section `bayesian-neural-networks`."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.registry import figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_POSTERIOR = (
    "Probability density of one weight. The prior is wide; after 3 observations the posterior is "
    "narrower, and after 30 it is a sharp peak near the true weight."
)
_SAMPLES = (
    "The exact posterior of one weight as a curve with two peaks, and a histogram of samples "
    "from Markov chains that follows it closely."
)
_TRUE_WEIGHT = 1.2
_NOISE = 0.25


def _log_likelihood(weight: Array, x: Array, y: Array) -> Array:
    """Return the Gaussian log-likelihood of the one-weight network y = tanh(w x) + noise."""
    residual = y[None, :] - np.tanh(weight[:, None] * x[None, :])
    return np.asarray(-0.5 * (residual**2).sum(axis=1) / _NOISE**2)


def _normalised(log_density: Array, grid: Array) -> Array:
    density = np.exp(log_density - log_density.max())
    return np.asarray(density / (density.sum() * (grid[1] - grid[0])))


@figure("bayes-posterior", _POSTERIOR)
def bayes_posterior() -> alt.TopLevelMixin:
    """Multiply prior and likelihood on a grid of the weight and normalise."""
    random = np.random.default_rng(4)
    x = random.uniform(-1.5, 1.5, 30)
    y = np.tanh(_TRUE_WEIGHT * x) + random.normal(0.0, _NOISE, x.size)
    grid = np.linspace(-2.0, 4.0, 301)
    prior = -0.5 * grid**2
    curves = {
        "prior": _normalised(prior, grid),
        "after 3 points": _normalised(prior + _log_likelihood(grid, x[:3], y[:3]), grid),
        "after 30 points": _normalised(prior + _log_likelihood(grid, x, y), grid),
    }
    data = table(
        w=np.tile(grid, 3),
        density=np.concatenate(list(curves.values())),
        curve=np.repeat(list(curves), grid.size),
    )
    meaning = {"prior": "purple", "after 3 points": "orange", "after 30 points": "blue"}
    base = alt.Chart(data).encode(
        x=alt.X("w:Q", title="weight w", scale=span(-2, 4)),
        y=alt.Y("density:Q", title="density", stack=None, scale=span(0, 2.8)),
        color=colour("curve", meaning, columns=3),
    )
    true = alt.Chart(table(w=[_TRUE_WEIGHT])).mark_rule(strokeDash=[4, 4]).encode(x="w:Q")
    chart = alt.layer(base.mark_area(opacity=0.15), base.mark_line(), true)
    return panel(
        chart,
        "Data narrow the distribution of a weight",
        "y = tanh(w x) + noise, on a grid. Dashed: true weight",
    )


def _two_peaks(weight: Array) -> Array:
    """Return an unnormalised log-posterior with a likelihood symmetric in w and a weak prior."""
    x = np.array([0.4, 0.8, 1.2, 1.6])
    y = np.tanh(_TRUE_WEIGHT * x) ** 2
    residual = y[None, :] - np.tanh(weight[:, None] * x[None, :]) ** 2
    return np.asarray(-0.5 * (residual**2).sum(axis=1) / _NOISE**2 - 0.5 * (weight - 0.4) ** 2)


def _chains(count: int, steps: int) -> Array:
    """Return the later half of ``count`` random-walk Metropolis chains on :func:`_two_peaks`."""
    random = np.random.default_rng(5)
    here = random.normal(size=count)
    height = _two_peaks(here)
    visited = np.empty((steps, count))
    for k in range(steps):
        there = here + random.normal(0.0, 1.6, count)
        peak = _two_peaks(there)
        accepted = np.log(random.random(count)) < peak - height
        here, height = np.where(accepted, there, here), np.where(accepted, peak, height)
        visited[k] = here
    return visited[steps // 2 :].ravel()


@figure("sampled-posterior", _SAMPLES)
def sampled_posterior() -> alt.TopLevelMixin:
    """Run Markov chains and compare their histogram with the density on a grid."""
    grid = np.linspace(-3.5, 3.5, 281)
    samples = _chains(100, 120)
    counts, edges = np.histogram(samples, bins=50, range=(-3.5, 3.5), density=True)
    bars = table(
        low=edges[:-1],
        high=edges[1:],
        zero=0 * counts,
        density=counts,
        what=["samples"] * counts.size,
    )
    curve = table(
        w=grid, density=_normalised(_two_peaks(grid), grid), what=["exact posterior"] * grid.size
    )
    meaning = colour("what", {"samples": "sky", "exact posterior": "blue"})
    chart = alt.layer(
        alt.Chart(bars)
        .mark_rect(opacity=0.5)
        .encode(
            x=alt.X("low:Q", title="weight w", scale=span(-4, 4)),
            x2="high:Q",
            y="density:Q",
            y2="zero:Q",
            color=meaning,
        ),
        alt.Chart(curve)
        .mark_line()
        .encode(x="w:Q", y=alt.Y("density:Q", title="density", scale=span(0, 1.1)), color=meaning),
    )
    return panel(
        chart,
        "Samples replace the integral",
        "One weight: 6,000 Metropolis samples and the exact grid",
    )
