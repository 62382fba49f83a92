"""Figures of the section `welcome`."""

from __future__ import annotations

from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure
from pyfrontiers.lecture.sections import PARTS, SECTIONS

_ROAD = (
    "The four parts of the lecture from top to bottom, with one dot for each section: Opening, "
    "Limitations, Uncertainty, Learning to learn."
)
_ENDINGS = (
    "Two ways to the end of the course, by day. A pitch: the team signs up by 10 pm on the day of "
    "the lecture, slides are due at midnight on Thursday, three minutes on Friday, seven prizes. "
    "A review: choose a recent paper, one page on Friday."
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


@figure("course-endings", _ENDINGS)
def course_endings() -> Svg:
    """Draw both ways by day, and the prizes."""
    pen = Drawing(440, 316)
    days = (("day of the lecture", 70), ("Thursday", 220), ("Friday", 370))
    for day, x in days:
        pen.text(x, 12, day, bold=True)
        pen.line((x, 28), (x, 218), colour="line", dashed=True)
    steps = ((("sign up", "by 10 pm"), 70), (("hand in", "by midnight"), 220))
    pen.arrow((124, 84), (164, 84), colour="blue")
    pen.arrow((274, 84), (314, 84), colour="blue")
    for (what, when), x in steps:
        pen.box(x - 54, 58, 108, 52, stroke="blue")
        pen.text(x, 75, what)
        pen.text(x, 95, when, size=14, colour="muted")
    pen.box(316, 58, 108, 52, fill="blue", stroke="none")
    pen.text(370, 75, "pitch", colour="card", bold=True)
    pen.text(370, 95, "3 minutes", size=14, colour="card")
    pen.arrow((124, 180), (314, 180), colour="green")
    pen.box(16, 154, 108, 52, stroke="green")
    pen.text(70, 171, "choose")
    pen.text(70, 191, "a recent paper", size=14, colour="muted")
    pen.box(316, 154, 108, 52, fill="green", stroke="none")
    pen.text(370, 171, "review", colour="card", bold=True)
    pen.text(370, 191, "1 page", size=14, colour="card")
    for place in range(3):
        pen.box(130 + 42 * place, 240, 34, 22, fill="blue", stroke="none", radius=3)
        pen.text(147 + 42 * place, 251, str(place + 1), size=14, colour="card", bold=True)
    for place in range(4):
        pen.dot(141 + 30 * place, 290, 9, fill="card", stroke="blue")
    pen.text(16, 251, "best teams", anchor="start")
    pen.text(16, 290, "next best", anchor="start")
    pen.text(276, 251, "a GPU each", anchor="start")
    pen.text(276, 290, "a Google Home each", anchor="start")
    return pen.finish(_ENDINGS)
