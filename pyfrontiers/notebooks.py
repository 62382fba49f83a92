"""A section to take home: its slides, figures and claims as a notebook and as a script.

Both are made of the same cells. Text comes from the slides; the code draws their figures and
measures the section's claims.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import altair as alt

from pyfrontiers.arguments import checked
from pyfrontiers.claims import CLAIMS
from pyfrontiers.lecture.course import COURSE
from pyfrontiers.lecture.palette import LIGHT
from pyfrontiers.lecture.sections import section

if TYPE_CHECKING:
    from pyfrontiers.lecture.model import Section, Slide

__all__ = ["Drawn", "draw_figure", "notebook", "script"]

_WIDTH = 480  # pixels of a chart in a notebook
_BEGIN = """from pyfrontiers.claims import reproduce
from pyfrontiers.notebooks import draw_figure"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing that a notebook shows.

    Attributes:
        markup: The ``<svg>`` element with its colours.
        alt: What it shows.
    """

    markup: str
    alt: str

    def _repr_html_(self) -> str:
        return f'<div style="max-width: {_WIDTH}px">{self.markup}</div>'


@checked
def draw_figure(name: str) -> alt.TopLevelMixin | Drawn:
    """Draw a figure of the lecture for a notebook, on a light background.

    Args:
        name: One of :func:`pyfrontiers.lecture.figures.names`.

    Returns:
        An Altair chart, or a drawing that a notebook shows as SVG.

    Raises:
        KeyError: There is no such figure.
    """
    from pyfrontiers.lecture import figures
    from pyfrontiers.lecture.chart_theme import chart_theme

    found: Any = figures.draw(name)
    if isinstance(found, figures.Svg):
        markup = found.markup
        for token, colour in LIGHT.items():
            markup = markup.replace(f"var(--pf-{token})", colour)
        return Drawn(markup, found.alt)
    themed: alt.TopLevelMixin = (
        found.copy().properties(width=_WIDTH).configure(**chart_theme(LIGHT))
    )
    return themed


@checked
def notebook(slug: str) -> str:
    """Return a section as a Jupyter notebook (nbformat 4.5).

    Args:
        slug: The section's slug.

    Raises:
        KeyError: There is no such section.
    """
    cells: list[dict[str, Any]] = [
        {
            "cell_type": kind,
            "id": f"cell-{place}",
            "metadata": {},
            "source": text.splitlines(keepends=True),
        }
        | ({"execution_count": None, "outputs": []} if kind == "code" else {})
        for place, (kind, text) in enumerate(_cells(section(slug)))
    ]
    about = {"language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


@checked
def script(slug: str) -> str:
    """Return a section as a Python script, with its cells in the percent format.

    Args:
        slug: The section's slug.

    Raises:
        KeyError: There is no such section.
    """
    parts = []
    for kind, text in _cells(section(slug)):
        if kind == "code":
            parts.append(f"# %%\n{text}")
        else:
            lines = "\n".join(f"# {line}".rstrip() for line in text.splitlines())
            parts.append(f"# %% [markdown]\n{lines}")
    return "\n\n".join(parts) + "\n"


def _cells(item: Section) -> list[tuple[str, str]]:
    """Return the kind and the text of each cell."""
    given = f"After “{COURSE.lecture}” ({COURSE.name}, {COURSE.year})."
    origin = f"{given} It needs `pip install pyfrontiers[app]`."
    cells = [
        ("markdown", f"# {item.number} {item.title}\n\n{item.summary}\n\n{origin}"),
        ("code", _BEGIN),
    ]
    for slide in item.slides:
        cells.append(("markdown", _told(slide)))
        if slide.figure:
            cells.append(("code", f"draw_figure({slide.figure!r})"))
    for name in item.claims:
        if name in CLAIMS:
            cells.append(("markdown", f"## Claim {name}\n\n{CLAIMS[name].statement}"))
            measure = f'outcome = reproduce({name!r}, profile="quick", seed=0)'
            cells.append(("code", f"{measure}\nprint(outcome.status, outcome.finding.text)"))
    return cells


def _told(slide: Slide) -> str:
    points = "\n".join(f"- {point}" for point in slide.points)
    parts = [f"## {slide.title}", f"**{slide.message}**", points]
    if slide.equation:
        parts.append(f"$$\n{slide.equation}\n$$")
    if slide.references:
        sources = (f"- {source.text} {source.url}".strip() for source in slide.references)
        parts.append("\n".join(sources))
    return "\n\n".join(parts)
