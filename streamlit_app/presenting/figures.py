"""The lecture's figures for the deck: drawings as they are, charts to be drawn by the browser.

A chart is drawn once, on a canvas of the size that it has on a slide of 1280 by 720 pixels, and
then scaled with the slide. Its colours are the page's CSS variables, so it follows the theme.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from pyfrontiers.lecture import figures, palette
from pyfrontiers.lecture.chart_theme import chart_theme
from streamlit_app.kit import plain_spec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["CANVAS", "TEXT", "chart_config", "chart_ranges", "chart_specs", "figure_html"]

#: Width and height of a chart without its title on a slide of 1280 by 720 pixels.
CANVAS = (640, 380)
#: Smallest text on such a slide, in pixels.
TEXT = 20


@cache
def figure_html(name: str) -> str:
    """Return a figure as HTML; a chart is an empty canvas with its title and its description.

    Args:
        name: One of :func:`pyfrontiers.lecture.figures.names`.
    """
    drawing = figures.draw(name)
    if isinstance(drawing, figures.Svg):
        return f'<div class="drawing">{drawing.markup}</div>'
    title = plain_spec(drawing)["title"]
    notes = "".join(f"<span>{escape(note)}</span>" for note in title["subtitle"])
    return (
        f'<div class="chart"><p class="chart-head"><b>{escape(title["text"])}</b>{notes}</p>'
        f'<div class="canvas" data-chart="{escape(name)}" role="img" '
        f'aria-label="{escape(figures.describe(name))}"></div></div>'
    )


def chart_specs(names: Collection[str]) -> Mapping[str, Any]:
    """Return the Vega-Lite specifications of those figures that are charts, by name."""
    drawn = {name: figures.draw(name) for name in sorted(names)}
    return {
        name: _sized(plain_spec(drawing))
        for name, drawing in drawn.items()
        if not isinstance(drawing, figures.Svg)
    }


def chart_config() -> Mapping[str, Any]:
    """Return the configuration that all charts share: the page's colours, and large text."""
    config = chart_theme({name: f"var(--pf-{name})" for name in palette.LIGHT}, text_px=TEXT)
    config["range"] = {"category": config["range"]["category"]}
    config["legend"] |= {"labelLimit": CANVAS[0], "symbolSize": 200, "rowPadding": 4}
    config["axis"] |= {"labelLimit": CANVAS[0] // 2, "titlePadding": 10}
    config["point"] |= {"size": 100}
    config["line"] |= {"strokeWidth": 3}
    return config


def chart_ranges() -> Mapping[str, Any]:
    """Return the ranges whose colours Vega mixes, which it can't do with variables, by theme."""
    themes = {"light": palette.LIGHT, "dark": palette.DARK}
    return {
        theme: {n: v for n, v in chart_theme(token)["range"].items() if n != "category"}
        for theme, token in themes.items()
    }


def _sized(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification for the deck's canvas; its title is in the HTML."""
    kept = {name: value for name, value in spec.items() if name not in ("title", "config")}
    return kept | {"width": CANVAS[0], "height": CANVAS[1]}
