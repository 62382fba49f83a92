"""Why the integral is hopeless: a grid over the weights, and the one that can still be summed."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from pyfrontiers.counts import counted
from pyfrontiers.uncertainty.study import WEIGHTS, landscape
from streamlit_app import kit
from streamlit_app.labs.bayesian_neural_networks.controls import controls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.uncertainty.classical import GridPosterior

__all__ = ["counting_part", "duration", "peaks_of", "two_weights_part"]

_PER_WEIGHT, _RATE = 100, 1e9
#: Age of the universe in seconds: 13.8 billion years.
_UNIVERSE = 13.8e9 * 365.25 * 86400
_MOST = 41
#: Odd, so that the origin is a point.
_POINTS = 49
_REACH = 3.0

_surface = st.components.v2.component(
    "pyfrontiers.landscape",
    html=kit.text_beside(__file__, "landscape.html"),
    css=kit.text_beside(__file__, "landscape.css"),
    js=kit.text_beside(__file__, "landscape.js"),
)


def counting_part() -> None:
    """Compare the time that a grid over d weights takes with the age of the universe."""
    kit.subheading(
        "3 · Why not just integrate?",
        "The evidence p(Y | X) is an integral over all weights. A grid with 100 points for each "
        "weight needs 100ᵈ evaluations. The times below are for a billion evaluations a second.",
    )
    count = controls.slider("weights", "Weights d", 1, _MOST, 14, 1)
    exponent = 2 * count
    kit.measures(
        ("Grid points", f"10{kit.raised(exponent)}"),
        ("Time", duration(count)),
        ("Ages of the universe", _times(10.0**exponent / _RATE / _UNIVERSE)),
        ("Network above", f"{WEIGHTS['regression']} weights"),
    )
    rows = pd.DataFrame({"d": np.arange(1, _MOST + 1)})
    rows["seconds"] = 10.0 ** (2.0 * rows["d"]) / _RATE
    marks = pd.DataFrame(
        {
            "seconds": [1.0, 365.25 * 86400, _UNIVERSE],
            "what": ["a second", "a year", "age of the universe"],
        }
    )
    kit.figure(
        "counting",
        counting_chart,
        data=pd.concat([rows.assign(now=rows["d"] == count), marks], ignore_index=True),
        label=f"Seconds for a grid over d weights, d = {count} marked",
        table=rows,
    )


def counting_chart(token: Mapping[str, str]) -> alt.TopLevelMixin:
    """Make the chart of the time by the number of weights."""
    upright = alt.Y(
        "seconds:Q",
        title="seconds",
        scale=alt.Scale(type="log", domain=[1e-8, 1e74]),
        axis=alt.Axis(values=[10.0**k for k in _POWERS], labelExpr=_POWERS_RAISED),
    )
    across = alt.X("d:Q", title="weights d", scale=alt.Scale(domain=[0, _MOST]))
    line = (
        alt.Chart()
        .transform_filter("isValid(datum.d)")
        .mark_line(color=token["blue"])
        .encode(x=across, y=upright)
    )
    now = (
        alt.Chart()
        .transform_filter("datum.now == true")
        .mark_point(color=token["vermillion"], filled=True, size=120, opacity=1)
        .encode(x=across, y=upright)
    )
    marks = alt.Chart().transform_filter("isValid(datum.what)").encode(y=upright)
    rules = marks.mark_rule(color=token["muted"], strokeDash=[4, 3])
    names = marks.mark_text(align="right", baseline="bottom", dy=-3, color=token["muted"]).encode(
        x=alt.value("width"), text="what:N"
    )
    chart: alt.TopLevelMixin = alt.layer(rules, names, line, now).properties(height=280)
    return chart


def two_weights_part() -> None:
    """Draw the exact posterior of a network with two weights."""
    kit.subheading(
        "With two weights it can be done",
        "The network f(x) = v tanh(w x): its posterior on a grid of "
        f"{_POINTS} × {_POINTS} points. Turn the landscape with mouse, finger or arrow keys.",
    )
    count = controls.slider("examples", "Examples", 0, 8, 3, 1)
    found = exact(count)
    left, right = st.columns(2, gap="large")
    with left:
        levels = found.probabilities / found.probabilities.max()
        _surface(
            key=controls.key("landscape"),
            data={
                "size": _POINTS,
                "heights": [round(1000 * height) for height in levels.flatten().tolist()],
                "label": f"Posterior of v and w after {counted(count, 'example')}",
            },
        )
    with right:
        _heat_map(found, count)
    number = peaks_of(found)
    peaks = "one peak" if number == 1 else f"{number} equal peaks"
    kit.verdict(
        f"After {counted(count, 'example')} the posterior has **{peaks}**, and half of its "
        f"probability lies in **{kit.percent(area_of_half(found), 1)}** of the square.",
        "(v, w) and (−v, −w) are the same function. A network with n hidden tanh units has 2ⁿ n! "
        "such copies of every peak.",
    )


def _heat_map(found: GridPosterior, count: int) -> None:
    axis = found.axis.numpy()
    cell = axis[1] - axis[0]
    half = 0.54 * cell  # overlapping, or the seams between cells show
    first, second = np.meshgrid(axis, axis, indexing="ij")
    density = found.probabilities.numpy().ravel() / cell**2
    rows = pd.DataFrame(
        {
            "v": (first - half).ravel(),
            "v2": (first + half).ravel(),
            "w": (second - half).ravel(),
            "w2": (second + half).ravel(),
            "density": density,
        }
    ).round(4)
    kit.figure(
        "two-weights",
        heat_chart,
        float(f"{density.max():.2g}"),
        data=rows,
        label=f"Posterior density of v and w after {counted(count, 'example')}",
        table=pd.DataFrame({"v": first.ravel(), "w": second.ravel(), "density": density}).round(4),
    )


def heat_chart(token: Mapping[str, str], most: float) -> alt.TopLevelMixin:
    """Make the map of the posterior density."""
    limits = alt.Scale(domain=[-_REACH, _REACH], nice=False)
    shades = alt.Scale(
        domain=[0.0, most], range=[token["card"], token["blue"]], interpolate="rgb", clamp=True
    )
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_rect(clip=True, strokeWidth=0)
        .encode(
            x=alt.X("v:Q", title="v", scale=limits),
            x2="v2:Q",
            y=alt.Y("w:Q", title="w", scale=limits),
            y2="w2:Q",
            color=alt.Color("density:Q", title="density", scale=shades),
        )
        .properties(height=300)
    )
    return chart


@lru_cache(maxsize=16)
def exact(count: int) -> GridPosterior:
    """Return the posterior after some examples."""
    return landscape(count, points=_POINTS, reach=_REACH)


def peaks_of(found: GridPosterior) -> int:
    """Count the cells that are higher than all eight around them and than a tenth of the top."""
    p = np.pad(found.probabilities.numpy(), 1)
    size = len(p) - 2
    middle = p[1:-1, 1:-1]
    around = [
        p[1 + a : 1 + a + size, 1 + b : 1 + b + size]
        for a in (-1, 0, 1)
        for b in (-1, 0, 1)
        if (a, b) != (0, 0)
    ]
    higher = np.all([middle >= each for each in around], axis=0)
    return int((higher & (middle > 0.1 * middle.max())).sum())


def area_of_half(found: GridPosterior) -> float:
    """Return the smallest share of the square that holds half of the probability."""
    ordered = np.sort(found.probabilities.numpy().ravel())[::-1]
    return float((np.searchsorted(ordered.cumsum(), 0.5) + 1) / ordered.size)


def duration(count: int) -> str:
    """Say how long a grid over `count` weights takes."""
    seconds = 10.0 ** (2 * count) / _RATE
    units = ((1.0, "s"), (60.0, "min"), (3600.0, "h"), (86400.0, "days"), (31557600.0, "years"))
    size, unit = next((each for each in reversed(units) if seconds >= each[0]), (1.0, "s"))
    value = seconds / size
    if value >= 1e4 or value < 1e-2:
        return f"{_times(value)} {unit}"
    return f"{value:.3g} {unit}"


def _times(value: float) -> str:
    power = math.floor(math.log10(value))
    if -3 <= power < 4:
        return f"{value:.2g}"
    return kit.scientific(value)


_POWERS = range(-5, 76, 20)
# Vega has no format for raised digits: the expression looks a tick's text up by its power.
_POWERS_RAISED = (
    "{" + ", ".join(f"'{k}': '10{kit.raised(k)}'" for k in _POWERS) + "}"
    "[toString(round(log(datum.value) / LN10))]"
)
