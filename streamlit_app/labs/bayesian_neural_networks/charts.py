"""Charts: functions with their bands, maps of probability and spread, and the size of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.uncertainty.study import Functions, Points

__all__ = ["bands_chart", "draw_functions", "map_chart", "prepare_charts"]

_HEIGHT = 300
#: Of a map with its legend and axis: nearly square on a phone, 3:2 in half a wide page.
_MAP_HEIGHT = 440
_REACH = 2.0
_VALUES = (-3.0, 3.0)
_CLASSES = ["class 0", "class 1"]


def draw_functions(
    name: str,
    functions: Functions,
    points: Points,
    colour: str,
    *,
    label: str,
    wide: bool = False,
) -> None:
    """Draw a posterior of either task.

    Args:
        name: The figure's name.
        functions: What to draw.
        points: The examples, drawn on top.
        colour: Colour token of the curves.
        label: What the chart shows.
        wide: Whether there is room for two maps in a row.
    """
    if functions.task == "regression":
        _draw_bands(name, functions, points, colour, label)
        return
    left, right = st.columns(2, gap="large") if wide else (st.container(), st.container())
    mean, spread = functions.mean, functions.spread
    with left:
        _draw_map(f"{name}-mean", functions, mean, points, "mean", f"{label}: P(class 1)")
    with right:
        said = f"{label}: standard deviation of P(class 1) over the networks"
        _draw_map(f"{name}-spread", functions, spread, points, "spread", said)


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
    kind: str,
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
    kit.figure(
        name,
        map_chart,
        kind,
        data=pd.concat([cells, seen, boundaries(functions)], ignore_index=True).round(3),
        label=label,
        table=pd.DataFrame({"x1": first.ravel(), "x2": second.ravel(), "value": values}).round(3),
    )


def boundaries(functions: Functions) -> pd.DataFrame:
    """Return the curves on which one of the drawn networks gives both classes 0.5.

    Returns:
        Columns x1, x2, ``line``, the number of the curve, and ``step`` along it.
    """
    import skimage.measure

    measure: Any = skimage.measure  # without types
    axis, found = functions.axis, []
    for curve in functions.curves:
        found += measure.find_contours(curve.reshape(len(axis), len(axis)), 0.5)
    places = np.arange(len(axis))
    return pd.DataFrame(
        [
            (*np.interp(point, places, axis), line, step)
            for line, curve in enumerate(found)
            for step, point in enumerate(curve)
        ],
        columns=["x1", "x2", "line", "step"],
    )


def map_chart(token: Mapping[str, str], kind: str) -> alt.TopLevelMixin:
    """Make the map of a figure over both inputs, with the examples on top.

    Args:
        token: The theme's colours.
        kind: ``"mean"`` for probabilities, from one class's colour to the other's, or ``"spread"``.
    """
    x = alt.X("x1:Q", title="x₁", scale=alt.Scale(domain=[-_REACH, _REACH], nice=False))
    y = alt.Y("x2:Q", title="x₂", scale=alt.Scale(domain=[-_REACH, _REACH], nice=False))
    colours = [token["blue"], token["vermillion"]]
    cells = (
        alt.Chart()
        .transform_filter("isValid(datum.value)")
        .mark_rect(clip=True, strokeWidth=0)
        .encode(x=x, x2="x1b:Q", y=y, y2="x2b:Q", color=_shades(token, kind, colours))
    )
    undecided = (
        alt.Chart()
        .transform_filter("isValid(datum.line)")
        .mark_line(color=token["ink"], strokeWidth=1, opacity=0.45, clip=True)
        .encode(x=x, y=y, detail="line:N", order="step:Q")
    )
    seen = (
        alt.Chart()
        .transform_filter("isValid(datum['class'])")
        .mark_point(filled=True, size=60, opacity=1, stroke=token["card"], strokeWidth=1)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("class:N", title=None, scale=alt.Scale(domain=_CLASSES, range=colours)),
            shape=alt.Shape(
                "class:N",
                title=None,
                scale=alt.Scale(domain=_CLASSES, range=["circle", "square"]),
            ),
        )
    )
    chart: alt.TopLevelMixin = alt.layer(cells, undecided, seen).properties(height=_MAP_HEIGHT)
    return chart


def _shades(token: Mapping[str, str], kind: str, colours: list[str]) -> alt.Color:
    """Return the colours of a map; paler than the examples, so that these stand out."""
    card = token["card"]
    if kind == "mean":
        title, ends = "P(class 1)", [0.0, 0.5, 1.0]
        hues = [kit.mixed(colours[0], card, 0.7), card, kit.mixed(colours[1], card, 0.7)]
    else:
        title, ends, hues = "standard deviation", [0.0, 0.5], [card, token["purple"]]
    shades = alt.Scale(domain=ends, range=hues, interpolate="rgb")
    return alt.Color("value:Q", scale=shades, title=title, legend=alt.Legend(gradientLength=150))


def prepare_charts() -> None:
    """Make the specifications of the charts shown first."""
    for name, colour in (("posterior", "blue"), ("reference", "blue"), ("method", "orange")):
        kit.prepare_figure(name, bands_chart, colour)
        for kind in ("mean", "spread"):
            kit.prepare_figure(f"{name}-{kind}", map_chart, kind)
