"""Figures of the section `learning-to-learn`."""

from __future__ import annotations

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import panel, span, table
from pyfrontiers.lecture.figures.registry import figure

_COUNT = (
    "Number of possible networks against the number of layers, on a logarithmic axis: a straight "
    "line from 192 for one layer to 10 to the power 34 for fifteen, far above the 12,800 networks "
    "trained in 2017."
)
_PER_LAYER = 4 * 4 * 4 * 3  # filter heights, widths, numbers of filters, strides (Zoph and Le 2017)


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
