"""Figures of the section `welcome`."""

from __future__ import annotations

from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure
from pyfrontiers.lecture.sections import PARTS, SECTIONS

_ROAD = (
    "The four parts of the lecture from top to bottom, with one dot for each section: Opening, "
    "Limitations, Uncertainty, Learning to learn."
)
_QUESTION = (
    "where we stand",
    "what a fit does not guarantee",
    "knowing what a network does not know",
    "networks that design networks",
)


@figure("lecture-road", _ROAD)
def lecture_road() -> Svg:
    """Draw the parts, with one dot per section."""
    pen = Drawing(440, 300)
    pen.line((34, 34), (34, 262), colour="line", width=3)
    for row, (part, question) in enumerate(zip(PARTS, _QUESTION, strict=True)):
        y = 34 + 76 * row
        sections = [entry for entry in SECTIONS if entry.part == part]
        token = ("muted", "vermillion", "orange", "green")[row]
        pen.dot(34, y, 10, fill=token)
        pen.text(62, y, part, size=17, anchor="start", bold=True)
        pen.text(62, y + 22, question, size=14, colour="muted", anchor="start")
        for place in range(len(sections)):
            pen.dot(262 + 25 * place, y, 6, fill="card", stroke=token)
    return pen.finish(_ROAD)
