"""Figures of the section `learning-to-learn`."""

from __future__ import annotations

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

_COUNT = (
    "Number of possible networks against the number of layers, on a logarithmic axis: a straight "
    "line from 192 for one layer to 10 to the power 34 for fifteen, far above the 12,800 networks "
    "trained in 2017."
)
_BOTTLENECK = (
    "Many dots for problems on the left, lines that meet in two dots for experts, and from there "
    "to the choices that a network needs: depth, widths, filters, strides, optimiser, schedule."
)
_PER_LAYER = 4 * 4 * 4 * 3  # filter heights, widths, numbers of filters, strides (Zoph and Le 2017)


@figure("expert-bottleneck", _BOTTLENECK)
def expert_bottleneck() -> Svg:
    """Draw many problems that pass through few experts, who make the same choices each time."""
    pen = Drawing(440, 300)
    choices = ("depth", "widths", "filters", "strides", "optimiser", "schedule")
    problems = [(14 + 24 * (place % 4), 44 + 34 * (place // 4)) for place in range(24)]
    for place in problems:
        pen.line(place, (176, 128), colour="line", width=1)
    for x, y in problems:
        pen.dot(x, y, 6, fill="blue")
    pen.text(50, 16, "problems", bold=True, colour="blue")
    for person in range(2):
        pen.dot(190, 112 + 34 * person, 12, fill="vermillion")
    pen.text(190, 78, "experts", bold=True, colour="vermillion")
    for row, choice in enumerate(choices):
        y = 44 + 34 * row
        pen.line((204, 128), (262, y), colour="line", width=1)
        pen.box(264, y - 13, 110, 26, fill="card", stroke="muted", radius=4)
        pen.text(319, y, choice)
    pen.text(319, 16, "choices", bold=True)
    pen.arrow((376, 128), (404, 128))
    pen.box(406, 108, 30, 40, fill="green", stroke="none", radius=4)
    pen.text(220, 262, "Each problem waits for the same few people,", colour="muted")
    pen.text(220, 284, "who make each choice again.", colour="muted")
    return pen.finish(_BOTTLENECK)


@figure("architecture-count", _COUNT)
def architecture_count() -> alt.TopLevelMixin:
    """Count the possible networks for each depth."""
    layers = np.arange(1, 16)
    power = layers * np.log10(_PER_LAYER)
    trained = float(np.log10(12_800))
    power_axis = alt.Axis(
        labelExpr="{0: '1', 10: '10¹⁰', 20: '10²⁰', 30: '10³⁰'}[datum.value]",
        values=[0, 10, 20, 30],
    )
    base = alt.Chart(table(layers=layers, power=power)).encode(
        x=alt.X(
            "layers:Q", title="layers", scale=span(1, 15), axis=alt.Axis(values=[1, 5, 10, 15])
        ),
        y=alt.Y("power:Q", title="possible networks", scale=span(0, 35), axis=power_axis),
    )
    level = alt.Chart(table(power=[trained], name=["12,800 networks trained in 2017"]))
    chart = alt.layer(
        base.mark_line(),
        base.mark_point(size=60, opacity=1),
        level.mark_rule(strokeDash=[4, 4]).encode(y="power:Q"),
        level.mark_text(align="right", dy=-10).encode(x=alt.datum(15), y="power:Q", text="name:N"),
    )
    note = "192 choices per layer, as in Zoph and Le 2017"
    return panel(chart, "Too many networks to try", note)
