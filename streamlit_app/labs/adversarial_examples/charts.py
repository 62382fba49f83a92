"""Charts: class probabilities before and after, the progress of an attack, training and attack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from streamlit_app import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyfrontiers.vision import Ranked

__all__ = ["curve_chart", "phase_chart", "ranking_chart", "ranking_rows", "share_text", "steps_of"]

_HEIGHT = 190


def share_text(share: float) -> str:
    """Format a probability as a percentage, never rounded to 0 % or 100 %."""
    if share > 0.999:
        return f"over {kit.percent(0.999, 1)}"
    return f"under {kit.percent(0.001, 1)}" if share < 0.001 else kit.percent(share, 1)


def ranking_rows(ranking: list[Ranked]) -> pd.DataFrame:
    """Tabulate the most probable classes for :func:`ranking_chart`, best first."""
    return pd.DataFrame(
        {
            "class": [name for name, _, _ in ranking],
            "probability": [share for _, _, share in ranking],
            "text": [_short(share) for _, _, share in ranking],
        }
    )


def _short(share: float) -> str:
    return share_text(share).replace("over", ">").replace("under", "<")


def ranking_chart(
    token: Mapping[str, str], title: str, colour: str, target: str
) -> alt.TopLevelMixin:
    """Make the bar chart of the most probable classes, with the target's name in bold."""
    weight = alt.condition(
        f"datum.value === {json.dumps(target)}", alt.value("bold"), alt.value("normal")
    )
    axis = alt.Axis(grid=False, labelLimit=150, labelFontWeight=weight, minExtent=120)
    base = alt.Chart().encode(y=alt.Y("class:N", sort=None, title=None, axis=axis))
    # Leave room for the number next to a bar of probability 1, even on a phone.
    x = alt.X("probability:Q", scale=alt.Scale(domain=[0, 1.4]), axis=None)
    bars = base.mark_bar(color=token[colour], height={"band": 0.62}).encode(
        x=x, tooltip=["class:N", alt.Tooltip("probability:Q", format=".6f")]
    )
    text = base.mark_text(align="left", dx=5).encode(x=x, text="text:N")
    return alt.layer(bars, text).properties(height=_HEIGHT, title=title)


def steps_of(values: tuple[float, ...], name: str) -> pd.DataFrame:
    """Tabulate values after 0, 1, ... steps, in a column of this name."""
    return pd.DataFrame({"step": range(len(values)), name: values})


def curve_chart(
    token: Mapping[str, str],
    name: str,
    title: str,
    unit: str | None,
    ends: tuple[float, float],
    steps: int,
) -> alt.TopLevelMixin:
    """Make the line chart of a column of :func:`steps_of` over the steps of an attack."""
    colour = token["vermillion"]
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_line(color=colour, point=alt.OverlayMarkDef(color=colour, size=28))
        .encode(
            x=alt.X(
                "step:Q",
                scale=alt.Scale(domain=[0, steps]),
                axis=alt.Axis(tickMinStep=1, format="d"),
            ),
            y=alt.Y(f"{name}:Q", title=unit, scale=alt.Scale(domain=list(ends))),
            tooltip=["step:Q", alt.Tooltip(f"{name}:Q", format=".5g")],
        )
        .properties(height=_HEIGHT, title=title)
    )
    return chart


def phase_chart(
    token: Mapping[str, str], title: str, colour: str, ends: tuple[float, float], steps: int
) -> alt.TopLevelMixin:
    """Make the chart of the mean loss over the steps of training or of an attack."""
    shade = token[colour]
    x = alt.X("step:Q", title="step", scale=alt.Scale(domain=[0, steps], nice=False))
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_area(line={"color": shade, "strokeWidth": 2.5}, color=shade, opacity=0.14)
        .encode(
            x=x,
            y=alt.Y("loss:Q", title="mean loss, nats", scale=alt.Scale(domain=list(ends))),
            tooltip=["step:Q", alt.Tooltip("loss:Q", format=".4f")],
        )
        .properties(height=240, title=alt.Title(title, color=shade))
    )
    return chart
