"""The charts: probabilities at one moment and over the whole run, and the children's accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WHEN", "history_chart", "moment_chart", "reward_chart"]

WHEN = ("earlier", "this update", "later")
_ROW = 34


def moment_chart(token: Mapping[str, str], names: tuple[str, ...]) -> alt.TopLevelMixin:
    """Make a bar for each choice, divided among its values; the child's values have a frame."""
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    y = alt.Y(
        "choice:N",
        title=None,
        sort=None,
        scale=alt.Scale(domain=list(names), paddingInner=0.22),
        axis=alt.Axis(labelLimit=150, grid=False),
    )
    x = alt.X("start:Q", title="probability", scale=scale, axis=axis)
    shades = alt.Scale(domain=[0, 1, 2], range=[0.16, 0.45, 0.9])
    share = alt.Tooltip("probability:Q", format=".1%")
    tooltip: list[str | alt.Tooltip] = ["choice:N", "value:N", share, "child:N"]
    base = alt.Chart().encode(y=y, tooltip=tooltip)
    bars = base.mark_bar(color=token["blue"], stroke=token["paper"], strokeWidth=1).encode(
        x=x, x2="end:Q", fillOpacity=alt.FillOpacity("shade:O", scale=shades, legend=None)
    )
    frame = (
        base.transform_filter("datum.child")
        .mark_bar(filled=False, stroke=token["orange"], strokeWidth=3)
        .encode(x=x, x2="end:Q")
    )
    written = base.transform_filter("datum.probability > 0.07").encode(
        x=alt.X("middle:Q", scale=scale, axis=axis), text="value:N"
    )
    texts = [
        written.mark_text(fontSize=13, fontWeight=600, **style)
        for style in (
            {"stroke": token["paper"], "strokeWidth": 4, "color": token["paper"]},
            {"color": token["ink"]},
        )
    ]
    chart: alt.TopLevelMixin = alt.layer(bars, frame, *texts).properties(height=_ROW * len(names))
    return chart


def history_chart(
    token: Mapping[str, str], names: tuple[str, ...], updates: int
) -> alt.TopLevelMixin:
    """Make a map of all values over the updates; blue is probable."""
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_rect(clip=True)
        .encode(
            x=alt.X(
                "update:Q",
                title="updates",
                scale=alt.Scale(domain=[0, updates + 1], nice=False),
                axis=alt.Axis(grid=False),
            ),
            x2="end:Q",
            y=alt.Y(
                "value:N",
                title=None,
                sort=None,
                scale=alt.Scale(domain=list(names)),
                axis=alt.Axis(labelLimit=170),
            ),
            color=alt.Color(
                "probability:Q",
                scale=alt.Scale(
                    domain=[0, 1], range=[token["sunken"], token["blue"]], interpolate="rgb"
                ),
                legend=alt.Legend(
                    orient="bottom", format="%", title="probability", values=[0, 0.5, 1]
                ),
            ),
            tooltip=["update:Q", "value:N", alt.Tooltip("probability:Q", format=".1%")],
        )
        # A little wider, or the background shows as stripes between the updates.
        .transform_calculate(end="datum.update + 1.1")
        .properties(height=20 * len(names))
    )
    return chart


def reward_chart(
    token: Mapping[str, str], updates: int, accuracies: tuple[float, float]
) -> alt.TopLevelMixin:
    """Make the chart of every child's accuracy, with those of one update in front."""
    domain = list(WHEN)
    colours = alt.Scale(domain=domain, range=[token["blue"], token["orange"], token["muted"]])
    shapes = alt.Scale(domain=domain, range=["circle", "square", "triangle-up"])
    legend = alt.Legend(orient="bottom", title=None)
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_point(filled=True, opacity=0.85)
        .encode(
            x=alt.X("update:Q", title="update", scale=alt.Scale(domain=[0, updates + 1])),
            y=alt.Y(
                "accuracy:Q",
                title="reward: validation accuracy",
                scale=alt.Scale(domain=list(accuracies), nice=False),
                axis=alt.Axis(format="%"),
            ),
            color=alt.Color("children:N", scale=colours, legend=legend),
            shape=alt.Shape("children:N", scale=shapes, legend=legend),
            size=alt.condition(alt.datum.children == WHEN[1], alt.value(110), alt.value(36)),
            tooltip=["update:Q", alt.Tooltip("accuracy:Q", format=".1%"), "children:N"],
        )
        .properties(height=260)
    )
    return chart
