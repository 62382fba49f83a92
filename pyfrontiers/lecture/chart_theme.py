"""The look of every chart: on a page, in the README, in documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfrontiers.lecture.palette import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["chart_theme"]

SANS = "Source Sans, Source Sans Pro, sans-serif"


def chart_theme(token: Mapping[str, str], *, text_px: int = 12) -> dict[str, Any]:
    """Return the Vega-Lite configuration for a table of colours.

    Args:
        token: `LIGHT` or `DARK` of the palette, or other CSS colours by the same names.
        text_px: Size of axis labels, legends and marks of text, in pixels.

    Returns:
        The ``config`` object: series in the palette's order, thin horizontal grid lines, no frame,
        text in the page's sans-serif at `text_px`, titles one pixel larger.

    """
    series = [token[name] for name in SERIES]
    text: dict[str, Any] = {"labelFont": SANS, "titleFont": SANS}
    text |= {"labelFontSize": text_px, "titleFontSize": text_px}
    ramp = [token["sunken"], token["sky"], token["blue"]]
    return {
        "background": "transparent",
        "font": SANS,
        "padding": 4,
        # As in the text: a no-break space before the percent sign.
        "locale": {
            "number": {
                "decimal": ".",
                "thousands": ",",
                "grouping": [3],
                "currency": ["$", ""],
                "percent": "\N{NO-BREAK SPACE}%",
            }
        },
        "view": {"stroke": None},
        "range": {
            "category": series,
            "ordinal": ramp,
            "ramp": ramp,
            "heatmap": ramp,
            "diverging": [token["blue"], token["card"], token["vermillion"]],
        },
        "axis": {
            **text,
            "labelColor": token["muted"],
            "titleColor": token["muted"],
            "titleFontWeight": "normal",
            "titlePadding": 8,
            "labelPadding": 6,
            "grid": True,
            "gridColor": token["line"],
            "gridWidth": 1,
            "domain": False,
            "ticks": False,
            "tickCount": 5,
        },
        "axisX": {"grid": False, "domain": True, "domainColor": token["muted"]},
        # A line through the middle of each bar would only cross its label.
        "axisBand": {"grid": False},
        "legend": {
            **text,
            "labelColor": token["ink"],
            "titleColor": token["muted"],
            "titleFontWeight": "normal",
            "orient": "top",
            "symbolStrokeWidth": 2,
            "symbolSize": 90,
        },
        "header": {**text, "labelColor": token["ink"], "titleColor": token["muted"]},
        "title": {
            "font": SANS,
            "fontSize": text_px + 1,
            "fontWeight": 600,
            "color": token["ink"],
            "subtitleFont": SANS,
            "subtitleColor": token["muted"],
            "subtitleFontSize": text_px,
            "anchor": "start",
        },
        # The chart as a whole has alternative text; hundreds of unnamed marks would only delay it.
        "mark": {"color": token["blue"], "aria": False},
        "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
        "point": {"filled": True, "size": 48},
        "rule": {"color": token["muted"]},
        "text": {"color": token["ink"], "font": SANS, "fontSize": text_px},
        "area": {"opacity": 0.25},
    }
