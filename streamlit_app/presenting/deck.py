"""The document with all slides of a lecture."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from pyfrontiers.lecture import palette
from streamlit_app.presenting.figures import chart_config, chart_ranges, chart_specs
from streamlit_app.presenting.front_end import front_end
from streamlit_app.presenting.slide import Shown, slide_html
from streamlit_app.theme.style import icon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from streamlit_app.presenting.lectures import Lecture

__all__ = ["deck_html", "shown_slides"]

_FOLDER = Path(__file__).with_name("deck")


def shown_slides(lecture: Lecture) -> Iterator[Shown]:
    """Yield all slides of a lecture in order."""
    slides = [(section, slide) for section in lecture.sections for slide in section.slides]
    for number, (section, slide) in enumerate(slides, start=1):
        yield Shown(
            section,
            slide,
            number,
            len(slides),
            lab=lecture.labs.get(section.slug, ""),
            picture=_picture(lecture, slide.slug),
            quiz=lecture.quizzes.get(slide.slug, ()),
        )


def _picture(lecture: Lecture, slug: str) -> tuple[str, str] | None:
    if slug not in lecture.pictures:
        return None
    return f"./present/pictures/{slug}", lecture.pictures[slug][1]


def deck_html(files: str, lecture: Lecture) -> str:
    """Return the document.

    Args:
        files: Address of the folder with the deck's scripts and style sheets, relative to the page.
        lecture: The lecture.
    """
    used = front_end()
    page = Template((_FOLDER / "deck.html").read_text(encoding="utf-8"))
    shown = list(shown_slides(lecture))
    titles = {item.slug: f"{item.number} {item.title}" for item in lecture.sections}
    drawn = {each.slide.figure for each in shown if each.slide.figure}
    charts = {"config": chart_config(), "ranges": chart_ranges(), "specs": chart_specs(drawn)}
    return page.substitute(
        title=escape(lecture.title),
        icon=icon(),
        colours=_colours(),
        style=used.style,
        files=files,
        parts="".join(_part(part, shown) for part in lecture.parts),
        sections=_data("sections", titles),
        charts=_data("charts", charts),
        libraries=_data("libraries", {"katex": used.katex, "vega": used.vega}),
    )


def _part(part: str, shown: list[Shown]) -> str:
    slides = "".join(slide_html(each) for each in shown if each.section.part == part)
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
