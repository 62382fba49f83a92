"""The laboratory's charts, each kept as the browser gets it once it has been drawn."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import altair as alt
import pandas as pd
import streamlit as st

from streamlit_app.kit import chart_spec, visitor_mode
from streamlit_app.kit.mode import tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyfrontiers.vision import Ranked
    from streamlit_app.kit.mode import Mode

__all__ = ["curve_chart", "draw", "phase_chart", "ranking_chart"]

_HEIGHT = 190

Curve = tuple[float, ...]


def draw(maker: Callable[..., alt.TopLevelMixin], *arguments: Any, key: str, label: str) -> None:
    """Show a chart in the visitor's theme.

    Altair takes 40 ms to check and write a chart, so what it wrote is kept for equal arguments.

    Args:
        maker: One of this file's functions that make a chart.
        arguments: What it is given, all hashable; the theme is added.
        key: Streamlit key of the chart.
        label: What the chart shows, for readers who do not see it.

    """
    spec = copy.deepcopy(_written(maker, arguments, visitor_mode()))
    st.vega_lite_chart(spec=spec, theme=None, width="stretch", key=key, alt=label)


@lru_cache(maxsize=256)
def _written(
    maker: Callable[..., alt.TopLevelMixin], arguments: tuple[Any, ...], mode: Mode
) -> dict[str, Any]:
    return chart_spec(maker(*arguments, mode), mode)


def ranking_chart(
    ranking: tuple[Ranked, ...], title: str, colour: str, marked: int, mode: Mode
) -> alt.TopLevelMixin:
    """Make the bars of the most probable classes.

    Args:
        ranking: Name, index and probability of each, best first.
        title: Heading of the chart.
        colour: Name of a palette colour for the bars.
        marked: Index of the class that is wanted; its name is set in bold.
        mode: The visitor's theme.

    """
    frame = pd.DataFrame(
        {
            "class": [name for name, _, _ in ranking],
            "probability": [share for _, _, share in ranking],
            "text": [_short(share) for _, _, share in ranking],
        }
    )
    named = json.dumps([name for name, index, _ in ranking if index == marked])
    weight = alt.condition(
        f"indexof({named}, datum.value) >= 0", alt.value("bold"), alt.value("normal")
    )
    order = frame["class"].tolist()
    base = alt.Chart(frame, title=title).encode(
        y=alt.Y(
            "class:N",
            sort=order,
            title=None,
            axis=alt.Axis(grid=False, labelLimit=150, labelFontWeight=weight, minExtent=120),
        )
    )
    bars = base.mark_bar(color=tokens_of(mode)[colour], height={"band": 0.62}).encode(
        x=alt.X("probability:Q", title=None, scale=alt.Scale(domain=[0, 1.16]), axis=None),
        tooltip=["class", alt.Tooltip("probability:Q", format=".6f")],
    )
    text = base.mark_text(align="left", dx=5).encode(x="probability:Q", text="text:N")
    return alt.layer(bars, text).properties(height=_HEIGHT, width="container")


def _short(share: float) -> str:
    if 0 < share < 0.001:
        return "< 0.1 %"
    return "> 99.9 %" if 0.999 < share < 1 else f"{100 * share:.1f} %"


def curve_chart(
    values: Curve, title: str, unit: str, top: float, steps: int, mode: Mode
) -> alt.TopLevelMixin:
    """Make the line of what was measured after 0, 1, ... steps.

    Args:
        values: One for each step so far.
        title: Heading of the chart.
        unit: Title of the vertical axis, which begins at 0.
        top: Where it ends.
        steps: Steps that the horizontal axis is drawn for.
        mode: The visitor's theme.

    """
    colour = tokens_of(mode)["vermillion"]
    frame = pd.DataFrame({"step": range(len(values)), "value": values})
    chart = (
        alt.Chart(frame, title=title)
        .mark_line(color=colour, point=alt.OverlayMarkDef(color=colour, size=28))
        .encode(
            x=alt.X(
                "step:Q",
                scale=alt.Scale(domain=[0, steps]),
                axis=alt.Axis(tickMinStep=1, format="d"),
            ),
            y=alt.Y("value:Q", title=unit, scale=alt.Scale(domain=[0, top])),
            tooltip=["step", alt.Tooltip("value:Q", title=title, format=".5g")],
        )
        .properties(height=_HEIGHT, width="container")
    )
    return cast("alt.TopLevelMixin", chart)


def phase_chart(
    losses: Curve, title: str, colour: str, top: float, mode: Mode
) -> alt.TopLevelMixin:
    """Make the mean loss over the steps of training or of an attack.

    Args:
        losses: Mean loss after 0, 1, ... steps, in nats.
        title: Heading of the chart.
        colour: Name of a palette colour.
        top: Where the vertical axis ends, so that two charts can share it.
        mode: The visitor's theme.

    """
    shade = tokens_of(mode)[colour]
    frame = pd.DataFrame({"step": range(len(losses)), "loss": losses})
    chart = (
        alt.Chart(frame, title=alt.Title(title, color=shade))
        .mark_area(line={"color": shade, "strokeWidth": 2.5}, color=shade, opacity=0.14)
        .encode(
            x=alt.X(
                "step:Q", title="step", scale=alt.Scale(domain=[0, len(losses) - 1], nice=False)
            ),
            y=alt.Y("loss:Q", title="mean loss, nats", scale=alt.Scale(domain=[0, top])),
            tooltip=["step", alt.Tooltip("loss:Q", format=".4f")],
        )
        .properties(height=240, width="container")
    )
    return cast("alt.TopLevelMixin", chart)
