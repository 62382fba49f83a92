"""The chart of all searches against the number of trained children."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import altair as alt

from pyfrontiers.claims.c20 import TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["axis_title", "search_chart"]

_STYLES = {
    "reinforce": ("orange", [1, 0]),
    "ppo": ("vermillion", [6, 3]),
    "random": ("ink", [2, 3]),
    "evolution": ("green", [1, 0]),
    "asha": ("blue", [8, 3]),
    "tpe": ("purple", [1, 0]),
    "nsga2": ("muted", [9, 3, 2, 3]),
}


def axis_title(form: str) -> str:
    """Return the title of the horizontal axis; missed accuracies have no format."""
    return "children" if form else "full trainings spent"


def search_chart(
    token: Mapping[str, str],
    names: tuple[str, ...],
    title: str,
    values: tuple[float, float],
    form: str,
    children: int,
) -> alt.TopLevelMixin:
    """Make the chart: colour and dash for the search; intervals as bands or, at points, as bars.

    Args:
        token: colours.
        names: of the searches.
        title: of the vertical axis.
        values: its ends.
        form: format of its numbers.
        children: largest number of children.
    """
    domain = [TITLES[name] for name in names]
    legend = alt.Legend(
        orient="bottom",
        title=None,
        columns=3,
        symbolType="stroke",
        symbolSize=350,
        symbolOpacity=1,
        symbolStrokeWidth=2.5,
        labelLimit=200,
    )
    colours = alt.Scale(domain=domain, range=[token[_STYLES[name][0]] for name in names])
    dashes = alt.Scale(domain=domain, range=[_STYLES[name][1] for name in names])
    base = alt.Chart().encode(
        x=alt.X(
            "children:Q",
            title=axis_title(form),
            scale=alt.Scale(domain=[0, children], nice=False),
        ),
        color=alt.Color("search:N", scale=colours, legend=legend),
    )
    # Missed accuracies are far apart at first and close together in the end.
    kind: Literal["linear", "sqrt"] = "linear" if form else "sqrt"
    scale = alt.Scale(type=kind, domain=list(values), nice=False)
    y = alt.Y(
        "value:Q",
        title=title if form else [f"{title},", "stretched towards 0"],
        scale=scale,
        axis=alt.Axis(format=form or "~g"),
    )
    tooltip: list[str | alt.Tooltip] = [
        "search:N",
        "children:Q",
        alt.Tooltip("value:Q", format=".3~f"),
        alt.Tooltip("low:Q", format=".3~f"),
        alt.Tooltip("high:Q", format=".3~f"),
    ]
    spans = base.transform_filter("isValid(datum.low)")
    ends = {"y": alt.Y("low:Q", scale=scale), "y2": "high:Q"}
    if form == "%":
        interval = spans.mark_area(opacity=0.22).encode(**ends)
    else:
        interval = spans.mark_rule(strokeWidth=4, opacity=0.4).encode(**ends)
    # The theme's round caps would fill the gaps, which the legend shows.
    lines = base.mark_line(strokeWidth=2.2, strokeCap="butt", clip=True).encode(
        y=y, strokeDash=alt.StrokeDash("search:N", scale=dashes, legend=legend)
    )
    points = base.mark_point(filled=True, size=40, clip=True).encode(y=y, tooltip=tooltip)
    chart: alt.TopLevelMixin = alt.layer(interval, lines, points).properties(height=360)
    return chart
