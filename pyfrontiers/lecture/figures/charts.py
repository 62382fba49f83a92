"""Shared by all charts of the lecture: data, titles and meaningful colours.

Charts do not name colours. Each series has a position in the palette (blue, vermillion, green,
orange, purple, sky), and the page's theme maps positions to colours, light or dark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.palette import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["HEIGHT", "colour", "panel", "span", "table"]

HEIGHT = 340
"""Height of a chart with its title and axes in pixels; the width is the container's."""

_FIT = alt.AutoSizeParams(type="fit", contains="padding")

_DIGITS = 5  # significant digits: less than a pixel, and a third of the bytes


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, np.bool_, str)):
        return str(value)
    return float(f"{float(value):.{_DIGITS}g}")


def table(**columns: Sequence[Any] | np.ndarray[Any, Any]) -> alt.Data:
    """Return columns of equal length as chart data, with numbers rounded to five digits.

    Raises:
        ValueError: The columns differ in length.
    """
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    values = [{n: _plain(v) for n, v in zip(names, row, strict=True)} for row in rows]
    return alt.Data(values=values)  # type: ignore[no-untyped-call]  # Altair leaves it untyped


def span(low: float, high: float) -> alt.Scale:
    """Return a linear scale with these ends.

    Every axis has explicit ends: Vega draws a chart once before its data arrive, and would then
    derive them from nothing.
    """
    return alt.Scale(domain=[low, high])


def panel(chart: Any, title: str, *notes: str, height: int = HEIGHT) -> alt.TopLevelMixin:
    """Return a chart, or a layer of charts, as a figure that fills its container's width.

    Args:
        chart: An Altair chart without a size.
        title: What the figure shows, at most about 40 characters (it does not wrap).
        notes: Lines below the title, such as the source, at most about 52 characters each.
        height: Height with title and axes in pixels.
    """
    head = alt.TitleParams(text=title, subtitle=list(notes), offset=12)
    figure: alt.TopLevelMixin = chart.properties(
        height=height, width="container", title=head, autosize=_FIT
    )
    return figure


def colour(
    field: str, meaning: Mapping[str, str], *, columns: int = 2, legend: bool = True
) -> alt.Color:
    """Return a colour encoding that maps each series to a token of the palette.

    Args:
        field: Column with the name of the series.
        meaning: Maps names of series to tokens of the palette, in the order of the legend.
        columns: Legend entries per row; few enough for 390 px.
        legend: Whether to draw the legend.

    Returns:
        An encoding whose scale puts each name at its token's position in the category range.

    Raises:
        ValueError: A token is not one of :data:`pyfrontiers.lecture.palette.SERIES`.
    """
    for token in meaning.values():
        if token not in SERIES:
            raise ValueError(f"token {token!r} is not a series colour; use one of {SERIES}.")
    place = {token: name for name, token in meaning.items()}
    domain = [place.get(token, f"({token})") for token in SERIES]
    shown = (
        alt.Legend(title=None, values=list(meaning), columns=columns, symbolOpacity=1)
        if legend
        else None
    )
    return alt.Color(f"{field}:N", scale=alt.Scale(domain=domain), legend=shown)
