"""The charts: two bars, the samples behind them, and where an image stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["bar_chart", "cloud_chart", "cloud_rows", "standing_chart", "standing_rows"]

_BINS = 40
_STANDING_BINS = 20
_THIS = "this picture"
KNOWN, STRANGERS = "known", "strangers"


def bar_chart(token: Mapping[str, str], names: tuple[str, str], title: str) -> alt.TopLevelMixin:
    """Make two bars whose lengths sum to one."""
    base = alt.Chart().encode(
        x=alt.X("probability:Q", scale=alt.Scale(domain=[0, 1.25]), axis=None),
        y=alt.Y("class:N", sort=None, title=None),
    )
    colour = alt.Color(
        "class:N",
        scale=alt.Scale(domain=list(names), range=[token["blue"], token["purple"]]),
        legend=None,
    )
    bars = base.mark_bar(height={"band": 0.6}).encode(
        color=colour, tooltip=["class:N", alt.Tooltip("probability:Q", format=".4f")]
    )
    text = (
        base.transform_calculate(share="format(100 * datum.probability, '.0f') + '\u00a0%'")
        .mark_text(align="left", dx=5)
        .encode(text="share:N")
    )
    return alt.layer(bars, text).properties(height=90, title=title)


def cloud_rows(samples: NDArray[np.float64]) -> pd.DataFrame:
    """Count the samples of the first class's probability in bins of 1/40."""
    counts, edges = np.histogram(samples, bins=_BINS, range=(0.0, 1.0))
    share = counts / max(len(samples), 1)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "share": share})


def cloud_chart(token: Mapping[str, str], name: str, title: str, top: float) -> alt.TopLevelMixin:
    """Make the histogram of the samples."""
    chart: alt.TopLevelMixin = (
        alt.Chart()
        .mark_bar(color=token["blue"], opacity=0.75)
        .encode(
            x=alt.X(
                "low:Q",
                bin="binned",
                title=f"probability of {name}",
                scale=alt.Scale(domain=[0, 1]),
            ),
            x2="high:Q",
            y=alt.Y(
                "share:Q",
                title="share of the samples",
                scale=alt.Scale(domain=[0, top]),
                axis=alt.Axis(format="%", tickCount=4),
            ),
            tooltip=[
                alt.Tooltip("low:Q", format=".3f", title="from"),
                alt.Tooltip("high:Q", format=".3f", title="to"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(height=170, title=title)
    )
    return chart


def standing_rows(
    known: Sequence[float], strangers: Sequence[float], this: float, ends: tuple[float, float]
) -> pd.DataFrame:
    """Count photographs of both kinds in bins, and add a row for this picture."""
    rows = []
    for group, values in ((KNOWN, known), (STRANGERS, strangers)):
        inside = np.clip(np.asarray(values, float), *ends)
        counts, edges = np.histogram(inside, bins=_STANDING_BINS, range=ends)
        rows += [
            (group, low, high, int(count))
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        ]
    place = float(np.clip(this, *ends))
    rows.append((_THIS, place, place, 0))
    return pd.DataFrame(rows, columns=["photographs", "low", "high", "count"])


def standing_chart(
    token: Mapping[str, str], title: str, unit: str, ends: tuple[float, float], top: float
) -> alt.TopLevelMixin:
    """Make the histogram of known things and strangers, with a line at this picture."""
    scale = alt.Scale(domain=list(ends), nice=False)
    x = alt.X("low:Q", bin="binned", title=unit, scale=scale)
    y = alt.Y(
        "count:Q",
        title="photographs",
        scale=alt.Scale(domain=[0, top]),
        axis=alt.Axis(tickMinStep=1, tickCount=4),
        stack="zero",
    )
    colour = alt.Color(
        "photographs:N",
        scale=alt.Scale(
            domain=[KNOWN, STRANGERS, _THIS],
            range=[token["blue"], token["orange"], token["ink"]],
        ),
        legend=alt.Legend(orient="bottom", title=None, symbolType="square"),
    )
    base = alt.Chart()
    bars = (
        base.mark_bar(opacity=0.85)
        .encode(x=x, x2="high:Q", y=y, color=colour)
        .transform_filter(alt.datum.photographs != _THIS)
    )
    line = (
        base.mark_rule(strokeWidth=3)
        .encode(x=alt.X("low:Q", title=unit, scale=scale), color=colour)
        .transform_filter(alt.datum.photographs == _THIS)
    )
    return alt.layer(bars, line).properties(height=190, title=title)
