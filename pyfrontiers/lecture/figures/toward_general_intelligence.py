"""Figures of the section `toward-general-intelligence`."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.registry import figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_TRANSFER = (
    "Error on a new sine curve against the number of examples. Learning from scratch needs many; "
    "with a prior from 300 related curves, five examples are nearly enough."
)
_CURVES = (
    "A new sine curve, five examples of it, the fit from scratch, which misses the curve between "
    "and outside the points, and the fit with a learned prior, which follows it."
)
_FREQUENCIES = 40
_NOISE = 0.05


def _features(x: Array) -> Array:
    """Return random cosine features of inputs in [-5, 5]."""
    random = np.random.default_rng(30)
    slopes = random.normal(0.0, 1.5, _FREQUENCIES)
    phases = random.uniform(0.0, 2.0 * np.pi, _FREQUENCIES)
    return np.asarray(np.cos(np.outer(x, slopes) + phases) * np.sqrt(2.0 / _FREQUENCIES))


def _tasks(count: int, seed: int) -> tuple[Array, Array]:
    """Return amplitudes and phases of sine tasks, as in Finn et al. 2017, section 5.1."""
    random = np.random.default_rng(seed)
    return random.uniform(0.1, 5.0, count), random.uniform(0.0, np.pi, count)


def _learned_prior() -> tuple[Array, Array]:
    """Return the mean and covariance of weights that fit 300 related tasks."""
    x = np.linspace(-5.0, 5.0, 100)
    amplitude, phase = _tasks(300, seed=31)
    curves = amplitude[:, None] * np.sin(x[None, :] + phase[:, None])
    inputs = _features(x)
    solve = np.linalg.solve(inputs.T @ inputs + 1e-3 * np.eye(_FREQUENCIES), inputs.T)
    weights = curves @ solve.T
    return weights.mean(axis=0), np.cov(weights.T) + 1e-4 * np.eye(_FREQUENCIES)


def _adapt(x: Array, y: Array, mean: Array, covariance: Array, at: Array) -> Array:
    """Return the posterior mean at ``at`` of Bayesian linear regression from ``x`` and ``y``."""
    inputs = _features(x)
    gain = covariance @ inputs.T
    inner = inputs @ gain + _NOISE**2 * np.eye(x.size)
    return np.asarray(_features(at) @ (mean + gain @ np.linalg.solve(inner, y - inputs @ mean)))


def _priors() -> dict[str, tuple[Array, Array]]:
    scratch = (np.zeros(_FREQUENCIES), 25.0 * np.eye(_FREQUENCIES))
    return {"from scratch": scratch, "after 300 tasks": _learned_prior()}


@figure("few-shot-error", _TRANSFER)
def few_shot_error() -> alt.TopLevelMixin:
    """Measure the error on 60 new tasks for each number of examples."""
    shots = [1, 2, 3, 5, 8, 12, 20]
    at = np.linspace(-5.0, 5.0, 60)
    random = np.random.default_rng(32)
    tasks = list(zip(*_tasks(60, seed=33), strict=True))
    rows = []
    priors = _priors()
    for count in shots:
        errors: dict[str, list[float]] = {name: [] for name in priors}
        for amplitude, phase in tasks:
            x = random.uniform(-5.0, 5.0, count)
            y = amplitude * np.sin(x + phase) + random.normal(0.0, _NOISE, count)
            for name, (mean, covariance) in priors.items():
                fit = _adapt(x, y, mean, covariance, at)
                errors[name].append(float(np.mean((fit - amplitude * np.sin(at + phase)) ** 2)))
        rows += [(count, name, np.mean(values)) for name, values in errors.items()]
    count, name, error = zip(*rows, strict=True)
    meaning = {"from scratch": "vermillion", "after 300 tasks": "green"}
    chart = (
        alt.Chart(table(shots=count, prior=name, error=error))
        .mark_line(point=alt.OverlayMarkDef(size=60, opacity=1))
        .encode(
            x=alt.X("shots:Q", title="examples of the new task", scale=span(0, 20)),
            y=alt.Y("error:Q", title="mean squared error", scale=span(0, 4)),
            color=colour("prior", meaning),
        )
    )
    return panel(
        chart,
        "Experience replaces examples",
        "60 new sine curves; Bayesian regression, 40 features",
    )


@figure("few-shot-curves", _CURVES)
def few_shot_curves() -> alt.TopLevelMixin:
    """Fit one new task from five examples with each prior."""
    amplitude, phase = 3.2, 0.9
    x = np.array([-3.9, -2.2, -0.6, 1.0, 2.1])
    y = amplitude * np.sin(x + phase)
    at = np.linspace(-5.0, 5.0, 161)
    fits = {name: _adapt(x, y, *prior, at) for name, prior in _priors().items()}
    curves = {"true curve": amplitude * np.sin(at + phase), **fits}
    data = table(
        x=np.tile(at, 3),
        y=np.concatenate(list(curves.values())),
        curve=np.repeat(list(curves), at.size),
    )
    meaning = colour(
        "curve",
        {"true curve": "blue", "from scratch": "vermillion", "after 300 tasks": "green"},
        columns=3,
    )
    across = alt.X("x:Q", title="x", scale=span(-5, 5))
    up = alt.Y("y:Q", title="y", scale=span(-4, 4))
    base = alt.Chart(data).encode(x=across, y=up, color=meaning)
    true = base.transform_filter("datum.curve == 'true curve'")
    chart = alt.layer(
        true.mark_line(strokeWidth=8, opacity=0.35),
        base.transform_filter("datum.curve != 'true curve'").mark_line(),
        alt.Chart(table(x=x, y=y, curve=["true curve"] * x.size))
        .mark_point(size=80, opacity=1)
        .encode(x=across, y=up, color=meaning),
    )
    note = "Both fits have seen only these five points"
    return panel(chart, "Five examples, two starting points", note)
