"""The document with all slides."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from pyfrontiers.lecture import PARTS, SECTIONS, palette
from streamlit_app.labs import labs
from streamlit_app.presenting.figures import chart_config, chart_specs
from streamlit_app.presenting.front_end import front_end
from streamlit_app.presenting.slide import Shown, slide_html
from streamlit_app.theme.style import icon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["deck_html", "shown_slides"]

TITLE = "Limits and new frontiers of deep learning"
_FOLDER = Path(__file__).with_name("deck")


def shown_slides() -> Iterator[Shown]:
    """Yield all slides in the lecture's order."""
    slides = [(section, slide) for section in SECTIONS for slide in section.slides]
    known = labs()
    for number, (section, slide) in enumerate(slides, start=1):
        yield Shown(section, slide, number, len(slides), section.slug in known)


@cache
def deck_html(files: str) -> str:
    """Return the document.

    Args:
        files: Address of the folder with the deck's scripts and style sheets, relative to the page.
    """
    used = front_end()
    page = Template((_FOLDER / "deck.html").read_text(encoding="utf-8"))
    return page.substitute(
        title=escape(TITLE),
        icon=icon(),
        colours=_colours(),
        style=used.style,
        files=files,
        parts="".join(_part(part) for part in PARTS),
        sections=_data("sections", {item.slug: f"{item.number} {item.title}" for item in SECTIONS}),
        charts=_data("charts", {"config": chart_config(), "specs": chart_specs()}),
        libraries=_data("libraries", {"katex": used.katex, "vega": used.vega}),
    )


def _part(part: str) -> str:
    slides = "".join(slide_html(shown) for shown in shown_slides() if shown.section.part == part)
    return f'<section class="part"><h2 class="part-name">{escape(part)}</h2>{slides}</section>'


def _colours() -> str:
    return "\n".join(
        f"  --pf-{name}: light-dark({light}, {palette.DARK[name]});"
        for name, light in palette.LIGHT.items()
    )


def _data(name: str, value: Mapping[str, object]) -> str:
    """Return data for the scripts; "<" is escaped, so that no text can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'
