"""A figure of the lecture on the page: an Altair chart or an SVG that follows the theme."""

from __future__ import annotations

import streamlit as st

from pyfrontiers.lecture import figures
from streamlit_app.theme import show_chart

__all__ = ["show_figure"]

# st.html removes SVG, and an image element would cut it off from the page's CSS variables. The
# markup comes from the package, never from a visitor.
_PLACE_MARKUP = """
export default function ({ data, parentElement }) {
  if (parentElement.pfMarkup !== data.markup) {
    parentElement.pfMarkup = data.markup;
    parentElement.querySelector(".pf-svg").innerHTML = data.markup;
  }
}
"""

_svg = st.components.v2.component(
    "pyfrontiers.svg",
    html='<div class="pf-svg"></div>',
    css=".pf-svg svg { display: block; width: 100%; height: auto; font-family: inherit; }",
    js=_PLACE_MARKUP,
)


def show_figure(name: str) -> None:
    """Draw one of the lecture's figures.

    Args:
        name: A name that :func:`pyfrontiers.lecture.figures.draw` knows.
    """
    drawing = figures.draw(name)
    if isinstance(drawing, figures.Svg):
        _svg(key=f"figure-{name}", data={"markup": drawing.markup})
    else:
        show_chart(drawing, key=f"figure-{name}", label=figures.describe(name))
