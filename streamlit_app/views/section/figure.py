"""A figure of the lecture on the page: an Altair chart or an SVG that follows the theme."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from pyfrontiers.lecture import figures
from streamlit_app.kit import chart_spec, show_spec, visitor_mode
from streamlit_app.kit.domain import require_domains

if TYPE_CHECKING:
    from streamlit_app.kit.mode import Mode

__all__ = ["prepare_figures", "show_figure"]

# st.html strips SVG, and an <img> element has no access to the page's CSS variables. The markup
# comes from the package, never from a visitor.
_PLACE_MARKUP = """
export default function ({ data, parentElement }) {
  if (parentElement.pfMarkup !== data.markup) {
    parentElement.pfMarkup = data.markup;
    parentElement.querySelector(".pf-svg").innerHTML = data.markup;
  }
}
"""

# Height in pixels of a chart's title and one note.
_HEAD = 42

_svg = st.components.v2.component(
    "pyfrontiers.svg",
    html='<div class="pf-svg"></div>',
    css=".pf-svg svg { display: block; width: 100%; height: auto; font-family: inherit; }",
    js=_PLACE_MARKUP,
)


def show_figure(name: str) -> None:
    """Draw one of the lecture's figures.

    Args:
        name: One of :func:`pyfrontiers.lecture.figures.names`.
    """
    drawing = figures.draw(name)
    key = f"figure-{name}"
    if isinstance(drawing, figures.Svg):
        _svg(key=key, data={"markup": drawing.markup})
    else:
        head, spec = _headed(name, visitor_mode())
        st.html(head)
        show_spec(spec, key=key, label=figures.describe(name))


def prepare_figures() -> None:
    """Compute every figure in both themes ahead of the first request."""
    for name in figures.names():
        if not isinstance(figures.draw(name), figures.Svg):
            _headed(name, "light")
            _headed(name, "dark")


@cache
def _headed(name: str, mode: Mode) -> tuple[str, dict[str, Any]]:
    """Move a chart's title and notes to HTML, which wraps long lines; Vega truncates them."""
    drawing = figures.draw(name)
    assert not isinstance(drawing, figures.Svg)
    spec = chart_spec(drawing, mode)
    require_domains(spec, name)
    title = spec.pop("title")
    spec["height"] -= _HEAD
    notes = "".join(f"<span>{escape(note)}</span>" for note in title["subtitle"])
    return f'<p class="pf-figure-head"><b>{escape(title["text"])}</b>{notes}</p>', spec
