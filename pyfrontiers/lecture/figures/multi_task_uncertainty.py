"""Figures of the section `multi-task-uncertainty`."""

from __future__ import annotations

import altair as alt

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

_NETWORK = (
    "One image enters a shared encoder. Three decoders predict semantic classes, instances and "
    "depth; their losses are added, each divided by twice its learned variance."
)
_RESULTS = (
    "Change relative to single-task training in the paper, in per cent. Unweighted: classes 16 "
    "worse, instances 18 and depth 8 better. Grid search: 6, 22 and 14 better. Learned: 7, 24 and "
    "18 better."
)


@figure("multi-task-network", _NETWORK)
def multi_task_network() -> Svg:
    """Draw the encoder, the three decoders and the weighted sum."""
    pen = Drawing(440, 280)
    pen.box(6, 114, 62, 52, fill="card", stroke="muted")
    pen.text(37, 140, "image", size=14)
    pen.arrow((70, 140), (88, 140))
    pen.box(90, 96, 84, 88, fill="blue", stroke="none")
    pen.text(132, 132, "shared", colour="card")
    pen.text(132, 151, "encoder", colour="card")
    tasks = (("classes", 50), ("instances", 140), ("depth", 230))
    for number, (name, y) in enumerate(tasks, start=1):
        pen.arrow((176, 140), (206, y))
        pen.box(208, y - 22, 92, 44, fill="card", stroke="blue")
        pen.text(254, y, name)
        pen.arrow((302, y), (384, 140 + (y - 140) * 0.22))
        sub = "₁₂₃"[number - 1]
        x, above = {50: (374, 70), 140: (340, 119), 230: (374, 210)}[y]
        pen.text(x, above, f"1/2σ{sub}²", colour="orange")
    pen.dot(406, 140, 20, fill="card", stroke="orange")
    pen.text(406, 140, "Σ", size=17)
    pen.text(406, 178, "loss", size=14, colour="muted")
    return pen.finish(_NETWORK)


_TASKS = ("classes (IoU)", "instances (px)", "depth (px)")
_TABLE = {  # Kendall, Gal and Cipolla 2018, Table 1
    "single": (59.4, 4.61, 0.640),
    "unweighted": (50.1, 3.79, 0.592),
    "grid search": (62.8, 3.61, 0.549),
    "learned": (63.4, 3.50, 0.522),
}


@figure("task-weighting", _RESULTS)
def task_weighting() -> alt.TopLevelMixin:
    """Turn the paper's table into gains over single-task training."""
    rows = []
    for scheme, values in list(_TABLE.items())[1:]:
        for task, value, alone in zip(_TASKS, values, _TABLE["single"], strict=True):
            gain = value / alone - 1.0 if task == _TASKS[0] else 1.0 - value / alone
            rows.append((task, scheme, 100.0 * gain))
    columns = dict(zip(("task", "weights", "gain"), zip(*rows, strict=True), strict=True))
    meaning = {"unweighted": "vermillion", "grid search": "sky", "learned": "green"}
    base = alt.Chart(table(**columns)).encode(
        x=alt.X("task:N", title=None, sort=list(_TASKS), axis=alt.Axis(labelAngle=0, domain=False)),
        xOffset=alt.XOffset("weights:N", sort=list(meaning)),
        y=alt.Y("gain:Q", title="gain over one task alone, %", scale=span(-20, 25)),
    )
    zero = alt.Chart(table(zero=[0.0])).mark_rule().encode(y="zero:Q")
    chart = alt.layer(
        base.mark_bar(cornerRadius=2).encode(color=colour("weights", meaning, columns=3)), zero
    )
    return panel(
        chart,
        "Learned weights help every task",
        "Cityscapes; Kendall, Gal and Cipolla 2018, Table 1",
    )
