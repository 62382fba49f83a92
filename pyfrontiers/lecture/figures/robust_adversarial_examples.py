"""Figures of the section `robust-adversarial-examples`."""

from __future__ import annotations

from math import cos, pi, sin

import altair as alt

from pyfrontiers.lecture.figures.charts import colour, panel, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

_EOT = (
    "One image is rotated and scaled in four ways. Each view goes through the network; the mean of "
    "the four losses sends one gradient back to the image."
)
_OUTCOMES = (
    "Classification of photographs of two printed objects. Turtle: 82 % target class, 16 % another "
    "wrong class, 2 % correct. Baseball: 59, 31 and 10 %."
)


def _view(pen: Drawing, x: float, y: float, turn: float, size: float, token: str) -> None:
    """Draw a square rotated by ``turn`` radians, with its upper edge marked."""
    corner = [
        (x + size * cos(turn + pi / 4 + k * pi / 2), y + size * sin(turn + pi / 4 + k * pi / 2))
        for k in range(4)
    ]
    pen.line(*corner, corner[0], colour=token, width=2)
    pen.line(corner[2], corner[3], colour=token, width=5)


@figure("expectation-over-transformation", _EOT)
def expectation_over_transformation() -> Svg:
    """Draw the views, the network and the mean gradient flowing back."""
    pen = Drawing(440, 310)
    _view(pen, 48, 128, 0.0, 36, "vermillion")
    pen.text(48, 128, "x′", italic=True, size=17)
    views = ((-0.5, 24.0), (0.25, 30.0), (0.8, 20.0), (-0.15, 34.0))
    for row, (turn, size) in enumerate(views):
        y = 40 + 59 * row
        pen.arrow((84, 128), (132, y))
        _view(pen, 170, y, turn, size * 0.8, "blue")
        pen.text(170, y, f"t{'₁₂₃₄'[row]}", italic=True, size=14, colour="muted")
        pen.line((206, y), (244, y))
        pen.line((298, y), (312, y), (349, 128), opacity=0.8)
    pen.box(244, 18, 52, 222, fill="sunken", stroke="line")
    pen.text(270, 128, "CNN", size=15)
    pen.dot(374, 128, 24, fill="card", stroke="vermillion")
    pen.text(374, 127, "E", size=19, bold=True)
    pen.text(398, 90, "mean loss", size=14, colour="muted")
    pen.arrow((374, 154), (374, 276), (48, 276), (48, 164), colour="vermillion")
    pen.text(212, 294, "one gradient for all views", colour="vermillion")
    return pen.finish(_EOT)


@figure("printed-objects", _OUTCOMES)
def printed_objects() -> alt.TopLevelMixin:
    """Draw the paper's shares as stacked bars."""
    objects = ("turtle → rifle", "baseball → espresso")
    kinds = ("target class", "other wrong class", "correct")
    shares = ((82, 16, 2), (59, 31, 10))  # Athalye et al. 2018, physical-world results
    rows = [
        (name, kind, share, start, start + share / 2)
        for name, row in zip(objects, shares, strict=True)
        for kind, share, start in zip(kinds, row, (0, row[0], row[0] + row[1]), strict=True)
    ]
    name, kind, share, start, middle = zip(*rows, strict=True)
    data = table(
        object=name,
        kind=kind,
        start=start,
        end=[a + b for a, b in zip(start, share, strict=True)],
        middle=middle,
        label=[f"{s} %" for s in share],
    )
    meaning = {"target class": "vermillion", "other wrong class": "orange", "correct": "blue"}
    base = alt.Chart(data).encode(
        y=alt.Y("object:N", title=None, sort=list(objects), axis=alt.Axis(labels=False, grid=False))
    )
    across = alt.Scale(domain=[0, 100])
    chart = alt.layer(
        base.mark_bar(size=34, cornerRadius=2).encode(
            x=alt.X("start:Q", title="photographs, %", scale=across),
            x2="end:Q",
            color=colour("kind", meaning, columns=3),
        ),
        base.mark_text(dy=30).encode(x="middle:Q", text="label:N"),
        base.transform_filter("datum.start == 0")
        .mark_text(align="left", dy=-30)
        .encode(x=alt.datum(0), text="object:N"),
    )
    note = "Printed objects; Athalye et al. 2018"
    return panel(chart, "How photographs were classified", note)
