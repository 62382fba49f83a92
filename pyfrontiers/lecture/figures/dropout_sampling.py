"""Figures of the section `dropout-sampling`."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_FILTERS = (
    "Three passes through two convolutional layers with eight filters each. Each pass keeps "
    "different filters (filled) and drops the others (empty)."
)
_MOMENTS = (
    "Outputs of 200 stochastic passes of one network for one input as a histogram, with the mean "
    "and one standard deviation on either side."
)
_PASSES = (
    "Error of the estimated mean and standard deviation against the number of passes, on "
    "logarithmic axes. Both follow lines with a slope of minus one half."
)


@figure("filters-kept-and-dropped", _FILTERS)
def filters_kept_and_dropped() -> Svg:
    """Draw the masks of three passes."""
    random = np.random.default_rng(11)
    pen = Drawing(440, 290)
    pen.text(142, 20, "layer 1", size=14, colour="muted")
    pen.text(322, 20, "layer 2", size=14, colour="muted")
    for row in range(3):
        y = 42.0 + 70 * row
        pen.text(10, y + 24, "t", anchor="start", italic=True, size=17)
        pen.text(22, y + 24, f"= {row + 1}", anchor="start")
        for left in (70.0, 250.0):
            for place, kept in enumerate(random.random(8) < 0.5):
                x, down = left + 37 * (place % 4), y + 27 * (place // 4)
                pen.box(
                    x,
                    down,
                    32,
                    22,
                    fill="blue" if kept else "card",
                    stroke="blue" if kept else "line",
                    radius=4,
                )
        pen.arrow((222, y + 24), (242, y + 24))
        pen.arrow((402, y + 24), (424, y + 24))
    pen.box(70, 262, 20, 14, fill="blue", stroke="blue", radius=3)
    pen.text(98, 269, "kept, × 1/(1 − p)", size=14, colour="muted", anchor="start")
    pen.box(250, 262, 20, 14, fill="card", stroke="line", radius=3)
    pen.text(278, 269, "dropped, × 0", size=14, colour="muted", anchor="start")
    return pen.finish(_FILTERS)


@cache
def _outputs(passes: int) -> Array:
    """Return outputs of stochastic passes through a two-layer network with drop probability 1/2."""
    random = np.random.default_rng(12)
    inputs, hidden = 16, 64
    first = random.normal(0.0, 1.0 / np.sqrt(inputs), (inputs, hidden))
    second = random.normal(0.0, 1.0 / np.sqrt(hidden), hidden)
    features = np.maximum(random.normal(size=inputs) @ first, 0.0)
    masks = random.random((passes, hidden)) < 0.5
    return np.asarray(2.0 * (masks * features) @ second)


@figure("mean-and-variance", _MOMENTS)
def mean_and_variance() -> alt.TopLevelMixin:
    """Draw 200 passes, their mean and their standard deviation."""
    outputs = _outputs(200)
    mean, sigma = outputs.mean(), outputs.std()
    counts, edges = np.histogram(outputs, bins=24)
    meaning = colour("what", {"passes": "sky", "mean": "blue", "± one σ": "orange"}, columns=3)
    bars = table(
        low=edges[:-1], high=edges[1:], count=counts, zero=0 * counts, what=["passes"] * counts.size
    )
    across = alt.X("low:Q", title="output f(x; θₜ)", scale=span(-3, 2))
    top = float(counts.max())
    centre = table(x=[mean], low=[0.0], high=[1.12 * top], what=["mean"])
    spread = table(low=[mean - sigma], high=[mean + sigma], y=[1.12 * top], what=["± one σ"])
    chart = alt.layer(
        alt.Chart(bars)
        .mark_rect(opacity=0.6)
        .encode(
            x=across,
            x2="high:Q",
            y=alt.Y("count:Q", title="passes", scale=span(0, 22)),
            y2="zero:Q",
            color=meaning,
        ),
        alt.Chart(centre)
        .mark_rule(strokeWidth=2.5)
        .encode(x="x:Q", y="low:Q", y2="high:Q", color=meaning),
        alt.Chart(spread)
        .mark_rule(strokeWidth=4)
        .encode(x="low:Q", x2="high:Q", y="y:Q", color=meaning),
    )
    note = f"One input, p = ½: mean {mean:.2f}, standard deviation {sigma:.2f}"
    return panel(chart, "200 passes, one prediction", note.replace("-", "−"))


@figure("error-with-passes", _PASSES)
def error_with_passes() -> alt.TopLevelMixin:
    """Measure the errors over 400 repeated estimates for each number of passes."""
    sizes = [2**k for k in range(2, 9)]
    outputs = _outputs(400 * sizes[-1])
    mean, sigma = outputs.mean(), outputs.std()
    kinds = {"mean": [], "standard deviation": []}  # type: dict[str, list[float]]
    for size in sizes:
        groups = outputs[: 400 * size].reshape(400, size)
        kinds["mean"].append(float(np.sqrt(np.mean((groups.mean(1) - mean) ** 2))))
        spread = groups.std(1, ddof=1)
        kinds["standard deviation"].append(float(np.sqrt(np.mean((spread - sigma) ** 2))))
    slope = np.polyfit(np.log(sizes), np.log(kinds["mean"]), 1)[0]
    data = table(
        passes=sizes * 2,
        error=kinds["mean"] + kinds["standard deviation"],
        kind=np.repeat(list(kinds), len(sizes)),
    )
    chart = (
        alt.Chart(data)
        .mark_line(point=alt.OverlayMarkDef(size=60, opacity=1))
        .encode(
            x=alt.X(
                "passes:Q",
                title="passes T",
                scale=alt.Scale(type="log", base=2, domain=[3.5, 290]),
                axis=alt.Axis(values=[4, 16, 64, 256]),
            ),
            y=alt.Y(
                "error:Q",
                title="error",
                scale=alt.Scale(type="log", domain=[0.02, 0.6]),
                axis=alt.Axis(values=[0.02, 0.05, 0.1, 0.2, 0.5]),
            ),
            color=colour("kind", {"mean": "blue", "standard deviation": "orange"}),
        )
    )
    note = f"400 repetitions; slope of the mean's error: {slope:.2f}".replace("-", "−")
    return panel(chart, "Four times the passes, half the error", note)
