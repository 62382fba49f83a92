"""The chart of all networks' accuracies, with the marks and the visitor's child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from pyfrontiers.automl.benchmark import benchmark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit_app.labs.learning_to_learn.placing import Marks, Placed

__all__ = ["ALL", "MARKS", "SEED", "YOURS", "accuracy_rows", "place_chart", "tallest"]

ALL, YOURS, SEED = "all networks", "your child, mean", "your child, one seed"
MARKS = ("median of all", "random search", "controller", YOURS)
"""The names of the marks, in the order of the legend."""
_BINS = 36
_POWER = 3  # stretches the axis towards 100 %
_STYLES = (("ink", [2, 3]), ("blue", [7, 3]), ("green", [1, 0]), ("vermillion", [1, 0]))


def _bins() -> tuple[Any, Any]:
    """Return the bins' edges, equally wide on the axis, and the networks in each."""
    quality = benchmark().quality
    low = np.floor(20 * quality.min()) / 20
    edges = np.linspace(low**_POWER, 1, _BINS + 1) ** (1 / _POWER)
    return edges, np.histogram(quality, edges)[0]


def tallest() -> int:
    """Return the upper end of the axis of networks."""
    return int(np.ceil(_bins()[1].max() * 1.12 / 10)) * 10


def accuracy_rows(marks: Marks, placed: Placed | None) -> pd.DataFrame:
    """Return the histogram's bars, the marks and, if there is one, the child and its seeds."""
    edges, counts = _bins()
    rows: list[dict[str, Any]] = [
        {
            "what": ALL,
            "accuracy": (low + high) / 2,
            "from": low,
            "to": high,
            "networks": int(count),
        }
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    ]
    values = [marks.median, marks.random, marks.controller]
    if placed is not None:
        values.append(placed.mean)
        rows += [{"what": SEED, "accuracy": seed} for seed in placed.seeds]
    rows += [{"what": name, "accuracy": value} for name, value in zip(MARKS, values, strict=False)]
    return pd.DataFrame(rows)


def place_chart(token: Mapping[str, str], top: int, marks: int) -> alt.TopLevelMixin:
    """Make the histogram with a line for each mark, and points for the child's seeds.

    Args:
        token: colours.
        top: upper end of the axis of networks.
        marks: how many of `MARKS` are drawn, which the legend explains.
    """
    edges, _ = _bins()
    scale = alt.Scale(type="pow", exponent=_POWER, domain=[float(edges[0]), 1], nice=False)
    ticks = [tick for tick in (0.2, 0.5, 0.7, 0.8, 0.9, 1) if tick > edges[0]]

    def x(field: str) -> alt.X:
        axis = alt.Axis(values=ticks, tickCount=len(ticks), format="~%", grid=False)
        title = "test accuracy, stretched towards 100 %"
        return alt.X(f"{field}:Q", title=title, scale=scale, axis=axis)

    height = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("networks:Q", title="networks", scale=height, axis=alt.Axis(tickMinStep=1))
    legend = alt.Legend(
        orient="bottom",
        title=None,
        columns=2,
        symbolType="stroke",
        symbolSize=350,
        symbolStrokeWidth=2.5,
        labelLimit=220,
    )
    names, styles = list(MARKS[:marks]), _STYLES[:marks]
    base = alt.Chart()
    bars = (
        base.transform_filter(alt.datum.what == ALL)
        .mark_bar(color=token["muted"], opacity=0.45, binSpacing=0)
        .encode(
            x=x("from"),
            x2="to:Q",
            y=y,
            y2=alt.Y2Datum(0),
            tooltip=[
                alt.Tooltip("from:Q", format=".1%"),
                alt.Tooltip("to:Q", format=".1%"),
                "networks:Q",
            ],
        )
    )
    tip: list[str | alt.Tooltip] = ["what:N", alt.Tooltip("accuracy:Q", format=".2%")]
    lines = (
        base.transform_filter(alt.FieldOneOfPredicate("what", names))
        .mark_rule(strokeWidth=2.5)
        .encode(
            x=x("accuracy"),
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=names, range=[token[name] for name, _ in styles]),
                legend=legend,
            ),
            strokeDash=alt.StrokeDash(
                "what:N",
                scale=alt.Scale(domain=names, range=[dash for _, dash in styles]),
                legend=legend,
            ),
            tooltip=tip,
        )
    )
    seeds = (
        base.transform_filter(alt.datum.what == SEED)
        .mark_point(filled=True, size=70, color=token["vermillion"], stroke=token["paper"])
        .encode(x=x("accuracy"), y=alt.YDatum(0.96 * top, scale=height), tooltip=tip)
    )
    chart: alt.TopLevelMixin = alt.layer(bars, lines, seeds).properties(height=300)
    return chart
