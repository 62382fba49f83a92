"""Figures of the section `hype-and-winters`."""

from __future__ import annotations

import altair as alt

from pyfrontiers.lecture.figures.charts import colour, panel, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

_GAP = (
    "A chain from the theorem (weights exist) to the promise (any problem is solved). Between them "
    "are four open questions: how many units, how to find them, enough data, does it generalise."
)
_TIMELINE = (
    "A timeline from 1955 to 2020 with promising events in 1958, 1986, 1989 and 2012, critical "
    "publications in 1966, 1969 and 1973, and two shaded winters, 1974 to 1980 and 1987 to 1993."
)


@figure("proof-and-promise", _GAP)
def proof_and_promise() -> Svg:
    """Draw the questions between the proof and the promise."""
    pen = Drawing(440, 300)
    pen.box(110, 10, 220, 44, stroke="green")
    pen.text(220, 32, "proved: weights exist", bold=True)
    questions = ("how many units?", "how to find them?", "enough data?", "does it generalise?")
    for row, question in enumerate(questions):
        y = 88 + 37 * row
        pen.line((220, y - 21), (220, y - 17), colour="muted", dashed=True)
        pen.box(120, y - 15, 200, 30, fill="sunken", stroke="none", radius=15)
        pen.text(220, y, question, colour="muted")
    pen.arrow((220, 216), (220, 238), dashed=True)
    pen.box(80, 242, 280, 44, stroke="vermillion")
    pen.text(220, 264, "promised: any problem is solved", bold=True)
    return pen.finish(_GAP)


_EVENTS = (
    (1958, "Perceptron", "promise"),
    (1966, "ALPAC report", "criticism"),
    (1969, "Perceptrons (book)", "criticism"),
    (1973, "Lighthill report", "criticism"),
    (1986, "Backpropagation", "promise"),
    (1989, "One layer is enough", "promise"),
    (2012, "AlexNet", "promise"),
)


@figure("hype-timeline", _TIMELINE)
def hype_timeline() -> alt.TopLevelMixin:
    """Draw the events from the slide's sources, one per row."""
    year, event, kind = zip(*_EVENTS, strict=True)
    years = alt.Scale(domain=[1953, 2022], nice=False)
    winters = alt.Chart(
        table(
            start=[1974, 1987],
            end=[1980, 1993],
            name=["1st winter", "2nd winter"],
            event=[_EVENTS[-1][1]] * 2,
        )
    )
    bands = winters.mark_rect(opacity=0.14).encode(x=alt.X("start:Q", scale=years), x2="end:Q")
    names = (
        winters.transform_calculate(middle="(datum.start + datum.end) / 2")
        .mark_text()
        .encode(
            x=alt.X("middle:Q", scale=years),
            y=alt.Y("event:N", sort=list(event), axis=None),
            text="name:N",
        )
    )
    base = alt.Chart(table(year=year, event=event, kind=kind)).encode(
        x=alt.X("year:Q", title=None, scale=years, axis=alt.Axis(format="d")),
        y=alt.Y("event:N", title=None, sort=list(event), axis=None),
    )
    points = base.mark_point(size=90, opacity=1).encode(
        color=colour("kind", {"promise": "blue", "criticism": "vermillion"})
    )
    late = base.transform_filter("datum.year > 2000").mark_text(align="right", dx=-10)
    early = base.transform_filter("datum.year <= 2000").mark_text(align="left", dx=10)
    chart = alt.layer(
        bands, names, points, early.encode(text="event:N"), late.encode(text="event:N")
    )
    note = "Dates from the sources on this slide"
    return panel(chart, "Promises, criticism and two winters", note)
