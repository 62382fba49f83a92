"""Figures of the section `universal-approximation`."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from pyfrontiers.lecture.figures.charts import colour, panel, span, table
from pyfrontiers.lecture.figures.drawing import Drawing
from pyfrontiers.lecture.figures.registry import Svg, figure

Array = np.ndarray[Any, np.dtype[np.float64]]

_LAYER = "One input feeds a hidden layer of units, whose weighted sum is the only output."
_BUMPS = (
    "A smooth curve on the interval from 0 to 1 and two sums of bumps: eight bumps give a coarse "
    "staircase, forty follow the curve closely."
)
_WIDTH = (
    "Width needed for an error of 0.01 against the frequency of a sine, on logarithmic axes: it is "
    "proportional to the frequency, from about 23 knots at 1 to about 710 at 32."
)


@figure("one-hidden-layer", _LAYER)
def one_hidden_layer() -> Svg:
    """Draw the network of the theorem."""
    pen = Drawing(440, 280)
    heights = [44.0, 90.0, 136.0, 222.0]
    for y in heights:
        pen.line((56, 136), (220, y), colour="blue", opacity=0.5)
        pen.line((220, y), (384, 136), colour="blue", opacity=0.5)
    pen.dot(56, 136, 22, fill="card", stroke="muted")
    pen.text(56, 136, "x", italic=True, size=17)
    for y in heights:
        pen.dot(220, y, 20, fill="card", stroke="blue")
        pen.text(220, y, "σ", size=16, colour="blue")
    for y in (168, 179, 190):
        pen.dot(220, y, 2, fill="muted")
    pen.dot(384, 136, 22, fill="card", stroke="muted")
    pen.text(384, 136, "Σ", size=17)
    pen.text(128, 66, "w, b", italic=True, size=15, colour="muted")
    pen.text(312, 66, "v", italic=True, size=15, colour="muted")
    pen.text(220, 262, "N units and no other layer", size=15, colour="muted")
    return pen.finish(_LAYER)


def _target(x: Array) -> Array:
    """Return Nielsen's wavy function, a common target for this construction."""
    return 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(15.0 * x) + 0.05 * np.cos(50.0 * x)


def _sum_of_bumps(x: Array, count: int) -> Array:
    """Return the sum of ``count`` bumps, each the difference of two steep sigmoids."""
    edges = np.linspace(0.0, 1.0, count + 1)
    edges[0], edges[-1] = -1.0, 2.0  # the outer bumps extend past the interval
    centres = (np.arange(count) + 0.5) / count
    steepness = 40.0 * count
    # tanh form of the sigmoid: no overflow for steep units
    steps = 0.5 * (1.0 + np.tanh(0.5 * steepness * (x[:, None] - edges[None, :])))
    return np.asarray((steps[:, :-1] - steps[:, 1:]) @ _target(centres))


@figure("sum-of-bumps", _BUMPS)
def sum_of_bumps() -> alt.TopLevelMixin:
    """Compute both sums on a fine grid."""
    x = np.linspace(0.0, 1.0, 401)
    target, few, many = _target(x), _sum_of_bumps(x, 8), _sum_of_bumps(x, 40)
    data = table(
        x=np.tile(x, 3),
        y=np.concatenate([target, few, many]),
        curve=np.repeat(["target", "8 bumps", "40 bumps"], x.size),
    )
    errors = [np.abs(curve - target).max() for curve in (few, many)]
    meaning = {"target": "blue", "8 bumps": "orange", "40 bumps": "green"}
    chart = (
        alt.Chart(data)
        .mark_line()
        .encode(
            x=alt.X("x:Q", title="x", scale=span(0, 1)),
            y=alt.Y("y:Q", title="f(x)", scale=span(0, 0.9)),
            color=colour("curve", meaning, columns=3),
        )
    )
    note = f"Largest error: {errors[0]:.2f} with 8 bumps, {errors[1]:.2f} with 40"
    return panel(chart, "Bumps add up to a curve", note)


def _knots_needed(frequency: float, tolerance: float) -> int:
    """Return the smallest number of uniform ReLU knots that fit sin(2 pi f x) to ``tolerance``."""
    x = np.linspace(0.0, 1.0, 8193)
    target = np.sin(2.0 * np.pi * frequency * x)

    def error(count: int) -> float:
        knots = np.linspace(0.0, 1.0, count + 1)
        lines = np.interp(x, knots, np.sin(2.0 * np.pi * frequency * knots))
        return float(np.abs(lines - target).max())

    low, high = int(4 * frequency), int(64 * frequency)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if error(middle) <= tolerance else (middle + 1, high)
    return low


@figure("width-for-frequency", _WIDTH)
def width_for_frequency() -> alt.TopLevelMixin:
    """Find the width for each frequency by bisection."""
    frequency = np.array([1, 2, 4, 8, 16, 32])
    width = np.array([_knots_needed(float(f), 0.01) for f in frequency])
    rise = alt.Scale(type="log", domain=[10, 1500])
    base = alt.Chart(table(f=frequency, width=width, label=[str(w) for w in width])).encode(
        x=alt.X("f:Q", title="frequency f", scale=alt.Scale(type="log", base=2, domain=[0.8, 40])),
        y=alt.Y("width:Q", title="units needed", scale=rise, axis=alt.Axis(values=[10, 100, 1000])),
    )
    chart = alt.layer(
        base.mark_line(),
        base.mark_point(size=70, opacity=1),
        base.mark_text(dy=-14).encode(text="label:N"),
    )
    note = "ReLU units for sin(2πfx) on [0, 1], largest error 0.01"
    return panel(chart, "No width is enough for every function", note)
