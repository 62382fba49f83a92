"""Charts: functions with their bands, maps of probability and spread, and the size of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.uncertainty.study import Functions, Points

__all__ = ["bands_chart", "draw_functions", "map_chart", "prepare_charts"]

_HEIGHT = 300
_REACH = 2.0
_VALUES = (-3.0, 3.0)
_CLASSES = ["class 0", "class 1"]


def draw_functions(
    name: str, functions: Functions, points: Points, colour: str, *, label: str
) -> None:
    """Draw a posterior of either task.

    Args:
        name: The figure's name.
        functions: What to draw.
        points: The examples, drawn on top.
        colour: Colour token of the curves.
        label: What the chart shows.
    """
    if functions.task == "regression":
        _draw_bands(name, functions, points, colour, label)
        return
    _draw_map(f"{name}-mean", functions, functions.mean, points, (0.0, 1.0), f"{label}: P(class 1)")
    _draw_map(
        f"{name}-spread",
        functions,
        functions.spread,
        points,
        (0.0, 0.5),
        f"{label}: standard deviation of P(class 1) over the networks",
    )


def _draw_bands(name: str, functions: Functions, points: Points, colour: str, label: str) -> None:
    x, ends = functions.axis, functions.bands
    names = ["low95", "low50", "middle", "high50", "high95"]
    bands = pd.DataFrame({"x": x, **dict(zip(names, ends, strict=True))})
    curves = [
        pd.DataFrame({"x": x, "y": curve, "part": number, "kind": "function"})
        for number, curve in enumerate(functions.curves)
    ]
    seen = pd.DataFrame(points.rows, columns=["x", "y"]).assign(kind="example")
    rows = [bands.assign(kind="band"), *curves] + ([seen] if len(seen) else [])
    kit.figure(
        name,
        bands_chart,
        colour,
        data=pd.concat(rows, ignore_index=True).round(4),
        label=label,
        table=bands.round(4),
    )


def bands_chart(token: Mapping[str, str], colour: str) -> alt.TopLevelMixin:
    """Make the chart of functions in a colour, with bands of 50 and 95 %."""
    across = alt.X("x:Q", title="x", scale=alt.Scale(domain=[-_REACH, _REACH], nice=False))
    upright = alt.Scale(domain=list(_VALUES), nice=False)

    def area(low: str, high: str, opacity: float) -> alt.Chart:
        band: alt.Chart = (
            alt.Chart()
            .transform_filter("datum.kind == 'band'")
            .mark_area(color=token[colour], opacity=opacity, clip=True)
            .encode(x=across, y=alt.Y(f"{low}:Q", title="f(x)", scale=upright), y2=f"{high}:Q")
        )
        return band

    curves = (
        alt.Chart()
        .transform_filter("datum.kind == 'function'")
        .mark_line(color=token[colour], opacity=0.45, strokeWidth=1, clip=True)
        .encode(x=across, y=alt.Y("y:Q", title="f(x)", scale=upright), detail="part:N")
    )
    middle = (
        alt.Chart()
        .transform_filter("datum.kind == 'band'")
        .mark_line(color=token[colour], strokeWidth=2.5, clip=True)
        .encode(x=across, y=alt.Y("middle:Q", title="f(x)", scale=upright))
    )
    seen = (
        alt.Chart()
        .transform_filter("datum.kind == 'example'")
        .mark_point(color=token["vermillion"], filled=True, size=60, opacity=1)
        .encode(x=across, y=alt.Y("y:Q", title="f(x)", scale=upright))
    )
    layers = alt.layer(
        area("low95", "high95", 0.15), area("low50", "high50", 0.25), curves, middle, seen
    )
    chart: alt.TopLevelMixin = layers.properties(height=_HEIGHT)
    return chart


def _draw_map(
    name: str,
    functions: Functions,
    values: np.ndarray[Any, Any],
    points: Points,
    ends: tuple[float, float],
    label: str,
) -> None:
    axis = functions.axis
    half = 0.54 * (axis[1] - axis[0])  # overlapping, or the seams between cells show
    first, second = np.meshgrid(axis, axis, indexing="ij")
    cells = pd.DataFrame(
        {
            "x1": (first - half).ravel(),
            "x1b": (first + half).ravel(),
            "x2": (second - half).ravel(),
            "x2b": (second + half).ravel(),
            "value": values,
        }
    )
    seen = pd.DataFrame(points.rows, columns=["x1", "x2", "class"])
    seen["class"] = [_CLASSES[int(one)] for one in seen["class"]]
    undecided = pd.DataFrame(boundaries(functions), columns=["x1", "x2"]).assign(line="P = 0.5")
    kit.figure(
        name,
        map_chart,
        ends,
        "sky" if ends[1] == 1.0 else "purple",
        data=pd.concat([cells, seen, undecided], ignore_index=True).round(3),
        label=label,
        table=pd.DataFrame({"x1": first.ravel(), "x2": second.ravel(), "value": values}).round(3),
    )


def boundaries(functions: Functions) -> np.ndarray[Any, Any]:
    """Return points (P, 2) at which one of the drawn networks gives both classes 0.5."""
    axis, found = functions.axis, []
    step = axis[1] - axis[0]
    for curve in functions.curves:
        over = curve.reshape(len(axis), len(axis)) - 0.5
        for along, field in ((0, over), (1, over.T)):
            # Linear between the two grid points where the sign changes.
            first, second = np.nonzero((field[:-1] < 0) != (field[1:] < 0))
            low, high = field[first, second], field[first + 1, second]
            place = axis[first] + step * low / (low - high)
            pair = (place, axis[second]) if along == 0 else (axis[second], place)
            found.append(np.stack(pair, 1))
    return np.concatenate(found)


def map_chart(
    token: Mapping[str, str], ends: tuple[float, float], colour: str
) -> alt.TopLevelMixin:
    """Make the map of a figure over both inputs, with the examples on top."""
    limits = alt.Scale(domain=[-_REACH, _REACH], nice=False)
    shades = alt.Scale(domain=list(ends), range=[token["card"], token[colour]], interpolate="rgb")
    cells = (
        alt.Chart()
        .transform_filter("isValid(datum.value)")
        .mark_rect(clip=True, strokeWidth=0)
        .encode(
            x=alt.X("x1:Q", title="x₁", scale=limits),
            x2="x1b:Q",
            y=alt.Y("x2:Q", title="x₂", scale=limits),
            y2="x2b:Q",
            color=alt.Color(
                "value:Q", scale=shades, title=None, legend=alt.Legend(gradientLength=160)
            ),
        )
    )
    classes = alt.Scale(domain=_CLASSES, range=[token["blue"], token["vermillion"]])
    seen = (
        alt.Chart()
        .transform_filter("isValid(datum['class'])")
        .mark_point(filled=True, size=60, opacity=1, stroke=token["card"], strokeWidth=1)
        .encode(
            x=alt.X("x1:Q", title="x₁", scale=limits),
            y=alt.Y("x2:Q", title="x₂", scale=limits),
            fill=alt.Fill("class:N", title=None, scale=classes),
            shape=alt.Shape(
                "class:N",
                title=None,
                scale=alt.Scale(domain=_CLASSES, range=["circle", "square"]),
            ),
        )
    )
    undecided = (
        alt.Chart()
        .transform_filter("isValid(datum.line)")
        .mark_circle(color=token["ink"], size=7, opacity=0.7)
        .encode(
            x=alt.X("x1:Q", title="x₁", scale=limits), y=alt.Y("x2:Q", title="x₂", scale=limits)
        )
    )
    chart: alt.TopLevelMixin = alt.layer(cells, undecided, seen).properties(height=_HEIGHT)
    return chart


def prepare_charts() -> None:
    """Make the specifications of the charts shown first."""
    for name, colour in (("posterior", "blue"), ("reference", "blue"), ("method", "orange")):
        kit.prepare_figure(name, bands_chart, colour)
        kit.prepare_figure(f"{name}-mean", map_chart, (0.0, 1.0), "sky")
        kit.prepare_figure(f"{name}-spread", map_chart, (0.0, 0.5), "purple")
